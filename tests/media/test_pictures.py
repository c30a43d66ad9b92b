"""What may be uploaded as a picture, and what is kept of it."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms

from app.media.actions.add_picture import add_picture
from app.media.errors import NotAPicture, PictureNotFound, PictureTooHeavy, PictureTooLarge, PictureTooSmall
from app.media.pictures import prepare
from app.media.storage import storage_at
from tests.support.goods import picture_bytes


def reopened(prepared, width=1280):
    return Image.open(io.BytesIO(prepared.files[width]))


def png_header_of(width, height):
    """A PNG that claims a size and holds almost nothing: what a decompression bomb looks like from outside."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


def test_a_picture_is_kept_in_three_widths_as_webp():
    prepared = prepare(picture_bytes(2000, 1000))
    assert [(reopened(prepared, width).format, reopened(prepared, width).size) for width in (320, 640, 1280)] == [
        ("WEBP", (320, 160)), ("WEBP", (640, 320)), ("WEBP", (1280, 640)),
    ]  # fmt: skip
    assert (prepared.width, prepared.height) == (1280, 640)


def test_a_small_picture_is_not_blown_up():
    assert reopened(prepare(picture_bytes(200, 100))).size == (200, 100)


@pytest.mark.parametrize("size", [(30_000_000, 1), (6000, 5000), (65_500, 65_500)])
def test_thirty_megapixels_are_refused_from_the_header_alone(size):
    with pytest.raises(PictureTooLarge) as refused:
        prepare(png_header_of(*size))
    assert refused.value.values["limit"] == 24


def test_a_file_over_twelve_megabytes_is_refused_unread():
    with pytest.raises(PictureTooHeavy):
        prepare(b"\0" * (12 * 1024 * 1024 + 1))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7 not a picture either",
        png_header_of(400, 400),
        picture_bytes(800, 600, kind="JPEG")[:900],
        picture_bytes(300, 300)[:60],
        b"GIF89a" + b"\xff" * 200,
        b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 40,
        picture_bytes(100, 100, kind="TIFF"),
        picture_bytes(100, 100, kind="BMP"),
    ],
)
def test_what_is_no_whole_picture_of_a_known_kind_is_refused(data):
    with pytest.raises(NotAPicture):
        prepare(data)


def test_a_tiny_picture_is_refused():
    with pytest.raises(PictureTooSmall):
        prepare(picture_bytes(20, 400))


def test_where_and_by_whom_it_was_taken_is_not_kept():
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    exif.get_ifd(0x8825)[2] = (11.5, 0, 0)
    data = picture_bytes(400, 300, kind="JPEG", exif=exif.tobytes(), comment=b"secret")
    prepared = prepare(data)
    assert not reopened(prepared).getexif()
    assert all(b"Secret" not in file and b"secret" not in file for file in prepared.files.values())


def test_a_picture_lying_on_its_side_is_stood_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert reopened(prepare(picture_bytes(400, 300, kind="JPEG", exif=exif.tobytes()))).size == (300, 400)


def test_colours_of_another_space_are_turned_into_srgb():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for icc in (profile, b"broken"):
        prepared = prepare(picture_bytes(100, 100, kind="JPEG", icc_profile=icc))
        assert "icc_profile" not in reopened(prepared).info


def test_an_animation_becomes_its_first_frame():
    frames = [Image.new("RGB", (100, 100), color) for color in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    picture = reopened(prepare(out.getvalue()))
    assert getattr(picture, "n_frames", 1) == 1
    red, green, blue = picture.convert("RGB").getpixel((50, 50))
    assert red > 200
    assert max(green, blue) < 60


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16", "CMYK"])
def test_every_way_to_store_colour_is_read(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    out = io.BytesIO()
    Image.new(mode, (80, 80)).save(out, kind)
    assert reopened(prepare(out.getvalue())).mode == "RGB"


def test_see_through_becomes_white_paper():
    out = io.BytesIO()
    Image.new("RGBA", (80, 80), (0, 0, 0, 0)).save(out, "PNG")
    assert min(reopened(prepare(out.getvalue())).convert("RGB").getpixel((40, 40))) > 250


def test_files_are_stored_once_under_names_of_their_own(tmp_path):
    storage = storage_at(str(tmp_path / "media"))
    prepared = prepare(picture_bytes())
    storage.save(prepared)
    storage.save(prepared)
    assert sorted(path.name for path in (tmp_path / "media").iterdir()) == sorted(
        f"{prepared.sha256}-{width}.webp" for width in (320, 640, 1280)
    )
    assert storage.read(f"{prepared.sha256}-320.webp") == prepared.files[320]


def test_files_can_live_in_any_store_fsspec_knows():
    storage = storage_at("memory://pictures")
    prepared = prepare(picture_bytes())
    storage.save(prepared)
    assert storage.has(prepared.sha256)
    assert storage.local_path("x") is None
    assert storage.read(f"{prepared.sha256}-640.webp") == prepared.files[640]


@pytest.mark.parametrize("name", ["../secret", "x.webp", f"{'a' * 64}-319.webp", f"{'a' * 64}-320.webp", ""])
def test_only_names_of_pictures_can_be_read(tmp_path, name):
    with pytest.raises(PictureNotFound):
        storage_at(str(tmp_path)).read(name)


def test_the_same_bytes_twice_are_one_picture(session):
    prepared = prepare(picture_bytes())
    first = add_picture(session, prepared, organization_id=None, alt="  Pepper\n on a mat ")
    assert add_picture(session, prepared, organization_id=None).id == first.id
    assert first.alt == "Pepper on a mat"
