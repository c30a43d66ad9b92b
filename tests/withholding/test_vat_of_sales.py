"""VAT of sales that the market answers for as if it had sold the goods: kept at the release, owed to the country."""

import csv
import io
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.config.days import market_day
from app.db.session import reading, snapshot, transaction
from app.fx.actions.load_rates import NewRate, load_rates
from app.identity.models import Organization
from app.invoicing.jobs import issue
from app.invoicing.models import Invoice
from app.ledger.chart import country_owner
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.refund_order import refund_order
from app.orders.actions.ship_order import ship_order
from app.orders.models import OrderGroup
from app.reports.open_items import open_accounts
from app.reports.queries import scope_for, settlement_lines
from app.reports.rules import Period, Totals
from app.shipping.rules import RateTerms
from app.tax.rules import EXPORT
from app.withholding.actions.remit_tax import mark_remitted, prepare_remittance
from app.withholding.actions.switch_country import end_switch, switch_on
from app.withholding.errors import SwitchedAlready, TaxRemitted, UnknownCountry
from app.withholding.queries import terms_of
from app.withholding.reports import certificate_csv, filing_csv, months
from app.withholding.rules import HOME, IMPORTS, SUPPLY, WITHHELD
from tests.reconciliation.world import _stripe_settles
from tests.support.front import Front
from tests.support.trade import Shop, Trade, buyer_of
from tests.withholding.conftest import MONEY, UNIT, Withheld, local
from tests.withholding.test_remittance import differences, give, later, month

KH, SG = country_owner("KH"), country_owner("SG")


def answer_for(trade: Trade, country: str = "KH", scope: str = HOME) -> UUID:
    today = market_day(trade.now()) - timedelta(days=1)
    with transaction() as session:
        return switch_on(
            session,
            trade.operator,
            country,
            scope=scope,
            starts_on=today,
            ends_on=None,
            reason="Our accountant's letter of 2026-11-28.",
            today=today,
        ).id


def shop_that_sends(
    trade: Trade, country: str = "KH", *, shipping: int = 1_000, registered: bool = False, wallet: bytes | None = None
) -> Shop:
    """A sole trader who sends anywhere at one price, in its own money."""
    rates = [RateTerms(zone, "Post", "EMS", 4, 9, shipping) for zone in ("domestic", "region")]
    money = MONEY.get(country, "USD")
    shop = trade.shop_of(country=country, currency=money, rates=rates, is_tax_registered=registered, wallet=wallet)
    with transaction() as session:
        session.get_one(Organization, shop.id).kind = "sole_trader"
    return shop


def ordered(trade: Trade, wants: dict[UUID, int], *, to: str = "KH") -> OrderGroup:
    """Paid by card: so many of each, sent to that country for ten dollars."""
    cart = trade.cart(wants)
    address = {"name": "Dara Chan", "street": "12 Orchard Road", "city": "Town", "country": to, "postcode": "238801"}
    group = trade.place(cart, trade.request(cart, address=address))
    trade.charge(trade.open_card_page(group), group.total_cents)
    trade.settle()
    return group


def release(trade: Trade, shop: Shop, group: OrderGroup) -> UUID:
    order_id = group.orders[0].id
    with transaction() as session:
        ship_order(session, shop.owner, order_id, carrier="EMS", tracking="KH 1", now=trade.now())
        confirm_receipt(session, buyer_of(group), order_id, now=trade.now())
    trade.settle()
    trade.settle()
    return order_id


def sold(trade: Trade, shop: Shop, price: int = 10_000, *, to: str = "KH") -> UUID:
    return release(trade, shop, ordered(trade, {trade.goods(shop, price=price): 1}, to=to))


@pytest.mark.parametrize("registered", [True, False])
def test_the_vat_inside_a_sale_is_kept_at_its_release_and_owed_to_the_country(trade: Trade, registered: bool) -> None:
    answer_for(trade)
    shop = shop_that_sends(trade, registered=registered)
    order_id = sold(trade, shop)
    assert trade.books("2320", owner=KH) == 1_000 * UNIT  # a tenth of what is below: 110 dollars with its shipping
    assert trade.books("2200", owner=shop.id) == (11_000 - 550 - 1_000) * UNIT
    assert trade.books("1206") == trade.on_chain(trade.keys.address("taxes")) == 1_000 * UNIT
    trade.books_equal_chain()
    with reading() as session:
        (terms,) = terms_of(session, order_id)
    assert (terms.tax, terms.country, terms.rule_key, terms.base_units) == (SUPPLY, "KH", "KH-home-1000", 10_000 * UNIT)
    assert trade.order(order_id).tax_lines[0]["owed_to"] == "KH"


