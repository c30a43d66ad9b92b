"""Invoices and credit notes of real orders, one by one and many at once."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from random import Random
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.catalog.models import Variant
from app.db.session import in_transaction, reading, transaction
from app.invoicing.actions.issue_documents import issue_documents
from app.invoicing.jobs import issue, issue_missing
from app.invoicing.models import Invoice
from app.orders.actions.refund_order import refund_order
from app.orders.models import OrderGroup
from tests.support.on_terms import OnTerms
from tests.support.trade import DAY, Shop, Trade

AT_ONCE = 8


def documents(order_id: UUID | None = None) -> list[Invoice]:
    query = select(Invoice).order_by(Invoice.issued_at)
    with reading() as session:
        return list(session.scalars(query.where(Invoice.order_id == order_id) if order_id else query))


def charged(trade: Trade, goods: UUID, quantity: int = 1) -> OrderGroup:
    """Paid by card; nothing has come into escrow yet."""
    group = trade.place(trade.cart({goods: quantity}))
    trade.charge(trade.open_card_page(group), group.total_cents)
    return group


def refund(trade: Trade, shop: Shop, order_id: UUID, cents: int) -> None:
    with transaction() as session:
        refund_order(session, shop.owner, order_id, cents=cents, reason="Chipped", form_token=uuid4(), now=trade.now())
    trade.settle()


def run_queued() -> None:
    """What the events put on the queue, as a worker takes it."""
    with transaction() as session:
        asked = session.scalars(
            text("DELETE FROM procrastinate_jobs WHERE task_name = 'invoicing.issue' RETURNING args ->> 'order_id'")
        ).all()
    for order_id in asked:
        issue(order_id)


def test_a_paid_order_is_invoiced_once_by_the_job_its_payment_asks_for(trade: Trade) -> None:
    shop = trade.shop_of()
    group = charged(trade, trade.goods(shop), quantity=2)
    run_queued()
    (one,) = documents()
    assert (one.name, one.kind, one.total_cents) == ("I-000001", "invoice", group.total_cents)
    assert one.content["buyer"] == {"company": {}, "country": "KH"}
    assert one.content["seller"]["name"] == "Sothy's Farm"
    assert [line["quantity"] for line in one.content["lines"]] == [2]
    issue(str(group.orders[0].id))
    issue_missing()
    assert len(documents()) == 1


def test_an_order_that_is_not_paid_has_no_invoice(trade: Trade) -> None:
    group = trade.place(trade.cart({trade.goods(trade.shop_of()): 1}))
    issue(str(group.orders[0].id))
    assert documents() == []


def test_what_the_job_missed_is_issued_by_the_clock(trade: Trade) -> None:
    charged(trade, trade.goods(trade.shop_of()))
    issue_missing()
    assert [one.name for one in documents()] == ["I-000001"]


def test_each_refund_has_its_credit_note_and_together_they_take_the_invoice_back(trade: Trade) -> None:
    shop = trade.shop_of()
    order = trade.shipped_order(shop).orders[0]
    refund(trade, shop, order.id, 333)
    refund(trade, shop, order.id, order.total_cents - 333)
    run_queued()
    invoice, *notes = documents(order.id)
    assert [one.name for one in notes] == ["C-000001", "C-000002"]
    assert [one.total_cents for one in notes] == [333, order.total_cents - 333]
    assert {one.corrects_id for one in notes} == {invoice.id}
    assert sum(one.tax_cents for one in notes) == invoice.tax_cents
    assert sum(one.local_total_minor for one in notes) == invoice.local_total_minor


def test_the_invoice_keeps_what_it_said_when_the_shop_changes_its_name(trade: Trade) -> None:
    shop = trade.shop_of()
    group = charged(trade, trade.goods(shop))
    run_queued()
    with transaction() as session:
        session.execute(text("UPDATE organizations SET name = 'Another' WHERE id = :id"), {"id": shop.id})
    assert documents(group.orders[0].id)[0].content["seller"]["name"] == "Sothy's Farm"


def test_a_payment_that_came_to_nothing_is_taken_back_whole(trade: Trade) -> None:
    group = charged(trade, trade.goods(trade.shop_of()), quantity=2)
    trade.chain.pass_time(int(2 * DAY.total_seconds()))
    trade.worker.round()
    trade.send_card_refunds()
    trade.settle()
    run_queued()
    invoice, note = documents()
    assert (note.kind, note.corrects_id) == ("credit_note", invoice.id)
    assert note.total_cents == invoice.total_cents == group.total_cents
    assert note.content["reason"] == "not_funded"


def test_what_is_paid_later_is_invoiced_when_it_is_paid_and_names_the_firm(trade: Trade) -> None:
    group = OnTerms(trade).order()
    issue(str(group.orders[0].id))
    assert documents() == []
    trade.charge(trade.open_card_page(group), group.total_cents)
    run_queued()
    (one,) = documents()
    assert one.content["buyer"]["company"]["name"] == "Mekong Foods"


def test_vouchers_lower_the_invoice_only_where_the_seller_pays_them(trade: Trade) -> None:
    shop = trade.shop_of(is_tax_registered=True)
    trade.voucher(shop, code="RAIN")
    trade.voucher(None, code="FAIR")
    cart = trade.cart({trade.goods(shop, price=2_000): 1})
    trade.use_voucher(cart, "RAIN")
    trade.use_voucher(cart, "FAIR")
    group = trade.place(cart)
    trade.charge(trade.open_card_page(group), group.total_cents)
    run_queued()
    (one,) = documents()
    order = trade.order(group.orders[0].id)
    assert one.total_cents == order.total_cents == 2_000 - 200 + order.shipping_cents
    assert one.content["market"] == {"code": "FAIR", "cents": order.market_cents}
    assert order.market_cents > 0
    assert one.tax_cents == sum(tax["tax_minor"] for tax in order.tax_lines)


def test_goods_of_two_taxes_have_each_its_own_also_when_their_class_changes_later(trade: Trade) -> None:
    shop = trade.shop_of(is_tax_registered=True)
    rice, pepper = trade.goods(shop, title="Rice", price=1_000), trade.goods(shop, price=2_200)
    of_class(rice, "basic_food")
    group = trade.place(trade.cart({rice: 2, pepper: 1}))
    of_class(rice, "ordinary")
    trade.charge(trade.open_card_page(group), group.total_cents)
    run_queued()
    (one,) = documents()
    parts = {part["rate_bps"]: part for part in one.content["parts"]}
    assert (parts[0]["gross_cents"], parts[0]["tax_cents"]) == (2_000, 0)
    assert parts[1_000]["gross_cents"] == 2_200 + group.orders[0].shipping_cents
    taxes = [line["tax_cents"] for line in one.content["lines"]] + [one.content["shipping"]["tax_cents"]]
    assert sum(taxes) == one.tax_cents == parts[1_000]["tax_cents"] > 0


def of_class(variant_id: UUID, tax_class: str) -> None:
    with transaction() as session:
        session.get_one(Variant, variant_id).listing.tax_class = tax_class


def test_many_orders_at_once_of_two_shops_have_numbers_without_gaps_and_doubles(trade: Trade) -> None:
    shops = [trade.shop_of(), trade.shop_of(name="Ban Chiang Weavers")]
    goods = [trade.goods(shop) for shop in shops]
    orders = [order.id for _ in range(10) for order in trade_both(trade, goods).orders]
    asked = [order_id for order_id in orders for _ in range(3)]
    Random(7).shuffle(asked)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(_issue_or_fail, asked, range(len(asked))))
    by_shop = defaultdict(list)
    for one in documents():
        by_shop[one.organization_id].append(one.number)
    assert dict(by_shop) == {shop.id: list(range(1, 11)) for shop in shops}


def trade_both(trade: Trade, goods: list[UUID]) -> OrderGroup:
    group = trade.place(trade.cart(dict.fromkeys(goods, 1)))
    trade.charge(trade.open_card_page(group), group.total_cents)
    return group


class Dies(Exception):
    """Between numbering and committing."""


def die_sometimes(turn: int) -> None:
    if turn % 3 == 0:
        raise Dies


def _issue_or_fail(order_id: UUID, turn: int) -> None:
    """Every third dies after it has its number; somebody else asks for the same order again."""
    try:
        with transaction() as session:
            issue_documents(session, order_id)
            die_sometimes(turn)
    except Dies:
        issue(str(order_id))


def test_credit_notes_raced_by_threads_are_one_each(trade: Trade) -> None:
    shop = trade.shop_of()
    orders = [trade.shipped_order(shop).orders[0] for _ in range(3)]
    for order in orders:
        refund(trade, shop, order.id, 100)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(issue, chain.from_iterable([str(order.id)] * 4 for order in orders)))
    numbers = defaultdict(list)
    for one in documents():
        numbers[one.series].append(one.number)
    assert numbers == {"I": [1, 2, 3], "C": [1, 2, 3]}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoices SET total_cents = total_cents + 1",
        "DELETE FROM invoices",
        "TRUNCATE invoices CASCADE",
        "UPDATE invoice_series SET last_number = last_number + 2",
        "UPDATE invoice_series SET last_number = last_number + 1",
        "UPDATE invoice_series SET last_number = last_number - 1",
        "DELETE FROM invoice_series",
        "INSERT INTO invoice_series VALUES ((SELECT id FROM organizations LIMIT 1), 'T', 1)",
    ],
)
def test_the_database_refuses_gaps_and_changes(trade: Trade, statement: str) -> None:
    charged(trade, trade.goods(trade.shop_of()))
    run_queued()
    with pytest.raises(DBAPIError), transaction() as session:
        session.execute(text(statement))
    assert [one.name for one in documents()] == ["I-000001"]


def test_the_database_numbers_by_itself_and_refuses_to_credit_too_much(trade: Trade) -> None:
    charged(trade, trade.goods(trade.shop_of()))
    run_queued()
    (invoice,) = documents()
    same = {
        name: getattr(invoice, name)
        for name in ("organization_id", "order_id", "supplied_at", "tax_cents", "local_currency", "local_total_minor")
    }
    rest = {**same, "local_tax_minor": 0, "content": {}}

    def add(**values: object) -> Invoice:
        def write(session: object) -> Invoice:
            one = Invoice(**{**rest, **values})
            session.add(one)  # type: ignore[attr-defined]
            session.flush()  # type: ignore[attr-defined]
            return one

        return in_transaction(write)

    too_much = {"kind": "credit_note", "series": "C", "corrects_id": invoice.id, "source": "x"}
    with pytest.raises(IntegrityError, match="exceed"):
        add(**too_much, total_cents=invoice.total_cents + 1)
    with pytest.raises(IntegrityError, match="uq_invoices_order_id_source"):
        add(kind="invoice", series="I", source="paid", total_cents=1)
    add(kind="invoice", series="I", source="y", number=77, total_cents=1)
    assert [one.number for one in documents()] == [1, 2]
