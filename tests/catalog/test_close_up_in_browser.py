"""Hearts on cards and pictures close up, in a real browser: by mouse, by keyboard, and without a word on the console."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.catalog.models import ListingPicture, Variant
from app.db.session import reading, transaction
from app.media.models import Picture
from tests.support.front import Front
from tests.support.goods import give_pictures
from tests.support.http import serving
from tests.support.pages import axe_violations
from tests.support.trade import Trade

pytestmark = pytest.mark.browser


def test_a_person_looks_closely_and_keeps_it_for_later(
    front: Front, trade: Trade, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    shop = trade.shop_of()
    goods, other = trade.goods(shop), trade.goods(shop, title="Flower of salt")
    with transaction() as session:
        listing = session.get_one(Variant, goods).listing
        more = Picture(sha256="ab" * 32, width=640, height=640)
        session.add(more)
        session.flush()
        session.add(ListingPicture(listing_id=listing.id, picture_id=more.id, position=1))
        slug = listing.slug
    give_pictures(tmp_path / "media")
    with serving(front.app) as address:
        page = open_page(f"{address}/healthz")
        page.context.add_cookies(front.cookies(front.member(trade.person()), address))  # type: ignore[arg-type]
        page.goto(f"{address}/p/{slug}")
        page.locator("[data-picture]").first.click()
        dialog = page.locator("dialog.zoom")
        expect(dialog).to_be_visible()
        picture = dialog.locator("img")
        first = picture.get_attribute("src")
        assert axe_violations(page) == []
        page.keyboard.press("ArrowRight")
        expect(picture).not_to_have_attribute("src", first or "")
        wide = picture.bounding_box()
        page.keyboard.press("+")
        assert wide
        page.wait_for_function("document.querySelector('dialog.zoom img').style.getPropertyValue('--zoom') === '1.75'")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        page.locator("form[action$='/keep'] button").click()
        expect(page.locator("form[action$='/drop'] button")).to_be_visible()
        page.goto(f"{address}/s/{_shop_slug(goods)}")
        heart = page.locator(".card", has_text="Flower of salt").locator(".heart")
        expect(heart).to_have_attribute("aria-pressed", "false")
        heart.click()
        expect(heart).to_have_attribute("aria-pressed", "true")
        assert axe_violations(page) == []
        page.goto(f"{address}/wishes")
        expect(page.locator("main")).to_contain_text("Flower of salt")
        expect(page.locator("main")).to_contain_text("Looked at lately")
        assert axe_violations(page) == []
        assert page.said == []  # type: ignore[attr-defined]
    assert other


def _shop_slug(variant_id: object) -> str:
    with reading() as session:
        return session.get_one(Variant, variant_id).listing.organization.slug
