"""Goods come back: who may move a return, what silence does, and where the money is in the end."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from app.db.session import in_transaction, reading, transaction
from app.errors import DomainError
from app.identity.actions.grant_role import grant_role
from app.identity.actor import Actor
from app.identity.queries import actor_of
from app.notify.models import OutgoingMail
from app.orders.actions.answer_return import approve_return, decline_return
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.finish_return import receive_return, refund_return
from app.orders.actions.open_dispute import open_dispute
from app.orders.actions.request_return import MOST_RETURNS, request_return
from app.orders.actions.send_return import cancel_return, send_return
from app.orders.actions.ship_order import ship_order
from app.orders.errors import (
    EscrowIsOver,
    FormAlreadyUsed,
    MoreThanIsLeft,
    NothingInEscrow,
    OrderNotFound,
    OrderNotShipped,
    RefundExceedsLeft,
    ReturnIsRunning,
    ReturnMovedOn,
    ReturnNotFound,
    TooManyReturns,
)
from app.orders.jobs import look_after_returns
from app.orders.models import Dispute, Order, OrderEvent, OrderGroup, OrderLine
from app.orders.queries import Viewer
from app.orders.return_models import OrderReturn
from app.orders.rules.next_event import next_event
from app.orders.rules.upcoming import MainAction
from tests.support.deals import CARD, HELD, OWN, WALLET, paid_deals
from tests.support.trade import Shop, Trade, buyer_of

PIECE = 3_333


class Sold:
    """Three pieces, sent, paid by card; both sides and the steps of a return."""

    def __init__(self, trade: Trade, *, shop: Shop | None = None) -> None:
        self.trade = trade
        self.shop = shop or trade.shop_of()
        self.group: OrderGroup = trade.shipped_order(self.shop, price=PIECE, quantity=3)
        self.order: Order = self.group.orders[0]
        self.viewer: Viewer = buyer_of(self.group)
        self.line: UUID = self.order.lines[0].id

    def ask(self, count: int = 1, *, viewer: Viewer | None = None, token: UUID | None = None) -> OrderReturn:
        sent, now = token or uuid4(), datetime.now(UTC)
        return in_transaction(
            lambda session: request_return(
                session,
                viewer or self.viewer,
                self.order.id,
                counts={self.line: count},
                reason="damaged",
                text="It came broken.",
                form_token=sent,
                now=now,
            )
        )

    def approve(self, found: OrderReturn, actor: Actor | None = None) -> None:
        with transaction() as session:
            approve_return(
                session,
                actor or self.shop.owner,
                self.order.id,
                found.id,
                return_address="Kampot market 3",
                postage="seller",
                now=datetime.now(UTC),
            )

    def decline(self, found: OrderReturn, actor: Actor | None = None) -> None:
        with transaction() as session:
            decline_return(
                session, actor or self.shop.owner, self.order.id, found.id, answer="It was used.", now=datetime.now(UTC)
            )

    def send(self, found: OrderReturn, viewer: Viewer | None = None) -> None:
        with transaction() as session:
            send_return(
                session,
                viewer or self.viewer,
                self.order.id,
                found.id,
                carrier="EMS",
                tracking="R 1",
                now=datetime.now(UTC),
            )

    def cancel(self, found: OrderReturn, viewer: Viewer | None = None) -> None:
        with transaction() as session:
            cancel_return(session, viewer or self.viewer, self.order.id, found.id, now=datetime.now(UTC))

    def receive(self, found: OrderReturn, actor: Actor | None = None) -> None:
        with transaction() as session:
            receive_return(
                session, actor or self.shop.owner, self.order.id, found.id, condition="As new.", now=datetime.now(UTC)
            )

    def refund(
        self, found: OrderReturn, cents: int = PIECE, actor: Actor | None = None, token: UUID | None = None
    ) -> None:
        with transaction() as session:
            refund_return(
                session,
                actor or self.shop.owner,
                self.order.id,
                found.id,
                cents=cents,
                reason="It came back.",
                form_token=token or uuid4(),
                now=datetime.now(UTC),
            )

    def dispute(self) -> None:
        with transaction() as session:
            open_dispute(
                session, self.viewer, self.order.id, reason="damaged", text="No answer.", now=datetime.now(UTC)
            )

    def confirm(self) -> None:
        with transaction() as session:
            confirm_receipt(session, self.viewer, self.order.id, now=datetime.now(UTC))

    def state(self, found: OrderReturn) -> str:
        with reading() as session:
            return session.get_one(OrderReturn, found.id).state

    def returned(self) -> int:
        with reading() as session:
            return session.get_one(OrderLine, self.line).returned_count

    def settled(self) -> str:
        return self.trade.order(self.order.id).settlement_status

    def facts(self) -> list[str]:
        with reading() as session:
            rows = session.query(OrderEvent.kind).filter_by(order_id=self.order.id).order_by(OrderEvent.sequence)
            return [kind for (kind,) in rows if kind.startswith("return_")]


def mails(word: str) -> list[str]:
    with reading() as session:
        rows = session.query(OutgoingMail).filter(OutgoingMail.key.contains(word)).order_by(OutgoingMail.id)
        return [row.body for row in rows]


def test_what_comes_back_is_refunded_to_the_card_and_the_rest_is_the_sellers(trade: Trade) -> None:
    sold = Sold(trade)
    found = sold.ask(2)
    assert [line.cents for line in found.lines] == [2 * PIECE]
    for_seller = next_event(trade.story(sold.order.id), trade.now(), for_seller=True)
    assert (for_seller.action, for_seller.by) == (MainAction.RETURN, found.due_at)
    with pytest.raises(ReturnIsRunning):
        sold.confirm()
    for step in (sold.approve, sold.send, sold.receive):
        step(found)
        step(found)
    token = uuid4()
    for _ in range(2):
        sold.refund(found, 2 * PIECE, token=token)
    with pytest.raises(FormAlreadyUsed):
        sold.refund(found, 1, token=token)
    assert sold.state(found) == "refunded"
    assert sold.facts() == [
        "return_asked",
        "return_approved",
        "return_sent",
        "return_received",
        "return_refunded",
    ]
    assert [len(mails(word)) for word in ("return_asked", "return_approved", "return_sent", "return_received")] == [
        1
    ] * 4
    assert "Kampot market 3" in mails("return_approved")[0]
    trade.settle()
    assert trade.send_card_refunds() == 2 * PIECE
    sold.confirm()
    trade.settle()
    assert sold.settled() == "split"
    trade.books_equal_chain()


def test_nothing_comes_back_that_was_not_bought_or_twice(trade: Trade) -> None:
    sold = Sold(trade)
    with pytest.raises(MoreThanIsLeft):
        sold.ask(4)
    token = uuid4()
    first = sold.ask(2, token=token)
    assert sold.ask(2, token=token).id == first.id
    with pytest.raises(ReturnIsRunning):
        sold.ask(1)
    sold.refund(first, 2 * PIECE)
    with pytest.raises(MoreThanIsLeft):
        sold.ask(2)
    second = sold.ask(1)
    with pytest.raises(RefundExceedsLeft):
        sold.refund(second, sold.order.total_cents)
    sold.decline(second)
    assert sold.returned() == 2
    third = sold.ask(1)
    sold.cancel(third)
    sold.cancel(third)
    assert sold.returned() == 2
    for _ in range(MOST_RETURNS - 3):
        sold.cancel(sold.ask(1))
    with pytest.raises(TooManyReturns):
        sold.ask(1)
    with pytest.raises(IntegrityError), transaction() as session:
        session.get_one(OrderLine, sold.line).returned_count = 4


def test_two_returns_asked_at_once_are_one(trade: Trade) -> None:
    sold = Sold(trade)

    def ask(_: int) -> str:
        try:
            sold.ask(2)
        except DomainError as refused:
            return refused.code
        return "asked"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(ask, range(2))) == ["asked", ReturnIsRunning.code]
    assert sold.returned() == 2


def test_a_return_and_the_word_that_all_is_well_at_once_pay_only_one_way(trade: Trade) -> None:
    sold = Sold(trade)

    def attempt(act: Callable[[], object]) -> str:
        try:
            act()
        except DomainError as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(attempt, (sold.ask, sold.confirm)))
    assert answers in (["done", EscrowIsOver.code], ["done", ReturnIsRunning.code])
    trade.settle()
    assert sold.settled() == ("released" if EscrowIsOver.code in answers else "in_escrow")


def test_a_dispute_and_a_release_in_the_same_second_end_one_way_and_close_the_return(trade: Trade) -> None:
    sold = Sold(trade)
    found = sold.ask()
    trade.chain.pass_time(int((found.hold_at - trade.now()).total_seconds()) + 1)
    trade.worker.round()

    def attempt(act: Callable[[], object]) -> str:
        try:
            act()
        except DomainError as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(attempt, (sold.dispute, look_after_returns, sold.confirm)))
    assert answers[:2] == ["done", "done"]
    assert answers[2] in (ReturnIsRunning.code, NothingInEscrow.code, "done")
    assert sold.state(found) == "disputed"
    with reading() as session:
        assert session.query(Dispute).filter_by(order_id=sold.order.id).count() == 1
    trade.settle()
    assert sold.settled() in ("disputed", "released")
    trade.books_equal_chain()


def test_after_release_the_return_is_refused_with_what_to_do_instead(trade: Trade) -> None:
    sold = Sold(trade)
    sold.confirm()
    for _ in range(2):
        with pytest.raises(EscrowIsOver) as refused:
            sold.ask()
        assert "arrange it between the two of you" in str(refused.value)
        trade.settle()
    assert sold.settled() == "released"
    unsent = trade.paid_group({trade.goods(sold.shop): 1})
    with pytest.raises(OrderNotShipped), transaction() as session:
        request_return(
            session,
            buyer_of(unsent),
            unsent.orders[0].id,
            counts={unsent.orders[0].lines[0].id: 1},
            reason="other",
            text="x",
            form_token=uuid4(),
            now=trade.now(),
        )


def test_nobody_moves_a_return_who_may_not(trade: Trade) -> None:
    sold, other = Sold(trade), Sold(trade, shop=trade.shop_of(name="Another shop"))
    people = {role: _member(trade, sold, role) for role in ("sales", "warehouse", "accountant")}
    stranger = Viewer(other.shop.owner.user_id, ("no-token",))
    with pytest.raises(OrderNotFound):
        sold.ask(viewer=stranger)
    with pytest.raises(OrderNotFound):
        sold.ask(viewer=Viewer(sold.shop.owner.user_id))
    found = sold.ask()
    for actor in (other.shop.owner, people["warehouse"], people["accountant"], Actor(None)):
        for act in (sold.approve, sold.decline):
            with pytest.raises(OrderNotFound):
                act(found, actor)
        with pytest.raises(OrderNotFound):
            sold.refund(found, actor=actor)
    with pytest.raises(ReturnMovedOn):
        sold.send(found)
    with pytest.raises(ReturnMovedOn):
        sold.receive(found)
    sold.approve(found, people["sales"])
    for viewer in (stranger, other.viewer, Viewer(sold.shop.owner.user_id)):
        with pytest.raises(OrderNotFound):
            sold.send(found, viewer)
        with pytest.raises(OrderNotFound):
            sold.cancel(found, viewer)
    sold.send(found)
    with pytest.raises(ReturnMovedOn):
        sold.cancel(found)
    with pytest.raises(OrderNotFound):
        sold.receive(found, people["accountant"])
    sold.receive(found, people["warehouse"])
    with pytest.raises(ReturnMovedOn):
        sold.decline(found)
    with pytest.raises(ReturnNotFound):
        other.approve(found)
    sold.refund(found, actor=people["sales"])


def _member(trade: Trade, sold: Sold, role: str) -> Actor:
    person = trade.person()
    assert person.user_id is not None
    with transaction() as session:
        grant_role(session, granted_by=None, organization_id=sold.shop.id, user_id=person.user_id, role=role)
        return actor_of(session, person.user_id)


def test_a_silent_seller_brings_it_to_the_arbiter_and_a_silent_buyer_ends_it(trade: Trade) -> None:
    sold = Sold(trade)
    found = sold.ask()
    assert found.due_at < sold.order.auto_release_at
    trade.wait_until(min(found.due_at, found.hold_at))
    look_after_returns()
    look_after_returns()
    assert sold.state(found) == "disputed"
    trade.settle()
    assert sold.settled() == "disputed"
    assert len(mails("at_arbiter")) == 2
    assert "Somebody of the market" in next_event(trade.story(sold.order.id), trade.now()).headline.message
    with pytest.raises(ReturnMovedOn):
        sold.approve(found)


def test_an_open_return_is_held_by_the_buyer_agent_before_silence_pays_the_seller(trade: Trade) -> None:
    sold = Sold(trade)
    found = sold.ask()
    sold.approve(found)
    sold.send(found)
    assert found.hold_at < sold.order.auto_release_at
    trade.wait_until(found.hold_at)
    look_after_returns()
    trade.settle()
    assert (sold.state(found), sold.settled()) == ("disputed", "disputed")
    trade.wait_until(sold.order.auto_release_at + timedelta(days=1))
    assert sold.settled() == "disputed"


def test_a_buyer_with_a_wallet_is_asked_in_good_time_and_silence_pays_the_seller(trade: Trade) -> None:
    (deal,) = paid_deals(trade, [(WALLET, HELD)])
    sold = Sold.__new__(Sold)
    sold.trade, sold.shop, sold.group, sold.order = trade, deal.shop, deal.group, deal.order
    sold.viewer, sold.line = deal.viewer, deal.order.lines[0].id
    with transaction() as session:
        ship_order(session, deal.shop.owner, deal.id, carrier="VET", tracking="1", now=trade.now())
    found = sold.ask()
    otherwise = next_event(trade.story(deal.id), trade.now()).otherwise
    assert otherwise is not None
    assert "Only you can hold this money" in otherwise.message
    trade.wait_until(found.hold_at)
    look_after_returns()
    look_after_returns()
    assert sold.state(found) == "requested"
    assert len(mails("return_hold")) == 1
    assert "/problem" in mails("return_hold")[0]
    trade.wait_until(deal.order.auto_release_at)
    assert sold.settled() == "released"
    assert sold.state(found) == "canceled"
    with pytest.raises((EscrowIsOver, ReturnMovedOn)):
        sold.refund(found)


@pytest.mark.parametrize(("payer", "seller"), [(WALLET, HELD), (WALLET, OWN), (CARD, OWN)])
def test_a_refund_reaches_who_paid_whoever_signs(trade: Trade, payer: str, seller: str) -> None:
    (deal,) = paid_deals(trade, [(payer, seller)])
    sold = Sold.__new__(Sold)
    sold.trade, sold.shop, sold.group, sold.order = trade, deal.shop, deal.group, deal.order
    sold.viewer, sold.line = deal.viewer, deal.order.lines[0].id
    with transaction() as session:
        ship_order(session, deal.shop.owner, deal.id, carrier="VET", tracking="1", now=trade.now())
    found = sold.ask()
    for step in (sold.approve, sold.send, sold.receive):
        step(found)
    signed = deal.signed_by_seller("refund", 4_000 * 10_000)
    with transaction() as session:
        refund_return(
            session,
            deal.shop.owner,
            deal.id,
            found.id,
            cents=4_000,
            reason="It came back.",
            form_token=uuid4(),
            now=trade.now(),
            signed=signed,
        )
    trade.settle()
    trade.send_card_refunds()
    trade.settle()
    assert deal.with_buyer() == 4_000
    assert sold.settled() == "in_escrow"
    trade.books_equal_chain()
