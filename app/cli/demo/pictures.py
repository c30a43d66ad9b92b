"""Draws the picture of a listing: one thing large on a tinted tile, with one or two small companions."""

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zlib import crc32

from PIL import Image

FOLDER = Path(__file__).parent / "pictures"
TINTS = {"t1": "#FCE7C8", "t2": "#DDF0DF", "t3": "#E4E6FB", "t4": "#F9DFE3", "t5": "#D9EEF0", "t6": "#F0E4D3"}
MOST_COMPANIONS = 2
FULL_TURN = 360

# Each place is (share of the tile's side, center x, center y); mirrored recipes count x from the right.
_ALONE = (0.62, 0.50, 0.50)
_MAIN = (0.58, 0.45, 0.46)
_COMPANIONS = ((0.29, 0.76, 0.75), (0.23, 0.22, 0.79))
_HEAP = (
    *((0.15, x, 0.33) for x in (0.38, 0.51)),
    *((0.16, x, 0.44) for x in (0.31, 0.45, 0.58)),
    *((0.17, x, 0.56) for x in (0.25, 0.39, 0.53, 0.66)),
)


@dataclass(frozen=True)
class PictureRecipe:
    """`main` and `companions` are code points as in the file names ("1f336-fe0f"); `tint` is one of TINTS.

    The main thing can be drawn in another color, by `turn` degrees around the color wheel, without any (`silver`),
    or as a `heap` of small ones: grains, peppercorns, pieces of sugar.
    """

    main: str
    companions: tuple[str, ...]
    tint: str
    turn: int = 0
    silver: bool = False
    heap: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        return (self.main, *self.companions)


def is_available(codepoint: str) -> bool:
    """Whether the folder holds the source image of this code point."""
    return (FOLDER / f"{codepoint}.webp").is_file()


def render(recipe: PictureRecipe, size: int = 800) -> bytes:
    """A square WebP of `size` pixels. The same recipe gives the same bytes.

    Raises FileNotFoundError when a source image is missing and KeyError for an unknown tint.
    """
    tile = Image.new("RGB", (size, size), TINTS[recipe.tint])
    mirrored = _is_mirrored(recipe)
    main = _colored(_source(recipe.main), recipe)
    for place in _HEAP if recipe.heap else (_MAIN if recipe.companions else _ALONE,):
        _put(tile, main, place, mirrored=mirrored)
    for codepoint, place in zip(recipe.companions, _COMPANIONS, strict=False):
        _put(tile, _source(codepoint), place, mirrored=mirrored)
    answer = io.BytesIO()
    tile.save(answer, "WEBP", quality=82, method=0)
    return answer.getvalue()


def _is_mirrored(recipe: PictureRecipe) -> bool:
    """Half of the recipes have their companion on the left, so that a page of cards does not look stamped."""
    return bool(crc32("/".join((*recipe.parts, recipe.tint)).encode()) % 2)


def _put(tile: Image.Image, thing: Image.Image, place: tuple[float, float, float], *, mirrored: bool) -> None:
    share, x, y = place
    picture = _scaled(thing, round(tile.width * share))
    middle = tile.width * (1 - x if mirrored else x)
    tile.paste(picture, (round(middle - picture.width / 2), round(tile.height * y - picture.height / 2)), picture)


@lru_cache(maxsize=64)
def _source(codepoint: str) -> Image.Image:
    with Image.open(FOLDER / f"{codepoint}.webp") as picture:
        return picture.convert("RGBA")


def _colored(thing: Image.Image, recipe: PictureRecipe) -> Image.Image:
    if not recipe.turn and not recipe.silver:
        return thing
    hue, saturation, value = thing.convert("RGB").convert("HSV").split()
    shift = recipe.turn * 256 // FULL_TURN
    hue = hue.point([(level + shift) % 256 for level in range(256)])
    if recipe.silver:
        saturation = saturation.point([level // 12 for level in range(256)])
        value = value.point([level * 7 // 8 for level in range(256)])
    colored = Image.merge("HSV", (hue, saturation, value)).convert("RGB")
    colored.putalpha(thing.getchannel("A"))
    return colored


def _scaled(thing: Image.Image, side: int) -> Image.Image:
    scale = side / max(thing.size)
    size = (round(thing.width * scale), round(thing.height * scale))
    # Premultiplied while scaling: otherwise the invisible black around the thing bleeds into its edge.
    return thing.convert("RGBa").resize(size, Image.Resampling.BICUBIC).convert("RGBA")
