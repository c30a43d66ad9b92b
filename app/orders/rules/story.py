"""An order told as values: all that its timeline and its next event are made from."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from app.money.amounts import Money, usd, whole_cents
from app.orders.rules.returns import RUNNING, STATE_OF, RunningReturn
from app.orders.rules.status import (
    Axes,
    Fact,
    FactKind,
    FulfillmentStatus,
    LegState,
    PaymentStatus,
    SettlementStatus,
    axes,
    returned_cents,
)
from app.orders.rules.vouchers import buyers_part

SOLD_OUT = "out_of_stock"
BANK = "bank"


@dataclass(frozen=True)
class Judging:
    """A dispute's days: both sides add until `evidence_until`; at `decide_by` time gives the seller `seller_bps`, the buyer the rest.

    The last two are None until the chain shows the dispute.
    """

    evidence_until: datetime | None
    decide_by: datetime | None = None
    seller_bps: int | None = None


@dataclass(frozen=True)
class Story:
    """`group_state` as of the group; `paid_by` card or wallet.

    Of `total`, which is what comes into escrow, the market pays `market_cents` for its own voucher.
    `given_back_at`: when the money of what has not left goes back by itself; None where only wallets can sign.
    """

    facts: tuple[Fact, ...]
    leg: LegState | None
    paid_by: str
    group_state: str
    total: Money
    seller: str
    hold_until: datetime
    ship_by: datetime
    promised_by: datetime
    auto_release_at: datetime
    is_authorized: bool = False
    given_back_at: datetime | None = None
    market_cents: int = 0
    judging: Judging | None = None
    is_in_person: bool = False

    @cached_property
    def axes(self) -> Axes:
        return axes(self.facts, self.leg, total_cents=self.due.minor)

    def last(self, kind: FactKind) -> Fact | None:
        """The latest fact of a kind; None when it never happened."""
        found = [fact for fact in self.facts if fact.kind is kind]
        return max(found, key=lambda fact: fact.at) if found else None

    def happened(self, kind: FactKind) -> bool:
        return self.last(kind) is not None

    @cached_property
    def running_return(self) -> RunningReturn | None:
        """The return that is going on; None when none is, or the escrow is over."""
        told = [fact for fact in self.facts if fact.kind in STATE_OF]
        state = STATE_OF[told[-1].kind] if told else None
        if state not in RUNNING or not self.is_held or self.is_in_dispute:
            return None
        details = told[-1].details
        due_at = datetime.fromisoformat(details["due_at"]) if "due_at" in details else self.auto_release_at
        held = datetime.fromisoformat(details["hold_at"]) if "hold_at" in details else self.auto_release_at
        return RunningReturn(state, due_at, held)

    @property
    def is_owed(self) -> bool:
        """Ordered on terms and not paid: nothing of it is in escrow."""
        return self.axes.payment is PaymentStatus.ON_TERMS

    def is_arriving(self, now: datetime) -> bool:
        """Owed, and the buyer's own wallet has signed: the deposit is on its way, or it comes to nothing by then."""
        return self.is_owed and self.is_authorized and now < self.hold_until

    @property
    def may_accept(self) -> bool:
        """All of it has left unpaid, and the buyer has not said yet that it is there."""
        has_left = self.axes.fulfillment in (FulfillmentStatus.FULFILLED, FulfillmentStatus.DELIVERED)
        return self.is_owed and has_left and not self.happened(FactKind.ACCEPTED)

    @property
    def due_on(self) -> date | None:
        """The day until which an order on terms is to be paid, as it was moved last."""
        said = [str(fact.details["due_on"]) for fact in self.facts if "due_on" in fact.details]
        return date.fromisoformat(said[-1]) if said else None

    @property
    def is_held(self) -> bool:
        """Something is in escrow, in dispute or not."""
        return self.axes.settlement in (SettlementStatus.IN_ESCROW, SettlementStatus.DISPUTED)

    @property
    def is_decided(self) -> bool:
        """The market has decided, and the chain is about to follow."""
        return self.is_held and self.happened(FactKind.RESOLVED)

    @property
    def is_in_dispute(self) -> bool:
        """A problem was reported and is not decided; the chain may show it a little later."""
        reported = self.axes.settlement is SettlementStatus.DISPUTED or self.happened(FactKind.DISPUTED)
        return self.is_held and reported and not self.happened(FactKind.RESOLVED)

    @property
    def is_leaving_escrow(self) -> bool:
        """The buyer or the market has said where all of the money goes, and it has not gone yet."""
        said = self.happened(FactKind.RECEIVED) or self.happened(FactKind.CANCELED)
        return self.is_held and (said or self.happened(FactKind.RESOLVED))

    @property
    def may_report(self) -> bool:
        """Whether a problem can still be reported, or the order be canceled: nobody has said where the money goes."""
        is_spoken_for = self.is_in_dispute or self.is_leaving_escrow or self.card_is_disputed
        return self.axes.settlement is SettlementStatus.IN_ESCROW and not is_spoken_for

    @property
    def cancels_at_once(self) -> bool:
        """What has not left is canceled by the buyer's word alone; otherwise the seller is asked until `ship_by`."""
        return self.leg is not None and self.leg.is_market_held

    @property
    def card(self) -> str:
        """`Visa ·· 4242`, or nothing when it is not known or was not a card."""
        paid = self.last(FactKind.PAID)
        return str(paid.details.get("card", "")) if paid else ""

    @property
    def cancel_is_on_chain(self) -> bool:
        """The escrow contract was asked to cancel; the seller has the answer window to prove shipment."""
        return any(fact.kind is FactKind.CANCEL_ASKED and fact.details.get("is_on_chain") for fact in self.facts)

    @property
    def is_sold_out(self) -> bool:
        """The payment came when the goods had gone to somebody else."""
        return any(fact.kind is FactKind.CANCEL_ASKED and fact.details.get("reason") == SOLD_OUT for fact in self.facts)

    @property
    def card_is_disputed(self) -> bool:
        """The cardholder's bank holds the money and has not given it back to us."""
        return self.happened(FactKind.CARD_DISPUTED) and not self.happened(FactKind.CARD_DISPUTE_WON)

    @property
    def is_returned_by_bank(self) -> bool:
        """It came by bank transfer in the end, because no card took it; a bank's day says nothing about the hour."""
        return any(fact.kind is FactKind.MONEY_RETURNED and fact.details.get("by") == BANK for fact in self.facts)

    @property
    def returned(self) -> Money:
        return usd(returned_cents(self.facts))

    @property
    def due(self) -> Money:
        """What the buyer pays."""
        return usd(self.total.minor - self.market_cents)

    @property
    def held(self) -> Money:
        return usd(whole_cents(self.leg.remaining) if self.leg else 0)

    @property
    def released(self) -> Money:
        """What escrow has paid the seller, the commission not yet taken off."""
        return usd(whole_cents(self.leg.released) if self.leg else 0)

    @property
    def asked_back(self) -> Money:
        """What the seller has given back to the buyer and escrow has not moved yet."""
        asked = sum(int(fact.details["cents"]) for fact in self.facts if fact.kind is FactKind.REFUND_ASKED)
        refunded = whole_cents(self.leg.refunded) if self.leg else 0
        coming = max(asked - refunded, 0)
        return usd(buyers_part(self.total.minor, self.market_cents, before=refunded, cents=coming))

    @property
    def is_there(self) -> bool:
        """Delivered, or the buyer has sent something of it back, which nobody does before it came."""
        if self.axes.fulfillment is FulfillmentStatus.DELIVERED:
            return True
        in_one = self.axes.fulfillment is FulfillmentStatus.FULFILLED and not self.happened(FactKind.PARTLY_SHIPPED)
        return in_one and self.happened(FactKind.RETURN_SENT)

    @property
    def went_back(self) -> Money:
        """What the buyer has got back, or is about to."""
        return self.returned + self.on_its_way_back

    @property
    def held_for_buyer(self) -> Money:
        """What would come back to the buyer if all that is held went back."""
        refunded = whole_cents(self.leg.refunded) if self.leg else 0
        return usd(buyers_part(self.total.minor, self.market_cents, before=refunded, cents=self.held.minor))

    @property
    def on_its_way_back(self) -> Money:
        """Refunded on chain, not yet back with the payer; the market's part of it is nothing the buyer waits for."""
        refunded = whole_cents(self.leg.refunded) if self.leg else 0
        buyers = buyers_part(self.total.minor, self.market_cents, before=0, cents=refunded)
        return usd(max(buyers - self.returned.minor, 0))
