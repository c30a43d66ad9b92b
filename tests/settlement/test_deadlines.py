"""What time brings about, by the chain's clock: claims, cancellations, undecided disputes, escrows nobody funded."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from app.db.session import reading, transaction
from app.events import bus
from app.settlement.actions.exit_leg import (
    cancel_unshipped_leg,
    dispute_leg,
    mark_leg_shipped,
    note_leg_sent,
    refund_leg,
    release_leg,
)
from app.settlement.actions.finish_intents import MAX_ATTEMPTS, set_back
from app.settlement.actions.fund_escrow import fund_by_card
from app.settlement.actions.send_intents import BATCH
from app.settlement.events import EscrowUnfunded
from app.settlement.models import ChainIntent
from app.settlement.queries import leg_of
from tests.support.settled import DAY, SETTLEMENT_SUBSCRIBERS, Settled

UNIT = 10_000


def funded(settled: Settled, shop: UUID | None = None) -> UUID:
    group, (order,) = settled.escrow(10_000, shops=[shop or settled.shop()])
    settled.card_paid(group, 10_000)
    settled.settle()
    return order


def after(settled: Settled, seconds: int) -> None:
    settled.chain.pass_time(seconds)
    for _ in range(2):
        settled.worker.round()
        settled.worker._due_at = 0
        settled.settle()


def kinds() -> dict[str, str]:
    with reading() as session:
        return {intent.kind: intent.state for intent in session.query(ChainIntent)}


def test_an_unanswered_cancellation_is_finished_although_nobody_asks(settled: Settled) -> None:
    order = funded(settled)
    after(settled, 3 * DAY + 60)
    with transaction() as session:
        cancel_unshipped_leg(session, order, key="cancel:1")
    settled.settle()
    after(settled, 2 * DAY + 60)
    assert kinds()["finalize_cancellation"] == "done"
    assert settled.books("2150", "USD") == 10_000
    settled.books_equal_chain()


def test_an_undecided_dispute_ends_by_the_signed_split(settled: Settled) -> None:
    order = funded(settled)
    with transaction() as session:
        dispute_leg(session, order, key="dispute:1")
        timeout = leg_of(session, order).escrow.terms["dispute_timeout"]  # type: ignore[union-attr]
    settled.settle()
    after(settled, timeout + 60)
    assert kinds()["timeout"] == "done"
    assert settled.books("2150", "USD") == 10_000


def test_a_seller_who_answers_in_the_last_hours_is_paid_only_after_the_buyers_time_to_object(settled: Settled) -> None:
    shop = settled.shop()
    order = funded(settled, shop)
    after(settled, 13 * DAY)
    with transaction() as session:
        cancel_unshipped_leg(session, order, key="cancel:1")
    settled.settle()
    settled.chain.pass_time(DAY // 2)
    with transaction() as session:
        mark_leg_shipped(session, order, key="shipped:1")
    settled.settle()
    after(settled, DAY)
    assert "claim" not in kinds()
    assert settled.books("2200", owner=shop) == 0
    after(settled, 2 * DAY)
    assert kinds()["claim"] == "done"
    assert settled.books("2200", owner=shop) == 9_500 * UNIT


def test_an_escrow_that_missed_its_time_is_given_up_and_its_tokens_are_burned(settled: Settled) -> None:
    heard: list[EscrowUnfunded] = []
    bus.install({**SETTLEMENT_SUBSCRIBERS, EscrowUnfunded: [lambda _, event: heard.append(event)]})
    group, _ = settled.escrow(10_000)
    settled.card_paid(group, 10_000)
    for _ in range(2):  # minted, but the deposit is not sent before the chain is away
        settled.worker._index()
        settled.worker._sign()
        with transaction() as session:
            session.execute(
                text("UPDATE chain_intents SET not_before = now() + interval '1 hour' WHERE kind = 'deposit'")
            )
        settled.worker._send()
    assert settled.supply() == 10_000 * UNIT
    after(settled, DAY)
    assert [event.order_group_id for event in heard] == [group]
    assert settled.supply() == settled.books("1200") == 0
    assert settled.books("2150", "USD") == 10_000
    assert kinds() == {"mint": "done", "deposit": "dropped", "burn": "done"}
    settled.books_equal_chain()


def test_mints_that_wait_for_money_let_releases_pass(settled: Settled) -> None:
    """More of them than one round looks at."""
    shop = settled.shop()
    order = funded(settled, shop)
    for _ in range(BATCH):
        group, _ = settled.escrow(2_000_000, shops=[shop])
        with transaction() as session:
            fund_by_card(session, group)
    with transaction() as session:
        release_leg(session, order, key="release:1")
    settled.settle()
    assert settled.books("2200", owner=shop) == 9_500 * UNIT


def give_up(key: str) -> None:
    """The node refuses again and again, for reasons of its own."""
    with transaction() as session:
        intent = session.query(ChainIntent).filter_by(key=key).one()
        for _ in range(MAX_ATTEMPTS):
            set_back(session, intent, "out of memory")
        assert intent.state == "stuck"


def an_hour_later(key: str) -> None:
    with transaction() as session:
        intent = session.query(ChainIntent).filter_by(key=key).one()
        assert intent.not_before is not None
        intent.not_before -= timedelta(hours=1)


def test_what_is_stuck_is_tried_again_although_no_operator_looks(settled: Settled) -> None:
    order = funded(settled)
    with transaction() as session:
        release_leg(session, order, key="release:1")
    give_up("release:1")
    after(settled, 60)
    assert kinds()["release"] == "stuck"
    an_hour_later("release:1")
    after(settled, 60)
    assert kinds()["release"] == "done"
    settled.books_equal_chain()


def test_a_promised_refund_that_is_stuck_is_not_paid_to_the_seller_meanwhile(settled: Settled) -> None:
    order = funded(settled)
    with transaction() as session:
        refund_leg(session, order, key="refund:1")
        note_leg_sent(session, order)
    give_up("refund:1")
    after(settled, 60 * DAY)
    assert kinds()["claim"] == "planned"
    an_hour_later("refund:1")
    after(settled, 60)
    assert kinds()["refund"] == "done"
    assert settled.books("2150", "USD") == 10_000
    settled.books_equal_chain()