def test_without_the_switch_the_seller_keeps_the_vat_and_owes_it(trade: Trade) -> None:
    shop = shop_that_sends(trade, registered=True)
    order_id = sold(trade, shop)
    assert trade.books("2320", owner=KH) == 0
    assert trade.books("2200", owner=shop.id) == (11_000 - 550) * UNIT
    assert trade.order(order_id).tax_lines[0]["owed_to"] == ""


def test_orders_placed_before_the_switch_or_after_its_end_keep_their_terms(trade: Trade) -> None:
    shop = shop_that_sends(trade, registered=True)
    goods = trade.goods(shop, price=10_000)
    before = ordered(trade, {goods: 1})
    answer_for(trade)
    during = ordered(trade, {goods: 1})
    yesterday = market_day(trade.now()) - timedelta(days=1)
    with transaction() as session:  # no test waits for a day to end
        session.execute(text("UPDATE withholding_switches SET ends_on = :day"), {"day": yesterday})
    after = ordered(trade, {goods: 1})
    for group in (before, during, after):
        release(trade, shop, group)
    assert trade.books("2320", owner=KH) == 1_000 * UNIT


def test_a_seller_with_an_own_wallet_is_paid_through_the_market(trade: Trade) -> None:
    answer_for(trade)
    wallet = bytes.fromhex(trade.chain.accounts[5][2:])
    shop = shop_that_sends(trade, wallet=wallet)
    sold(trade, shop)
    assert trade.on_chain(wallet) == 0
    assert trade.books("2200", owner=shop.id) == (11_000 - 550 - 1_000) * UNIT


def test_of_what_went_back_before_the_release_no_vat_is_owed(trade: Trade) -> None:
    answer_for(trade)
    shop = shop_that_sends(trade)
    group = ordered(trade, {trade.goods(shop, price=10_000): 1})
    with transaction() as session:
        refund_order(
            session,
            shop.owner,
            group.orders[0].id,
            cents=5_500,
            reason="bruised",
            form_token=uuid4(),
            now=trade.now(),
        )
    trade.settle()
    release(trade, shop, group)
    assert trade.books("2320", owner=KH) == 500 * UNIT
    trade.books_equal_chain()


def test_of_goods_that_come_back_after_it_the_vat_is_the_sellers_again(trade: Trade) -> None:
    answer_for(trade)
    shop = shop_that_sends(trade)
    order_id = sold(trade, shop)
    token = uuid4()
    for units in (400 * UNIT, 0):  # the same form twice
        assert give(trade, order_id, 4_400, token=token) == units
    trade.settle()
    assert trade.books("2320", owner=KH) == 600 * UNIT
    assert trade.books("2200", owner=shop.id) == (11_000 - 550 - 600) * UNIT
    trade.books_equal_chain()


