"""From an uploaded file to the pictures pages show: judged by content, decoded once, written anew.

Writing anew leaves everything behind that is not picture: EXIF with its places and names, colour profiles (converted to
sRGB first), comments, trailing bytes, further frames of an animation.
"""

import hashlib
import io
import struct
import warnings
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from app.media.errors import NotAPicture, PictureTooLarge
from app.media.rules import MOST_PIXELS, WIDTHS, require_light, require_sane_size

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
QUALITY = 80
PAPER = (255, 255, 255)
_BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, struct.error)


@dataclass(frozen=True)
class PreparedPicture:
    """`sha256` is of the uploaded bytes; `files` are WebP by width; `width` and `height` are of the largest."""

    sha256: str
    width: int
    height: int
    files: dict[int, bytes]


def prepare(data: bytes, *, effort: int = 4) -> PreparedPicture:
    """Check and re-encode an upload. `effort` is WebP's 0 (fast) to 6 (small).

    Raises PictureTooHeavy, PictureTooLarge, PictureTooSmall, NotAPicture.
    """
    require_light(len(data))
    picture = _decoded(data)
    files: dict[int, bytes] = {}
    largest = _at_most(picture, max(WIDTHS))
    for width in sorted(WIDTHS, reverse=True):
        smaller = _at_most(picture, width)
        is_as_before = bool(files) and smaller.size == picture.size
        files[width] = files[min(files)] if is_as_before else _as_webp(smaller, effort)
        picture = smaller
    return PreparedPicture(hashlib.sha256(data).hexdigest(), largest.width, largest.height, files)


def rewritten(data: bytes, *, effort: int = 4) -> bytes:
    """One WebP of an upload, at most as wide as the widest of `WIDTHS`. Raises as `prepare`."""
    require_light(len(data))
    return _as_webp(_at_most(_decoded(data), max(WIDTHS)), effort)


def _at_most(picture: Image.Image, width: int) -> Image.Image:
    if picture.width <= width:
        return picture
    return picture.resize((width, max(1, round(picture.height * width / picture.width))), Image.Resampling.LANCZOS)


def _as_webp(picture: Image.Image, effort: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=QUALITY, method=effort)
    return out.getvalue()


def _decoded(data: bytes) -> Image.Image:
    """The first frame, upright, in sRGB, on white. Raises NotAPicture."""
    with warnings.catch_warnings():
        # Pillow's own warning about size comes before our limit and says less.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                require_sane_size(*opened.size)
                opened.draft("RGB", (max(WIDTHS), max(WIDTHS)))
                opened.load()
                upright = ImageOps.exif_transpose(opened)
                return _flat(_in_srgb(upright))
        except Image.DecompressionBombError as error:
            raise PictureTooLarge(field="picture", megapixels=">178", limit=MOST_PIXELS // 1_000_000) from error
        except _BROKEN as error:
            raise NotAPicture(field="picture") from error


def _in_srgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "CMYK", "L"}:
        return picture
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, given, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return picture  # a broken profile only costs its colours
    return converted or picture


def _flat(picture: Image.Image) -> Image.Image:
    """Without transparency and without anything that came along."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        paper = Image.new("RGB", layer.size, PAPER)
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    clean = Image.new("RGB", picture.size)
    clean.paste(picture.convert("RGB"))
    return clean
