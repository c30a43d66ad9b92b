"""Draws the demo's pictures on all cores and keeps them as uploads are kept."""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context

from app.cli.demo.pictures import PictureRecipe, render
from app.media.pictures import PreparedPicture, prepare
from app.media.storage import storage_at

EFFORT = 0  # flat tiles: more effort saves a tenth of the bytes and costs four times as long
SIDE = 640  # drawn things gain nothing from more
AT_ONCE = 8
CREDIT = "Fluent Emoji 3D, MIT; see app/cli/demo/pictures/CREDITS.md"


@dataclass(frozen=True)
class DrawnPicture:
    """A picture whose files are stored; `prepared` carries no bytes any more."""

    recipe: PictureRecipe
    prepared: PreparedPicture


def draw_all(
    recipes: Iterable[PictureRecipe], media_url: str, say: Callable[[str], None], *, processes: int = 2
) -> dict[PictureRecipe, PreparedPicture]:
    """Every recipe once. `say` hears how far it is."""
    wanted = list(dict.fromkeys(recipes))
    if not wanted:
        return {}
    drawn: dict[PictureRecipe, PreparedPicture] = {}
    # A fresh interpreter each: nothing of the parent's connections comes along.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for picture in pool.map(partial(_draw, media_url), wanted, chunksize=AT_ONCE):
            drawn[picture.recipe] = picture.prepared
            if len(drawn) % 100 == 0 or len(drawn) == len(wanted):
                say(f"{len(drawn)} of {len(wanted)} pictures drawn")
    return drawn


def _draw(media_url: str, recipe: PictureRecipe) -> DrawnPicture:
    prepared = prepare(render(recipe, SIDE), effort=EFFORT)
    storage_at(media_url).save(prepared)
    return DrawnPicture(recipe, replace(prepared, files={}))
