"""What a payout is made of: Stripe tells it of automatic ones, once they are on their way."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from app.db.session import reading, transaction
from app.onramp import jobs, stripe_gateway
from app.onramp.actions.ingest_balance import ingest_payouts
from app.onramp.actions.keep_payout_parts import keep_payout_parts
from app.onramp.models import StripeBalanceTransaction, StripePayout, StripePayoutPart
from tests.onramp.conftest import Onramp

DAY = 86_400


def paid_out(onramp: Onramp, *prices: int) -> str:
    """So many charges, and the automatic payout of all of them; gives its id. None of it was heard of yet."""
    for price in prices:
        _, url = onramp.open(price)
        onramp.pay(url)
    now = onramp.server.now()
    onramp.server.advance_clock((now // DAY + 2) * DAY - now + 120)
    (payout,) = onramp.server.client().v1.payouts.list().data
    return str(payout.id)


def parts_of(payout_id: str) -> dict[str, int]:
    """Nets by the type of what is paid out and its name."""
    query = (
        select(StripeBalanceTransaction.type, StripePayoutPart.transaction_id, StripePayoutPart.net)
        .join(StripePayoutPart, StripePayoutPart.transaction_id == StripeBalanceTransaction.id)
        .where(StripePayoutPart.payout_id == payout_id)
    )
    with reading() as session:
        return {f"{row.type} {row.transaction_id}": row.net for row in session.execute(query)}


def test_an_automatic_payout_is_kept_with_its_parts_which_are_its_sum(onramp: Onramp) -> None:
    payout_id = paid_out(onramp, 10_000, 4_000)
    jobs.sync_balance()
    jobs.sync_balance()
    parts = parts_of(payout_id)
    assert {name.split()[0] for name in parts} == {"charge"}
    assert sorted(parts.values()) == [4_000 - 146, 10_000 - 320]
    with reading() as session:
        payout = session.get_one(StripePayout, payout_id)
        assert session.scalar(select(func.count()).select_from(StripePayoutPart)) == len(parts)
    assert payout.amount == sum(parts.values())
    assert payout.itemized_at is not None


def test_a_part_of_which_nobody_told_is_kept_and_booked_by_its_payout(onramp: Onramp) -> None:
    payout_id = paid_out(onramp, 10_000)
    with transaction() as session:
        ingest_payouts(session, [stripe_gateway.retrieve_payout(payout_id)])
        keep_payout_parts(session, payout_id, list(stripe_gateway.rows_of_payout(payout_id)), now=datetime.now(UTC))
    assert (onramp.books("5100"), onramp.books("1110")) == (320, 10_000 - 320)
    assert len(parts_of(payout_id)) == 1


def test_a_payout_by_hand_has_no_parts_and_is_not_asked_about(onramp: Onramp) -> None:
    _, url = onramp.open(10_000)
    onramp.pay(url)
    now = onramp.server.now()
    onramp.server.advance_clock((now // DAY + 2) * DAY - now + 120)
    (automatic,) = onramp.server.client().v1.payouts.list().data
    onramp.server.call("POST", f"payouts/{automatic.id}/fail")
    by_hand = onramp.server.client().v1.payouts.create({"amount": 500, "currency": "usd"})
    onramp.server.advance_clock(DAY)
    jobs.sync_balance()
    with reading() as session:
        assert session.get_one(StripePayout, by_hand.id).itemized_at is None
    assert parts_of(by_hand.id) == {}
