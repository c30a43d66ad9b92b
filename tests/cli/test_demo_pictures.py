"""Every listing has a picture of its own, drawn from files that are there and may be passed on."""

import io
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageColor, ImageStat

from app.cli.demo.content import load_demo
from app.cli.demo.pictures import FOLDER, TINTS, PictureRecipe, render

PEPPER = PictureRecipe(main="1f336-fe0f", companions=("1f33f",), tint="t4")


def picture(recipe: PictureRecipe, size: int = 800) -> Image.Image:
    return Image.open(io.BytesIO(render(recipe, size))).convert("RGB")


def difference(one: PictureRecipe, other: PictureRecipe) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(picture(one, 200), picture(other, 200))).mean)


def test_every_listing_is_drawn_and_no_two_look_the_same() -> None:
    recipes = [listing.picture for seller in load_demo().sellers for listing in seller.listings]
    drawn = {render(recipe, size=96) for recipe in recipes}
    assert len(drawn) == len(recipes)


def test_a_picture_is_a_square_webp_on_its_tint() -> None:
    drawn = Image.open(io.BytesIO(render(PEPPER)))
    assert (drawn.format, drawn.size) == ("WEBP", (800, 800))
    corner, tint = drawn.convert("RGB").getpixel((3, 3)), ImageColor.getrgb(TINTS["t4"])
    assert max(abs(a - b) for a, b in zip(corner, tint, strict=True)) <= 4


def test_the_same_recipe_gives_the_same_bytes() -> None:
    assert render(PEPPER) == render(PEPPER)


@pytest.mark.parametrize(
    "change", [{"turn": 120}, {"silver": True}, {"heap": True}, {"companions": ()}, {"tint": "t2"}]
)
def test_each_part_of_a_recipe_changes_the_picture(change: dict[str, Any]) -> None:
    assert difference(PEPPER, replace(PEPPER, **change)) > 2


def test_silver_takes_the_color_away() -> None:
    alone = PictureRecipe(main="1f336-fe0f", companions=(), tint="t3", silver=True)
    red, green, blue = picture(alone).getpixel((400, 420))
    assert max(red, green, blue) - min(red, green, blue) < 30


def test_no_picture_lies_there_unused_and_together_they_are_small() -> None:
    demo = load_demo()
    used = {part for seller in demo.sellers for listing in seller.listings for part in listing.picture.parts}
    used |= {category.emoji for category in demo.categories}
    files = list(FOLDER.glob("*.webp"))
    assert {file.stem for file in files} == used
    assert sum(file.stat().st_size for file in files) < 3_000_000
    assert "MIT License" in (FOLDER / "CREDITS.md").read_text(encoding="utf-8")
