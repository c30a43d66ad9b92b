"""Goods are reported by people and by the list, and the operator decides once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from app.audit.models import AuditEntry
from app.catalog.actions.edit_listing import edit_listing
from app.catalog.actions.publish_listing import pause_listing, publish_listing
from app.catalog.errors import ListingNotFound, ListingRemoved
from app.catalog.models import Listing, Variant
from app.catalog.rules.listings import ListingTerms, VariantTerms
from app.db.session import in_transaction, reading, transaction
from app.identity.actor import ANONYMOUS
from app.identity.errors import OperatorNeeded
from app.moderation.actions.decide_report import dismiss_report, remove_listing
from app.moderation.actions.report_listing import report_listing
from app.moderation.errors import GoodsProhibited, ReportDecided
from app.moderation.models import ListingReport
from app.moderation.prohibited import prohibited
from app.moderation.queries import reports_page
from app.moderation.rules import matches
from app.notify.models import OutgoingMail
from app.shipping.rules import REGION
from tests.support.trade import Trade

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
TODAY = NOW.date()


def listing_of(variant_id) -> Listing:
    with reading() as session:
        return session.get_one(Variant, variant_id).listing


def reported(trade: Trade, variant_id, actor=ANONYMOUS, reason="copy"):
    slug = listing_of(variant_id).slug
    in_transaction(lambda s: report_listing(s, actor, slug, reason=reason, text="I know the brand."))
    with reading() as session:
        return session.query(ListingReport).filter_by(listing_id=listing_of(variant_id).id).all()


def remove(trade: Trade, report_id, actor=None) -> None:
    in_transaction(lambda s: remove_listing(s, actor or trade.operator, report_id, decision="A copy.", now=NOW))


def test_what_is_taken_off_cannot_be_bought_and_its_shop_knows_why(trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop)
    cart = trade.cart({goods: 1})
    (report,) = reported(trade, goods)
    remove(trade, report.id)
    assert listing_of(goods).status == "removed"
    assert [problem.code for problem in trade.priced(cart).problems] == ["not-on-sale"]
    with pytest.raises(ListingRemoved), transaction() as session:
        publish_listing(session, shop.owner, listing_of(goods).id, now=NOW)
    with reading() as session:
        mail = session.query(OutgoingMail).filter(OutgoingMail.key.contains("removed")).one()
        assert "A copy." in mail.body
        assert session.query(AuditEntry).filter_by(action="listing_report.remove").count() == 1


def test_a_removal_can_be_taken_back_and_then_the_shop_puts_it_on_sale_again(trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop)
    (report,) = reported(trade, goods)
    remove(trade, report.id)
    in_transaction(lambda s: dismiss_report(s, trade.operator, report.id, decision="It is not.", now=NOW))
    assert listing_of(goods).status == "paused"
    with transaction() as session:
        publish_listing(session, shop.owner, listing_of(goods).id, now=NOW)
    assert listing_of(goods).status == "active"


def test_one_removal_answers_every_open_report_of_the_same_goods(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of())
    for person in (trade.person(), trade.person()):
        rows = reported(trade, goods, person)
    remove(trade, rows[0].id)
    with reading() as session:
        assert {row.state for row in session.query(ListingReport)} == {"removed"}
        assert reports_page(session, trade.operator, "open").rows == []


def test_one_person_has_one_open_report_of_the_same_goods(trade: Trade) -> None:
    goods, person = trade.goods(trade.shop_of()), trade.person()
    slug = listing_of(goods).slug

    def report(_number: int) -> None:
        in_transaction(lambda s: report_listing(s, person, slug, reason="other", text=""))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(report, range(8)))
    with reading() as session:
        assert session.query(ListingReport).count() == 1


def test_two_operators_decide_once(trade: Trade) -> None:
    (report,) = reported(trade, trade.goods(trade.shop_of()))
    in_transaction(lambda s: dismiss_report(s, trade.operator, report.id, decision="Fine.", now=NOW))
    with pytest.raises(ReportDecided):
        remove(trade, report.id)


def test_nobody_but_the_operator_reads_or_decides(trade: Trade) -> None:
    shop = trade.shop_of()
    (report,) = reported(trade, trade.goods(shop))
    for actor in (ANONYMOUS, shop.owner, trade.person()):
        with pytest.raises(OperatorNeeded), reading() as session:
            reports_page(session, actor, "open")
        with pytest.raises(OperatorNeeded):
            remove(trade, report.id, actor)


def test_what_is_not_on_sale_cannot_be_reported(trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop)
    with transaction() as session:
        pause_listing(session, shop.owner, listing_of(goods).id)
    with pytest.raises(ListingNotFound):
        reported(trade, goods)


@pytest.mark.parametrize("title", ["Pangolin scales, dried", "ភ្លុកដំរី ចាស់", "PISTOL, almost new"])
def test_prohibited_goods_do_not_go_on_sale(trade: Trade, title: str) -> None:
    with pytest.raises(GoodsProhibited):
        trade.goods(trade.shop_of(), title=title)
    with reading() as session:
        assert session.query(Listing).filter_by(status="active").count() == 0


def test_goods_on_sale_cannot_be_renamed_to_what_is_prohibited(trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop)
    listing = listing_of(goods)
    terms = ListingTerms(
        category_id=listing.category_id,
        titles={"en": "Kampot pepper"},
        descriptions={"en": "Comes with ammunition."},
        unit="kg",
        variants=[VariantTerms(sku="A", price_minor=1450, stock=100, id=goods)],
    )
    with pytest.raises(GoodsProhibited), transaction() as session:
        edit_listing(session, shop.owner, listing.id, terms, version=listing.version)
    assert listing_of(goods).descriptions == {}


def test_goods_to_be_looked_at_are_on_sale_and_in_the_queue_once(trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop, title="Replica watch, steel")
    with transaction() as session:
        publish_listing(session, shop.owner, listing_of(goods).id, now=NOW)
    assert listing_of(goods).status == "active"
    with reading() as session:
        (row,) = reports_page(session, trade.operator, "open").rows
        assert (row.source, row.rule, row.text) == ("list", "copies", "replica watch")


@pytest.mark.parametrize("innocent", ["Gunpowder tea", "Tiger balm", "Ivory colored silk", "Wine-red scarf"])
def test_words_that_only_look_alike_are_not_found(innocent: str) -> None:
    from app.catalog.search import words

    assert matches(prohibited(), "KH", {"title": words(innocent)}, TODAY) == []


def test_a_rule_counts_in_its_countries_from_its_day() -> None:
    beer = {"title": ("beer",)}
    assert [match.rule.key for match in matches(prohibited(), "BN", beer, TODAY)] == ["alcohol"]
    assert matches(prohibited(), "KH", beer, TODAY) == []
    assert matches(prohibited(), "BN", beer, date(1990, 1, 1)) == []


def test_every_rule_names_its_source() -> None:
    for rule in prohibited():
        assert rule.source
        assert rule.evidence in {"X", "R"}
        assert rule.checked_on <= TODAY
        assert rule.countries <= REGION | {"*"}
