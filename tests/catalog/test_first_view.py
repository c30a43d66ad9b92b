"""What a phone fetches before anybody scrolls: at most 15 things and 200 kB, and the rest when it is wanted."""

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from flask import Flask
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from sqlalchemy.orm import Session

from app.db.session import transaction
from app.identity.models import Organization
from app.media.actions.add_picture import add_picture
from app.media.models import Picture
from app.media.pictures import prepare
from app.media.storage import Storage, storage_at
from tests.support.goods import a_category, a_listing, a_shop
from tests.support.http import serving
from tests.support.market_pages import MarketPages
from tests.support.pages import PHONE
from tests.support.waiting import wait_for

pytestmark = pytest.mark.browser
MOST_REQUESTS, MOST_BYTES = 15, 200_000
LANGUAGES = ("en", "km")
STALLS = ("silk-cloth", "fruit", "ceramics", "rattan", "tea", "fish", "honey")
SHOWN = """number => {
    const picture = document.querySelectorAll('.card .pic img')[number];
    return picture.complete && picture.naturalWidth > 0 && picture.checkVisibility();
}"""
SCREEN: ViewportSize = {"width": PHONE["width"], "height": PHONE["height"]}


@dataclass
class FirstView:
    """What came over the wire until the page was at rest."""

    addresses: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, page: Page) -> "FirstView":
        """Ask before the page is opened."""
        seen, wire = cls(), page.context.new_cdp_session(page)
        wire.on("Network.requestWillBeSent", seen._asked)
        wire.on("Network.loadingFinished", seen._came)
        wire.send("Network.enable")
        return seen

    @property
    def bytes(self) -> int:
        return sum(self.sizes.values())

    def _asked(self, event: dict[str, Any]) -> None:
        self.addresses[event["requestId"]] = event["request"]["url"]

    def _came(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = int(event["encodedDataLength"])


@pytest.fixture(scope="module")
def address(market_pages: MarketPages) -> Iterator[str]:
    """A market with more of everything than fits on a phone, with names in several scripts."""
    fill(market_pages.app)
    with serving(market_pages.app) as address:
        yield address


def fill(app: Flask) -> None:
    storage = storage_at(app.config["SETTINGS"].media_url)
    with transaction() as session:
        for name in STALLS:
            a_category(session, name, en=name.title(), km="សូត្រ និងក្រណាត់")
        for number in range(14):
            shop, owner = a_shop(session, name=f"Xưởng gốm Bát Tràng {number}")
            shown = a_drawing(session, shop, storage, number)
            if number < len(STALLS):
                a_category(session, STALLS[number]).picture_id = shown.id
            a_listing(
                session,
                shop,
                owner,
                titles={"en": f"Blue bowl {number}", "km": f"ចានខៀវ {number}"},
                picture_ids=(shown.id,),
            )
        a_category(session).picture_id = shown.id


def a_drawing(session: Session, shop: Organization, storage: Storage, seed: int) -> Picture:
    """As heavy as a photograph of goods on a plain ground."""
    chance = random.Random(seed)
    drawing = Image.new("RGB", (1280, 1280), (240, 230, 210))
    pen = ImageDraw.Draw(drawing)
    for _each in range(40):
        x, y, size = (chance.randrange(1000), chance.randrange(1000), chance.randrange(40, 280))
        pen.ellipse((x, y, x + size, y + size), fill=tuple(chance.randrange(256) for _colour in range(3)))
    out = io.BytesIO()
    drawing.save(out, "PNG")
    prepared = prepare(out.getvalue(), effort=0)
    storage.save(prepared)
    return add_picture(session, prepared, organization_id=shop.id)


def phone(chromium: Browser, language: str, **more: Any) -> BrowserContext:
    return chromium.new_context(viewport=SCREEN, locale=language, is_mobile=True, has_touch=True, **more)


@pytest.mark.parametrize("sharpness", [1, 2])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/", "/search", "/c/pepper-spice", "/p/blue-bowl-3"])
def test_a_phone_fetches_little_before_one_scrolls(
    address: str, chromium: Browser, path: str, language: str, sharpness: int
) -> None:
    context = phone(chromium, language, device_scale_factor=sharpness)
    page = context.new_page()
    seen = FirstView.of(page)
    answer = page.goto(address + path, wait_until="networkidle")
    context.close()
    assert answer is not None
    assert answer.status == 200
    assert len(seen.addresses) <= MOST_REQUESTS, sorted(seen.addresses.values())
    assert seen.bytes <= MOST_BYTES


@pytest.mark.parametrize("how", [{}, {"java_script_enabled": False}, {"reduced_motion": "reduce"}], ids=str)
def test_a_picture_is_there_when_one_scrolls_to_it(address: str, chromium: Browser, how: dict[str, Any]) -> None:
    context = phone(chromium, "en", **how)
    page = context.new_page()
    page.goto(address)
    pictures = page.locator(".card .pic img")
    assert pictures.count() > 10
    for number in range(pictures.count()):
        pictures.nth(number).evaluate("picture => picture.closest('.card').scrollIntoView()")
        wait_for(partial(page.evaluate, SHOWN, number), seconds=30, what=f"picture {number}")
    context.close()
