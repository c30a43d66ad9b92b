"""Commission given back for goods that came back after their release, on a real chain."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.audit.models import AuditEntry
from app.config.current import settings
from app.db.session import in_transaction, reading, transaction
from app.errors import DomainError
from app.identity.actor import Actor
from app.identity.errors import OperatorNeeded
from app.ledger.models import Journal
from app.money.amounts import fee_due, units_share_included
from app.notify.models import OutgoingMail
from app.orders.actions.confirm_receipt import confirm_receipt
from app.payouts.actions.give_commission_back import give_commission_back
from app.payouts.errors import CameBackTooMuch, CommissionGone, NoSuchRelease, RequestChanged
from app.payouts.lines import movements
from app.payouts.models import CommissionReturn
from app.payouts.rules import Earned, commission_back
from app.settlement.models import EscrowLeg
from app.shipping.rules import RateTerms
from tests.support.front import Front
from tests.support.trade import Shop, Trade, buyer_of

UNIT = 10_000  # base units of a cent
FEE = 500 * UNIT  # five percent of 100 dollars
MORE = """UPDATE escrow_legs SET amount = amount + 10000, final_released = final_released + 10000, final_fee = final_fee + 500"""
"""A release the books do not know of."""
FREE = RateTerms("domestic", "Parcel", "VET Express", 1, 3, 0)


def released(trade: Trade, *, wallet: bytes | None = None) -> tuple[Shop, UUID]:
    """A shop, and an order of 100 dollars it was paid for."""
    shop = trade.shop_of(rates=[FREE], wallet=wallet)
    group = trade.shipped_order(shop, price=10_000)
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), group.orders[0].id, now=trade.now())
    trade.settle()
    return shop, group.orders[0].id


def give(
    trade: Trade, order_id: UUID, cents: int = 4_000, *, actor: Actor | None = None, token: UUID | None = None
) -> None:
    who, form = actor or trade.operator, token or uuid4()
    in_transaction(
        lambda s: give_commission_back(s, who, order_id, cents=cents, reason="It came back broken.", form_token=form).id
    )


def vat_of(fee: int) -> int:
    return units_share_included(fee, settings().commission_vat_bps)


def test_the_commission_on_what_came_back_is_the_sellers_again_with_its_vat(trade: Trade) -> None:
    shop, order_id = released(trade)
    before = trade.books("2200", owner=shop.id)
    give(trade, order_id)
    trade.settle()
    assert trade.books("2200", owner=shop.id) == before + 200 * UNIT
    assert trade.books("1205") == trade.on_chain(trade.keys.address("fees")) == FEE - 200 * UNIT
    assert trade.books("4100") + trade.books("2300") == FEE - 200 * UNIT
    assert abs(trade.books("2300") - vat_of(FEE - 200 * UNIT)) <= 1
    trade.books_equal_chain()
    with reading() as session:
        assert session.query(Journal).filter_by(event="commission_given_back").one().order_id == order_id
        newest = movements(session, shop.id)[0]
    assert (newest.event, int(newest.units)) == ("commission_given_back", 200 * UNIT)


def test_a_seller_with_an_own_wallet_gets_it_there(trade: Trade) -> None:
    wallet = bytes.fromhex(trade.chain.accounts[5][2:])
    shop, order_id = released(trade, wallet=wallet)
    give(trade, order_id)
    trade.settle()
    assert trade.on_chain(wallet) == 9_500 * UNIT + 200 * UNIT
    assert trade.books("2200", owner=shop.id) == 0
    trade.books_equal_chain()


def test_all_of_it_may_come_back_in_parts_and_nothing_more(trade: Trade) -> None:
    _, order_id = released(trade)
    for cents in (3_333, 3_333, 3_334):
        give(trade, order_id, cents)
    with pytest.raises(CameBackTooMuch):
        give(trade, order_id, 1)
    trade.settle()
    assert (trade.books("1205"), trade.books("4100"), trade.books("2300")) == (0, 0, 0)
    trade.books_equal_chain()


def test_the_same_form_gives_back_once_and_for_another_amount_it_is_refused(trade: Trade) -> None:
    _, order_id = released(trade)
    token = uuid4()
    for _ in range(2):
        give(trade, order_id, token=token)
    with pytest.raises(RequestChanged):
        give(trade, order_id, 100, token=token)
    trade.settle()
    assert trade.books("1205") == FEE - 200 * UNIT


def test_two_forms_at_once_give_back_no_more_than_was_taken(trade: Trade) -> None:
    _, order_id = released(trade)
    start = Barrier(4)

    def ask(_number: int) -> bool:
        start.wait()
        try:
            give(trade, order_id, 4_000)
        except CameBackTooMuch:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ask, range(4))) == 2
    trade.settle()
    assert trade.books("1205") == 100 * UNIT
    trade.books_equal_chain()


@pytest.mark.parametrize(("cents", "refused"), [(0, CameBackTooMuch), (10_001, CameBackTooMuch)])
def test_what_cannot_have_come_back_is_refused(trade: Trade, cents: int, refused: type[DomainError]) -> None:
    _, order_id = released(trade)
    with pytest.raises(refused):
        give(trade, order_id, cents)


def test_of_an_order_whose_seller_was_not_paid_there_is_nothing_to_give_back(trade: Trade) -> None:
    shop = trade.shop_of(rates=[FREE])
    group = trade.shipped_order(shop)
    with pytest.raises(NoSuchRelease):
        give(trade, group.orders[0].id, 1)
    with pytest.raises(NoSuchRelease):
        give(trade, uuid4(), 1)


def test_only_an_operator_gives_back(trade: Trade) -> None:
    shop, order_id = released(trade)
    for person in (shop.owner, trade.shop_of(name="Others").owner, trade.person()):
        with pytest.raises(OperatorNeeded):
            give(trade, order_id, actor=person)


def test_what_is_not_at_the_markets_address_cannot_be_given_back(trade: Trade) -> None:
    """Two orders' commission is there once; what is on its way already does not count twice."""
    _, first = released(trade)
    give(trade, first, 10_000)
    with transaction() as session:
        session.execute(text(MORE))
    with pytest.raises(CommissionGone):
        give(trade, first, 1)


