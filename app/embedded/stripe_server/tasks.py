"""What the server does by itself when its clock reaches a task's hour."""

from collections.abc import Callable
from typing import Any

from app.embedded.stripe_server import (
    balance,
    charges,
    checkout,
    disputes,
    idempotency,
    payment_intents,
    payouts,
    refunds,
    test_clocks,
)
from app.embedded.stripe_server.store import Row, Store
from app.embedded.stripe_server.work import Work


def _open_dispute_if_possible(work: Work, charge_id: str) -> None:
    """A charge refunded before the holder's complaint reached the bank is not disputed any more."""
    charge = work.require("charge", charge_id)
    if not charge["refunded"] and not charge["disputed"]:
        disputes.open_dispute(work, charge_id)


TASKS: dict[str, Callable[[Work, str], Any]] = {
    "arrive_payout": payouts.arrive_payout,
    "automatic_payout": payouts.automatic_payout,
    "clock_ready": test_clocks.clock_ready,
    "decide_dispute": disputes.decide_dispute,
    "expire_authorization": payment_intents.expire_authorization,
    "expire_session": checkout.expire_session,
    "fail_refund": refunds.fail_refund,
    "finish_refund": refunds.finish_refund,
    "forget_answers": idempotency.forget_answers,
    "lapse_dispute": disputes.lapse_dispute,
    "open_dispute": _open_dispute_if_possible,
    "release": balance.release,
    "settle": charges.settle,
    "settle_refunds": refunds.settle_refunds,
    "submit_payout": payouts.submit_payout,
}


def next_task(store: Store) -> Row | None:
    """The task with the earliest hour; of several, the one planned first."""
    return min(store.tables.get("task", {}).values(), key=lambda row: row["at"], default=None)


def run_task(work: Work, task: Row) -> None:
    """Do it and forget it, in one transaction."""
    work.delete("task", task["id"])
    TASKS[task["task"]](work, task["ref"])
    work.commit()
