"""Money that leaves escrow in parts: a deposit, a part when the goods leave, the rest on acceptance."""

from dataclasses import replace

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from app.chain.typed_data import sign
from app.db.session import in_transaction, reading, transaction
from app.notify.models import OutgoingMail
from app.onramp.events import CardDisputed
from app.orders.actions.cancel_order import cancel_order
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.open_dispute import open_dispute
from app.orders.actions.place_orders import place_orders
from app.orders.actions.release_part import due_cents, release_part
from app.orders.actions.resolve_dispute import resolve_dispute
from app.orders.actions.ship_order import ship_order
from app.orders.errors import OrderNotFound, PartNotDue
from app.orders.handlers import record_chargeback
from app.orders.models import OrderPart
from app.orders.queries import Viewer, parts_of, stories_of
from app.orders.rules.milestones import PartState, Trigger, part_states, parts
from app.orders.rules.purchase import CARD, WALLET, Purchase
from app.orders.rules.signed_exit import SignedExit
from app.quotes.errors import UnusableParts
from app.quotes.rules.parts import AT_ONCE, PaymentParts, require_parts, require_parts_of
from app.settlement.actions.exit_leg import exit_message
from app.settlement.errors import SignatureNeeded
from tests.support.deals import AN_HOUR, HELD, UNIT, Deal, pay_group_of
from tests.support.trade import Trade, buyer_of
from tests.support.wallet import address_of, book_receipt

THIRDS = PaymentParts(deposit_bps=3_000, shipment_bps=4_000)
WAITING, DUE, RELEASED = PartState.WAITING, PartState.DUE, PartState.RELEASED


def bought_in_parts(trade: Trade, payer: str = CARD) -> Deal:
    """Final in escrow: 101.50 dollars, of which 30.45 are a deposit and 40.60 are due when the goods leave."""
    deal = Deal(trade, payer, HELD, shop := trade.shop_of(), trade.goods(shop, price=10_000, stock=5))
    if payer == WALLET:
        book_receipt(trade, deal.wallet, 10_150)
        trade.settle()
    cart = trade.cart({deal.goods: 1})
    address = address_of(deal.wallet) if payer == WALLET else None
    request = trade.request(cart, paid_by=payer, buyer_address=address)
    purchase = Purchase(
        form_token=request.form_token,
        content_hash=request.content_hash(),
        contact=request.contact,
        address=request.address,
        paid_by=payer,
        orders=[replace(order, parts=THIRDS) for order in trade.priced(cart).orders()],
        buyer_address=address,
        cart_id=cart,
    )
    now = trade.now()
    deal.group = in_transaction(lambda session: place_orders(session, purchase, trade.policy, now))
    pay_group_of(deal)
    trade.settle()
    trade.settle()  # the deposit is due once the payment is final, and has to be sent after that
    return deal


def states(deal: Deal) -> list[PartState]:
    with reading() as session:
        story = stories_of(session, [deal.order])[deal.id]
        return part_states(parts_of(session, deal.id), story.facts, story.leg)


def ship(deal: Deal) -> None:
    with transaction() as session:
        ship_order(session, deal.shop.owner, deal.id, carrier="VET", tracking="1", now=deal.trade.now())
    deal.trade.settle()


def accept(deal: Deal) -> None:
    signed = deal.signed_by_buyer("release")
    with transaction() as session:
        confirm_receipt(session, deal.viewer, deal.id, now=deal.trade.now(), signed=signed)
    deal.trade.settle()


def sign_part(deal: Deal, position: int) -> None:
    deadline = deal.trade.chain.now() + AN_HOUR
    with reading() as session:
        units = due_cents(session, deal.order, position) * UNIT
        document = exit_message(session, deal.id, "release", deadline=deadline, units=units)
    signed = SignedExit(sign(deal.wallet, document), deadline)
    with transaction() as session:
        release_part(session, deal.viewer, deal.id, position, signed=signed)
    deal.trade.settle()


def mails(word: str) -> int:
    with reading() as session:
        return session.query(OutgoingMail).filter(OutgoingMail.key.contains(word)).count()


def test_a_card_order_pays_deposit_shipment_and_acceptance_each_in_its_time(trade: Trade) -> None:
    deal = bought_in_parts(trade)
    assert (states(deal), deal.with_seller()) == ([RELEASED, WAITING, WAITING], 3_045)
    ship(deal)
    assert (states(deal), deal.with_seller()) == ([RELEASED, RELEASED, WAITING], 3_045 + 4_060)
    accept(deal)
    assert (states(deal), deal.with_seller()) == ([RELEASED] * 3, 10_150)
    assert deal.order.settlement_status == "released"
    assert trade.books("2200", owner=deal.shop.id) == 10_150 * UNIT * 95 // 100
    assert mails("part_released") == 2
    trade.books_equal_chain()


def test_a_wallet_buyer_signs_each_part(trade: Trade) -> None:
    deal = bought_in_parts(trade, WALLET)
    assert (states(deal), deal.with_seller()) == ([DUE, WAITING, WAITING], 0)
    assert mails("part_due") == 1
    with pytest.raises(SignatureNeeded), transaction() as session:
        release_part(session, deal.viewer, deal.id, 0, signed=None)
    sign_part(deal, 0)
    assert (states(deal), deal.with_seller()) == ([RELEASED, WAITING, WAITING], 3_045)
    ship(deal)
    sign_part(deal, 1)
    accept(deal)
    assert (states(deal), deal.with_seller()) == ([RELEASED] * 3, 10_150)
    trade.books_equal_chain()