def test_the_database_gives_back_no_more_than_the_fee_and_changes_nothing_given(trade: Trade) -> None:
    _, order_id = released(trade)
    give(trade, order_id)
    with pytest.raises(IntegrityError, match="no_more_than_the_fee_is_given_back"), transaction() as session:
        session.query(EscrowLeg).filter_by(order_id=order_id).one().fee_given_back = FEE + 1
    with pytest.raises(DBAPIError), transaction() as session:
        session.query(CommissionReturn).one().fee_units = 1


def test_the_operator_gives_back_by_pages_alone_and_the_seller_reads_why(front: Front, trade: Trade) -> None:
    shop, order_id = released(trade)
    number = trade.order(order_id).number
    boss, path = front.member(trade.operator), "/console/commission"
    page = boss.look(path)
    assert "No commission was given back yet." in page
    wrong = boss.send(page, path, number="ZZZ", amount="40.00", reason="It came back.")
    assert wrong.status_code == 422
    assert "There is no order of this number" in wrong.get_data(as_text=True)
    for _ in range(2):
        sent = boss.send(page, path, number=number, amount="40.00", reason="It came back broken.")
        assert sent.status_code == 303
    page = boss.look(path)
    assert number in page
    assert "being sent" in page
    trade.settle()
    assert "being sent" not in boss.look(path)
    seller = front.member(shop.owner).look("/desk/money")
    assert f"Commission of order {number} given back" in seller
    with reading() as session:
        mail = session.query(OutgoingMail).filter(OutgoingMail.key.startswith("commission-back:")).one()
        acts = {entry.action for entry in session.query(AuditEntry).filter_by(subject_id=order_id)}
    assert mail.subject == f"Commission of order {number} given back"
    assert "2.00" in mail.body
    assert "It came back broken." in mail.body
    assert "commission.give_back" in acts
    assert trade.books("1205") == FEE - 200 * UNIT


@given(
    amount=st.integers(1, 10**15),
    bps=st.integers(0, 3_000),
    vat_bps=st.integers(0, 2_500),
    cuts=st.lists(st.integers(1, 10**14), max_size=6),
)
def test_many_parts_give_back_what_one_does(amount: int, bps: int, vat_bps: int, cuts: list[int]) -> None:
    fee = fee_due(amount, bps)
    vat, came, given_back, given_vat = units_share_included(fee, vat_bps), 0, 0, 0
    for cut in cuts:
        part = min(cut, amount - came)
        if not part:
            break
        earned = Earned(amount, bps, fee, vat, came, given_back, given_vat)
        back, back_vat = commission_back(earned, part)
        assert 0 <= back_vat <= back
        came, given_back, given_vat = came + part, given_back + back, given_vat + back_vat
    if came:
        assert commission_back(Earned(amount, bps, fee, vat), came) == (given_back, given_vat)
    assert given_back <= fee
    assert given_vat <= vat


def test_of_an_order_without_commission_there_is_none() -> None:
    assert commission_back(Earned(10_000, 0, 0, 0), 5_000) == (0, 0)
