"""What a purchase left behind, counted where it cannot lie: at the card service, on the chain, in the books."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.chain.contracts import decode_log
from app.db.session import reading
from app.ledger.models import Journal
from app.notify.models import OutgoingMail
from app.orders.models import Order, OrderGroup
from app.reconciliation.outside import check_now
from tests.support.front import Front

UNITS_PER_CENT = 10_000


@dataclass(frozen=True)
class Outcome:
    """Amounts in US cents. `charged` and `given_back`: at the card service; `deposited`: escrows funded on chain."""

    charged: list[int]
    given_back: list[int]
    deposited: list[int]
    booked: int
    orders: int
    paid_orders: int


def outcome_of(front: Front) -> Outcome:
    intents = front.stripe.client().v1.payment_intents.list({"limit": 100}).data
    refunds = front.stripe.client().v1.refunds.list({"limit": 100}).data
    with reading() as session:
        booked = select(func.count()).where(Journal.event == "card_payment_succeeded")
        paid = select(func.count()).select_from(Order).join(Order.group).where(OrderGroup.state == "paid")
        return Outcome(
            charged=[intent.amount_received for intent in intents if intent.amount_received],
            given_back=[refund.amount for refund in refunds],
            deposited=deposits(front),
            booked=session.scalars(booked).one(),
            orders=session.scalars(select(func.count()).select_from(Order)).one(),
            paid_orders=session.scalars(paid).one(),
        )


def deposits(front: Front) -> list[int]:
    """Asked of the node itself, not of what we have indexed."""
    trade = front.trade
    address = "0x" + trade.escrow_address().hex()
    logs = trade.chain.call("eth_getLogs", {"fromBlock": "0x0", "toBlock": "latest", "address": address})
    found = (decode_log(tuple(map(_raw, log["topics"])), _raw(log["data"])) for log in logs)
    return [event[1]["amount"] // UNITS_PER_CENT for event in found if event and event[0] == "Deposited"]


def mails_to(recipient: str) -> list[str]:
    """Subjects, oldest first."""
    with reading() as session:
        mails = select(OutgoingMail.subject).where(OutgoingMail.recipient == recipient).order_by(OutgoingMail.id)
        return list(session.scalars(mails))


def requires_tie_out() -> None:
    """Card service, books and chain agree to the last unit."""
    found = check_now()
    assert found.ties, found.findings


def _raw(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
