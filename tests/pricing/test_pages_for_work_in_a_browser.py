"""The pages of wholesale prices and of buying for work, in a real browser, in both languages, on a desk and a phone."""

import os
from pathlib import Path
from uuid import uuid4

import pytest

from app.catalog.actions.set_variant import set_tiers
from app.catalog.actions.write_price_list import make_price_list
from app.catalog.rules.price_lists import PriceListTerms
from app.companies.actions.open_company import CompanyTerms, open_company
from app.db.session import transaction
from app.identity.actions.register_user import register_user
from app.identity.passwords import hash_password
from app.identity.queries import actor_of
from app.pricing.actions.answer_offer import answer_offer
from app.pricing.actions.ask_buyers import ask_buyers
from app.pricing.actions.make_group import make_group
from app.pricing.models import GroupMember
from app.pricing.rules.tiers import Tier
from app.purchasing.actions.quick_order import keep_quick_order
from app.purchasing.actions.requisition import make_list, put_on_list
from app.purchasing.rules.lines import read_text
from tests.support.goods import NOW
from tests.support.http import serving
from tests.support.market_pages import OWNER, PASSWORD, actor_named
from tests.support.pages import axe_violations, is_wider_than_screen

pytestmark = pytest.mark.browser
CAFE = "boss@mekong.example"


@pytest.fixture(scope="module")
def places(market_pages):
    """Path and who looks."""
    with transaction() as session:
        owner = actor_named(session, OWNER)
        user = register_user(session, email=CAFE, password_hash=hash_password(PASSWORD), name="Sok", confirmed_at=NOW)
        buyer = actor_of(session, user.id)
        set_tiers(session, owner, market_pages.variant_id, tiers=(Tier(10, 1300), Tier(30, 1200)))
        group = make_group(session, owner, market_pages.shop_id, "Wholesale")
        ask_buyers(session, owner, group, [CAFE, "new@people.example"], market="Phsar", link="http://localhost")
        found = make_price_list(session, owner, market_pages.shop_id, PriceListTerms("Dealers", 500, group_ids=[group]))
        member = session.query(GroupMember.id).filter_by(email=CAFE).scalar()
        answer_offer(session, buyer, member, agrees=True, company_id=None, now=NOW)
        company = open_company(session, buyer, CompanyTerms("Mekong Foods", "company", "KH", tax_number="K001-901"))
        buyer = actor_of(session, user.id)
        kept = make_list(session, buyer, "Weekly kitchen")
        put_on_list(session, buyer, kept, {market_pages.variant_id: 4}, now=NOW)
        quick = keep_quick_order(session, user.id, read_text("KP-1 3\nNOTHING 2"), form_token=uuid4(), shop="")
        token = quick.token
    return [
        (OWNER, "/desk/customers"),
        (OWNER, f"/desk/customers/{group}"),
        (OWNER, "/desk/customers/lists"),
        (OWNER, f"/desk/customers/lists/{found}"),
        (OWNER, f"/desk/customers/lists/{found}/goods"),
        (OWNER, f"/desk/goods/{market_pages.listing_id}/audience"),
        (OWNER, f"/desk/goods/{market_pages.listing_id}"),
        (OWNER, "/desk/goods"),
        (None, "/p/kampot-black-pepper?quantity=10"),
        (None, "/search"),
        (CAFE, "/p/kampot-black-pepper"),
        (CAFE, "/account/prices"),
        (CAFE, "/buying"),
        (CAFE, "/companies"),
        (CAFE, "/companies/new"),
        (CAFE, f"/companies/{company}"),
        (CAFE, f"/companies/{company}/settings"),
        (CAFE, "/approvals"),
        (CAFE, "/quick-order"),
        (CAFE, f"/quick-order/{token}?all=y"),
        (CAFE, "/lists"),
        (CAFE, f"/lists/{kept}"),
        (CAFE, f"/lists/add?variant_id={market_pages.variant_id}"),
    ]


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("km", 360)])
def test_every_page_is_sound(market_pages, places, open_page, language, width):
    visitors = {who: market_pages.visitor(who) for who in (None, OWNER, CAFE)}
    folder = os.environ.get("SHOTS")
    with serving(market_pages.app) as base:
        pages = {}
        for who, visitor in visitors.items():
            page = pages[who] = open_page(f"{base}/help/fees", locale=language, width=width)
            cookies = [(one.key, one.value) for one in visitor.client._cookies.values()]
            cookies.append(("language", language))
            page.context.add_cookies([{"name": name, "value": value, "url": base} for name, value in cookies])
        for number, (who, path) in enumerate(places):
            page = pages[who]
            answer = page.goto(base + path)
            if folder:
                page.screenshot(path=str(Path(folder) / f"{number:02}-{language}.png"), full_page=True)
            assert answer.status == 200, path
            assert axe_violations(page) == [], path
            assert not is_wider_than_screen(page), path


def test_the_price_follows_the_quantity_that_is_typed(market_pages, places, open_page):
    with serving(market_pages.app) as base:
        page = open_page(f"{base}/p/kampot-black-pepper")
        page.fill("#quantity", "12")
        page.wait_for_function("document.querySelector('[data-price-now]').textContent === '$13.00'")
        assert page.locator("[data-price-steps] [aria-current]").count() == 1