def test_a_part_is_released_once_and_only_when_it_is_due(trade: Trade) -> None:
    deal = bought_in_parts(trade, WALLET)
    with pytest.raises(PartNotDue), transaction() as session:
        release_part(session, deal.viewer, deal.id, 1, signed=None)
    with pytest.raises(PartNotDue), transaction() as session:
        release_part(session, deal.viewer, deal.id, 7, signed=None)
    sign_part(deal, 0)
    sign_part(deal, 0)
    assert deal.with_seller() == 3_045


def test_a_stranger_and_the_seller_release_nothing(trade: Trade) -> None:
    deal = bought_in_parts(trade, WALLET)
    signed = SignedExit(sign(Account.create(), {**exit_document(deal)}), trade.chain.now() + AN_HOUR)
    for viewer in (Viewer(), Viewer(user_id=deal.shop.owner.user_id)):
        with pytest.raises(OrderNotFound), transaction() as session:
            release_part(session, viewer, deal.id, 0, signed=signed)
    trade.settle()
    assert deal.with_seller() == 0


def exit_document(deal: Deal) -> dict[str, object]:
    with reading() as session:
        return exit_message(session, deal.id, "release", deadline=deal.trade.chain.now() + AN_HOUR, units=UNIT)


def test_canceled_before_it_leaves_the_buyer_gets_what_is_still_held(trade: Trade) -> None:
    deal = bought_in_parts(trade)
    with transaction() as session:
        cancel_order(session, deal.viewer, deal.id, now=trade.now())
    trade.settle()
    trade.send_card_refunds()
    trade.settle()
    assert (deal.with_seller(), deal.with_buyer()) == (3_045, 10_150 - 3_045)
    assert deal.order.settlement_status == "split"
    trade.books_equal_chain()


def test_in_a_dispute_only_what_is_held_is_divided(trade: Trade) -> None:
    deal = bought_in_parts(trade)
    ship(deal)
    with transaction() as session:
        open_dispute(session, deal.viewer, deal.id, reason="damaged", text="Wet.", now=trade.now())
    trade.settle()
    assert states(deal) == [RELEASED, RELEASED, WAITING]
    with transaction() as session:
        resolve_dispute(
            session, trade.operator, deal.id, seller_cents=1_000, resolution="A third is wet.", now=trade.now()
        )
    trade.settle()
    trade.send_card_refunds()
    trade.settle()
    assert deal.with_seller() == 3_045 + 4_060 + 1_000
    assert deal.with_buyer() == 10_150 - 3_045 - 4_060 - 1_000
    trade.books_equal_chain()


def test_nothing_becomes_due_once_the_bank_has_taken_the_payment_back(trade: Trade) -> None:
    deal = bought_in_parts(trade)
    with transaction() as session:
        dispute = CardDisputed(deal.group.id, "dp_1", 10_150, "needs_response")
        record_chargeback(session, dispute)
    trade.settle()
    assert states(deal)[1:] == [WAITING, WAITING]
    assert deal.with_seller() == 3_045


def test_what_was_agreed_is_never_changed(trade: Trade) -> None:
    deal = bought_in_parts(trade)
    for change in ("UPDATE order_parts SET cents = 1", "DELETE FROM order_parts"):
        with pytest.raises(Exception, match="append-only"), transaction() as session:
            session.connection().exec_driver_sql(change)
    with reading() as session:
        assert [part.cents for part in session.query(OrderPart).order_by(OrderPart.position)] == [3_045, 4_060, 3_045]
    assert buyer_of(deal.group)


@given(st.integers(1, 99_999_999), st.integers(0, 5_000), st.integers(0, 3_000))
def test_the_parts_are_all_of_it_to_the_cent(total: int, deposit: int, shipment: int) -> None:
    agreed = PaymentParts(deposit, shipment)
    require_parts(agreed)
    found = parts(total, agreed)
    if not agreed:
        assert found == []
    else:
        assert sum(part.cents for part in found) == total
        assert sum(part.share_bps for part in found) == 10_000
        assert all(part.cents > 0 for part in found)
        assert found[-1].trigger is Trigger.RECEIVED
        assert sum(part.cents for part in found[:-1]) * 10_000 <= total * (deposit + shipment)


def test_a_share_of_less_than_a_cent_joins_the_next() -> None:
    deposit_and_shipment, rest = parts(10, PaymentParts(900, 1_100))
    assert (deposit_and_shipment.trigger, deposit_and_shipment.cents) == (Trigger.SHIPPED, 2)
    assert (rest.trigger, rest.cents) == (Trigger.RECEIVED, 8)


@pytest.mark.parametrize(("deposit", "shipment"), [(5_001, 0), (5_000, 3_001), (0, 8_001), (-1, 0), (0, -1)])
def test_parts_that_would_leave_the_buyer_nothing_to_hold_are_refused(deposit: int, shipment: int) -> None:
    with pytest.raises(UnusableParts):
        require_parts(PaymentParts(deposit, shipment))


def test_a_private_person_is_paid_at_once() -> None:
    require_parts_of(AT_ONCE, kind="private_person")
    with pytest.raises(UnusableParts):
        require_parts_of(PaymentParts(1_000), kind="private_person")
    require_parts_of(PaymentParts(1_000), kind="business")
