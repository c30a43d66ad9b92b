"""The wish list of an account, what a browser has looked at, and what is bought together."""

from uuid import UUID

import pytest

from app.catalog.actions.set_variant import set_price
from app.catalog.errors import ListingNotFound
from app.catalog.models import Listing, Variant
from app.catalog.queries.shelf import newest_and_together
from app.db.session import reading, transaction
from app.orders.jobs import refresh_together
from app.wishes.actions import keep_wish as keeping
from app.wishes.actions.keep_wish import keep_wish
from app.wishes.errors import WishListIsFull
from app.wishes.queries import wish_page
from app.wishes.rules import MOST_SEEN, seen_next, seen_of
from tests.support.front import Front
from tests.support.statements import asked
from tests.support.trade import Trade


def listing_of(variant_id: UUID) -> Listing:
    with reading() as session:
        return session.get_one(Variant, variant_id).listing


def test_a_guest_is_led_to_sign_in_and_an_account_keeps_and_drops_what_it_likes(front: Front, trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(), price=1_450)
    slug = listing_of(goods).slug
    assert "/sign-in?next=" in front.visitor().look(f"/p/{slug}")
    assert front.visitor().browser.post(f"/wishes/{slug}/keep").status_code in (400, 401, 403)
    person = front.member(trade.person())
    for _ in range(2):
        page = person.look(f"/p/{slug}")
        if f"/wishes/{slug}/keep" in page:
            assert person.send(page, f"/wishes/{slug}/keep").status_code == 303
    assert "Kampot black pepper" in person.look("/wishes")
    assert person.browser.get("/wishes.json").json == [slug]
    assert person.send(person.look(f"/p/{slug}"), f"/wishes/{slug}/drop").headers["Location"].endswith(f"/p/{slug}")
    assert "Nothing is on your wish list" in person.look("/wishes")
    assert front.member(trade.person()).browser.get("/wishes.json").json == []


def test_the_list_says_what_has_become_cheaper_and_moves_into_the_cart(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop, price=1_450)
    slug, person = listing_of(goods).slug, front.member(trade.person())
    person.send(person.look(f"/p/{slug}"), f"/wishes/{slug}/keep")
    with transaction() as session:
        set_price(session, shop.owner, goods, price_minor=1_200)
    page = person.look("/wishes")
    assert "cheaper: it was $14.50" in page
    assert person.send(page, f"/cart/wished/{slug}").status_code == 303
    assert "Kampot black pepper" in person.look("/cart")
    assert "Nothing is on your wish list" in person.look("/wishes")


def test_what_is_not_on_show_is_not_kept_and_a_list_has_an_end(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, person = trade.shop_of(), trade.person()
    assert person.user_id
    monkeypatch.setattr(keeping, "MOST", 2)
    with transaction() as session:
        for _ in range(2):
            keep_wish(session, person.user_id, listing_of(trade.goods(shop)).slug, now=trade.now())
        with pytest.raises(WishListIsFull):
            keep_wish(session, person.user_id, listing_of(trade.goods(shop)).slug, now=trade.now())
        with pytest.raises(ListingNotFound):
            keep_wish(session, person.user_id, "no-such-goods", now=trade.now())


def test_the_list_is_one_statement_of_any_length(trade: Trade) -> None:
    shop, person = trade.shop_of(), trade.person()
    assert person.user_id
    for count in (1, 12):
        with transaction() as session:
            for _ in range(count):
                keep_wish(session, person.user_id, listing_of(trade.goods(shop)).slug, now=trade.now())
        with reading() as session, asked() as statements:
            assert wish_page(session, person.user_id, cursor=None).rows
        assert len([one for one in statements if "wishes" in one]) == 1


@pytest.mark.parametrize("cookie", ["", "0", "-1", "1.", ".1", "a", "1,2", "9" * 19, "1." * 300, "1\x002"])
def test_a_cookie_that_is_not_ours_names_nothing(cookie: str) -> None:
    assert seen_of(cookie) == []


def test_the_latest_look_is_first_and_each_stands_once() -> None:
    cookie = ""
    for number in [*range(1, 20), 7]:
        cookie = seen_next(cookie, number)
    assert seen_of(cookie)[:3] == [7, 19, 18]
    assert len(seen_of(cookie)) == MOST_SEEN


def test_a_guest_sees_what_this_browser_looked_at_and_can_forget_it(front: Front, trade: Trade) -> None:
    goods = trade.goods(trade.shop_of())
    visitor, other = front.visitor(), front.visitor()
    visitor.look(f"/p/{listing_of(goods).slug}")
    page = visitor.look("/seen")
    assert "Kampot black pepper" in page
    assert "Kampot black pepper" not in other.look("/seen")
    assert visitor.send(page, "/seen/clear").status_code == 303
    assert "You have not looked at anything yet" in visitor.look("/seen")


def test_what_two_buyers_had_beside_it_is_shown_while_it_is_on_sale(front: Front, trade: Trade) -> None:
    shop, other = trade.shop_of(), trade.shop_of(name="Mekong Silk")
    pepper = trade.goods(shop)
    silk, lonely = trade.goods(other, title="Silk scarf"), trade.goods(shop, title="Lonely basket")
    for wants in ({pepper: 1, silk: 1}, {pepper: 1, silk: 2}, {pepper: 1, lonely: 1}):
        group = trade.place(trade.cart(wants))
        trade.charge(trade.open_card_page(group), group.total_cents)
    for _ in range(2):
        refresh_together()
    with reading() as session:
        _, found = newest_and_together(session, listing_of(pepper), None, newest=6, together=4)
    assert [card.titles["en"] for card in found] == ["Silk scarf"]
    page = front.visitor().look(f"/p/{listing_of(pepper).slug}")
    assert "Bought together" in page
    assert page.index("Bought together") < page.index("Silk scarf") < page.index("More from this shop")
    with transaction() as session:
        session.get_one(Listing, listing_of(silk).id).status = "paused"
    assert "Bought together" not in front.visitor().look(f"/p/{listing_of(pepper).slug}")
