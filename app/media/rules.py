"""Limits and names of pictures."""

import re

from app.media.errors import PictureTooHeavy, PictureTooLarge, PictureTooSmall

WIDTHS = (320, 640, 1280)
MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 24_000_000
LEAST_SIDE = 64
_NAME = re.compile(r"[0-9a-f]{64}-(?:320|640|1280)\.webp")


def file_name(sha256: str, width: int) -> str:
    return f"{sha256}-{width}.webp"


def is_file_name(name: str) -> bool:
    """Only names we gave ourselves, so that no path can be smuggled in."""
    return _NAME.fullmatch(name) is not None


def require_light(size: int) -> None:
    if size > MOST_BYTES:
        raise PictureTooHeavy(field="picture", megabytes=-(-size // 2**20), limit=MOST_BYTES // 2**20)


def require_sane_size(width: int, height: int) -> None:
    """By the file's header, before a single pixel is decoded."""
    pixels = width * height
    if pixels > MOST_PIXELS:
        raise PictureTooLarge(field="picture", megapixels=-(-pixels // 1_000_000), limit=MOST_PIXELS // 1_000_000)
    if min(width, height) < LEAST_SIDE:
        raise PictureTooSmall(field="picture", width=width, height=height, least=LEAST_SIDE)