def test_a_month_is_burned_paid_by_bank_and_ties_out_beside_the_withheld_tax(withheld: Withheld, trade: Trade) -> None:
    """One country with both: they are two remittances, two accounts, and never mixed."""
    withheld.switch("VN")
    answer_for(trade, "VN")
    shop = shop_that_sends(trade, "VN", shipping=0)
    order_id = sold(trade, shop, local("VN", 10_800), to="VN")
    stripe = _stripe_settles(trade)
    vn = country_owner("VN")
    assert (trade.books("2320", owner=vn), trade.books("2310", owner=vn)) == (800 * UNIT, 10_800 * UNIT * 3 // 200)
    assert trade.books("2200", owner=shop.id) == (10_800 - 540 - 800 - 162) * UNIT
    with snapshot() as session:
        row = session.get_one(Organization, shop.id)
        (line,) = csv.DictReader(io.StringIO(filing_csv(session, "VN", month(trade), tax=SUPPLY).lstrip("\ufeff")))
        certified = list(
            csv.DictReader(io.StringIO(certificate_csv(session, row, market_day(trade.now()).year).lstrip("\ufeff")))
        )
        by_tax = {one.tax: int(one.units) for one in months(session, market_day(trade.now()).year)}
    assert (line["base_usd"], line["tax_usd"], line["rate"]) == ("100.000000", "8.000000", "800/10000")
    assert by_tax == {SUPPLY: 800 * UNIT, WITHHELD: 162 * UNIT}
    assert sorted((one["owed_by"], one["tax_usd"]) for one in certified[:-1]) == [
        ("market", "8.000000"),
        ("seller", "0.540000"),
        ("seller", "1.080000"),
    ]
    assert certified[-1]["tax_usd"] == "1.620000"
    assert differences(trade, stripe) == []
    with transaction() as session:
        made = prepare_remittance(session, trade.operator, "VN", month(trade), now=later(trade), tax=SUPPLY).id
    trade.settle()
    assert trade.books("2320", "USD", vn) == 800
    assert (trade.books("2320", owner=vn), trade.books("2310", owner=vn)) == (0, 162 * UNIT)
    with pytest.raises(TaxRemitted):
        give(trade, order_id, 1_000)
    with transaction() as session:
        mark_remitted(session, trade.operator, made, bank_reference="VCB-9", paid_at=trade.now())
    assert (trade.books("2320", "USD", vn), trade.books("2310", "USD", vn)) == (0, 0)
    with transaction() as session:
        other = prepare_remittance(session, trade.operator, "VN", month(trade), now=later(trade)).id
    assert other != made
    trade.settle()
    assert trade.books("2310", "USD", vn) == 162
    assert differences(trade, stripe) == []
    trade.books_equal_chain()


def test_what_the_market_owes_stands_in_open_items_and_in_the_sellers_settlement_report(trade: Trade) -> None:
    answer_for(trade)
    shop = shop_that_sends(trade)
    sold(trade, shop)
    today = market_day(trade.now())
    period = Period(today - timedelta(days=2), today + timedelta(days=2), "UTC")
    with snapshot() as session:
        row = session.get_one(Organization, shop.id)
        lines = list(settlement_lines(session, scope_for(session, shop.owner, row.slug), period))
        accounts = {(one.number, one.asset): one for one in open_accounts(session, trade.operator, before=later(trade))}
    totals = Totals.of(lines)
    assert (totals.sums["supply_vat"], totals.sums["tax_withheld"]) == (1_000 * UNIT, 0)
    assert [line.kind for line in lines if line.supply_vat] == ["VAT of the sale, which the market owes"]
    assert [(one.item, one.amount) for one in accounts["2320", "CTM"].items] == [("KH", 1_000 * UNIT)]
    assert accounts["2320", "CTM"].difference == 0


def test_of_things_of_low_value_sent_into_singapore_the_market_owes_its_tax(trade: Trade) -> None:
    """Things of more than 400 Singapore dollars each are taxed at the border instead, whatever they cost together."""
    with transaction() as session:
        load_rates(session, [NewRate("SGD", market_day(trade.now()), 1_300_000, "test")])
    answer_for(trade, "SG", IMPORTS)
    shop = shop_that_sends(trade)
    low, dear = trade.goods(shop, price=20_000), trade.goods(shop, price=40_000)
    group = ordered(trade, {low: 2, dear: 1}, to="SG")
    taxed, rest = trade.order(group.orders[0].id).tax_lines
    assert (taxed["name"], taxed["rate_bps"], taxed["owed_to"]) == ("GST", 900, "SG")
    assert taxed["base_minor"] + taxed["tax_minor"] == 40_000 + 500  # half of the shipping
    assert (rest["base_minor"], rest["tax_minor"], rest["owed_to"]) == (40_500, 0, "")
    order_id = release(trade, shop, group)
    inside = 40_500 * UNIT * 9 // 109
    assert trade.books("2320", owner=SG) == (40_500 * UNIT - inside) * 9 // 100
    assert trade.books("2320", owner=KH) == 0
    with reading() as session:
        (terms,) = terms_of(session, order_id)
    assert (terms.country, terms.rule_key) == ("SG", "SG-imports-900")
    trade.books_equal_chain()


def test_what_is_sent_into_a_country_owes_nothing_by_the_switch_of_sales_within_it(trade: Trade) -> None:
    answer_for(trade, "SG", HOME)
    answer_for(trade, "KH", HOME)
    shop = shop_that_sends(trade)
    sold(trade, shop, to="SG")
    assert (trade.books("2320", owner=SG), trade.books("2320", owner=KH)) == (0, 0)


def test_a_switch_says_one_thing_of_a_day_and_only_what_is_on_file(trade: Trade) -> None:
    answer_for(trade)
    with pytest.raises(SwitchedAlready):
        answer_for(trade)
    for country, scope in (("BN", HOME), ("KH", IMPORTS), ("KH", WITHHELD), ("KH", "anything")):
        with pytest.raises(UnknownCountry):
            answer_for(trade, country, scope)
    today = market_day(trade.now())
    with transaction() as session:
        ended = end_switch(session, trade.operator, answer_for(trade, "SG", IMPORTS), last_day=today, today=today)
    assert ended.ends_on == today
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(text("UPDATE withholding_switches SET scope = 'abroad'"))


@pytest.mark.parametrize(("country", "scope", "name"), [("KH", HOME, ""), ("SG", IMPORTS, EXPORT)])
def test_the_sellers_invoice_has_no_tax_that_the_market_owes(trade: Trade, country: str, scope: str, name: str) -> None:
    with transaction() as session:
        load_rates(session, [NewRate("SGD", market_day(trade.now()), 1_300_000, "test")])
    answer_for(trade, country, scope)
    shop = shop_that_sends(trade, registered=True)
    group = ordered(trade, {trade.goods(shop, price=10_000): 1}, to=country)
    issue(str(group.orders[0].id))
    with reading() as session:
        invoice = session.query(Invoice).one()
    assert (invoice.total_cents, invoice.tax_cents, invoice.local_tax_minor) == (11_000, 0, 0)
    assert [(part["name"], part["gross_cents"]) for part in invoice.content["parts"]] == [(name, 11_000)]


def test_operator_buyer_and_seller_read_who_owes_the_vat(front: Front, trade: Trade) -> None:
    boss = front.member(trade.operator)
    path = "/console/withheld/rules"
    page = boss.look(path)
    assert "VAT of sales, if the market answers for them" in page
    today = market_day(trade.now())
    fields = {"scope": HOME, "country": "KH", "starts_on": str(today), "ends_on": "", "reason": "Letter of 28 Nov."}
    refused = boss.send(page, path, **{**fields, "country": "PH", "scope": IMPORTS})
    assert (refused.status_code, "No rule of this country is on file." in refused.get_data(as_text=True)) == (422, True)
    assert boss.send(page, path, **fields).status_code == 303
    assert "the market owes it, not the sellers" in boss.look(path)
    shop = shop_that_sends(trade)
    variant = trade.goods(shop)
    buyer = front.visitor()
    buyer.add(variant)
    buyer.fill("/checkout", name="Dara Chan", email="dara@people.example", phone="+855 91 234 567")
    buyer.fill("/checkout/address", name="Dara Chan", street="St 178", city="Phnom Penh", country="KH")
    buyer.send(buyer.look("/checkout/shipping"), "/checkout/shipping")
    assert "The market owes this tax to the tax office, not the seller" in buyer.look("/checkout/review")
    order = trade.order(sold(trade, shop))
    owner = front.member(shop.owner)
    page = owner.look(f"/desk/orders/{order.number}")
    assert "VAT, which the market owes" in page
    assert "you do not declare it" in page
    assert f"VAT of order {order.number}, which the market owes" in owner.look("/desk/money")
    page = owner.look("/desk/tax")
    assert "You do not declare that VAT." in page
    assert "owed by the market" in page
    assert "VAT owed by the market" in owner.look("/books/settlement")
    page = boss.look("/console/withheld")
    assert "VAT the market owes" in page
    month_ = today.strftime("%Y-%m")
    filed = boss.look(f"/console/withheld/KH/{month_}.csv?tax=supply")
    assert "KH-home" not in filed
    assert "10.000000" in filed
    assert "No rule of this country is on file." in boss.look(f"/console/withheld/KH/{month_}.csv", status=422)
