"""Who may make and end a voucher, and what is refused."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.catalog.models import Variant
from app.db.session import reading, transaction
from app.identity.errors import OperatorNeeded, ShopNotFound
from app.vouchers.actions.create_voucher import create_voucher
from app.vouchers.actions.stop_voucher import stop_voucher
from app.vouchers.errors import (
    ImpossibleVoucher,
    ImpossibleVoucherDays,
    NotYourGoods,
    VoucherCodeTaken,
    VoucherNotFound,
)
from app.vouchers.models import Voucher
from app.vouchers.rules.terms import VoucherTerms
from tests.support.front import Front
from tests.support.trade import Shop, Trade

TEN = VoucherTerms(code="rain-10", currency="USD", percent_bps=1_000)


def make(trade: Trade, shop: Shop | None, terms: VoucherTerms = TEN, **others: object) -> Voucher:
    values = {"actor": shop.owner if shop else trade.operator, "form_token": uuid4(), "now": trade.now(), **others}
    with transaction() as session:
        return create_voucher(session, values.pop("actor"), shop.id if shop else None, terms, **values)  # type: ignore[arg-type]


def test_the_same_form_twice_is_one_voucher_and_the_same_code_twice_is_refused(trade: Trade) -> None:
    shop, other, token = trade.shop_of(), trade.shop_of(name="Mekong Silk"), uuid4()
    assert make(trade, shop, form_token=token).id == make(trade, shop, form_token=token).id
    with pytest.raises(VoucherCodeTaken):
        make(trade, shop, VoucherTerms(code="RAIN 10", currency="USD", percent_bps=500))
    make(trade, other)
    make(trade, None)
    with pytest.raises(VoucherCodeTaken):
        make(trade, None)


def test_an_ended_code_can_be_given_out_again(trade: Trade) -> None:
    shop = trade.shop_of()
    first = make(trade, shop)
    for _ in range(2):
        with transaction() as session:
            stop_voucher(session, shop.owner, shop.id, first.id, now=trade.now())
    assert make(trade, shop).id != first.id


def test_a_stranger_can_neither_make_nor_end_one(trade: Trade) -> None:
    shop, stranger = trade.shop_of(), trade.person()
    voucher, markets = make(trade, shop), make(trade, None)
    with pytest.raises(ShopNotFound):
        make(trade, shop, actor=stranger)
    for actor in (stranger, shop.owner):
        with pytest.raises(OperatorNeeded):
            make(trade, None, actor=actor)
    tries = ((stranger, shop.id, voucher.id), (shop.owner, None, markets.id), (trade.operator, None, voucher.id))
    for actor, place, voucher_id in tries:
        with pytest.raises(VoucherNotFound), transaction() as session:
            stop_voucher(session, actor, place, voucher_id, now=trade.now())


def test_impossible_terms_are_refused(trade: Trade) -> None:
    shop, other = trade.shop_of(), trade.shop_of(name="Mekong Silk")
    for off in ({}, {"percent_bps": 9_100}, {"percent_bps": 500, "amount_minor": 5}, {"amount_minor": 0}):
        with pytest.raises(ImpossibleVoucher):
            make(trade, shop, VoucherTerms(code="ABC", currency="USD", **off))  # type: ignore[arg-type]
    with pytest.raises(ImpossibleVoucherDays):
        make(trade, shop, VoucherTerms(code="ABC", currency="USD", percent_bps=500, ends_at=trade.now() - timedelta(1)))
    silk = trade.goods(other)
    with reading() as session:
        listing_id = session.get_one(Variant, silk).listing_id
    with pytest.raises(NotYourGoods):
        make(trade, shop, VoucherTerms(code="ABC", currency="USD", percent_bps=500, listing_ids=[listing_id]))


def test_a_seller_makes_one_on_the_desk_sees_its_uses_ends_it_and_takes_the_list_along(
    front: Front, trade: Trade
) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop, price=10_000)
    desk = front.member(shop.owner)
    path = f"/desk/vouchers?shop={shop.id}"
    answer = desk.fill(path, percent="10", amount="3.00", most_per_buyer="1")
    assert answer.status_code == 422
    assert "Give a percentage" in answer.get_data(as_text=True)
    assert 'value="3.00"' in answer.get_data(as_text=True), "nothing that was typed is lost"
    assert (
        desk.fill(
            path, percent="10", code="=rain", first_day="2026-01-01", most_uses="2", most_per_buyer="", skus="A"
        ).status_code
        == 303
    )
    cart = trade.cart({goods: 1})
    trade.use_voucher(cart, "RAIN")
    group = trade.place(cart)
    trade.charge(trade.open_card_page(group), group.total_cents)
    page = desk.look(path)
    assert "1 of 2" in page
    assert "$10.00" in page
    table = desk.look(f"/desk/vouchers.csv?shop={shop.id}")
    assert "'=RAIN,10,,USD,0.00," in table
    assert ",2,,1,0,10.00," in table
    with reading() as session:
        voucher_id = session.query(Voucher.id).scalar()
    assert desk.send(page, f"/desk/vouchers/{voucher_id}/stop?shop={shop.id}").status_code == 303
    assert "ended" in desk.look(path)


def test_the_operator_makes_the_markets_own_and_it_is_written_down(front: Front, trade: Trade) -> None:
    desk = front.member(trade.operator)
    assert desk.fill("/console/vouchers", amount="5.00", minimum="20", last_day="2099-12-31").status_code == 303
    with reading() as session:
        voucher = session.query(Voucher).one()
    assert (voucher.organization_id, voucher.amount_minor, voucher.minimum_minor) == (None, 500, 2_000)
    assert voucher.code in desk.look("/console/vouchers")
    front.member(trade.person()).look("/console/vouchers", status=403)
