"""An order told as values: all that its timeline and its next event are made from."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from app.money.amounts import UNITS_PER_CENT, Money, usd
from app.orders.rules.status import Axes, Fact, FactKind, LegState, axes, returned_cents

SOLD_OUT = "out_of_stock"


@dataclass(frozen=True)
class Story:
    """`group_state` is pending_payment, paid or expired; `paid_by` card or wallet."""

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

    @cached_property
    def axes(self) -> Axes:
        return axes(self.facts, self.leg, total_cents=self.total.minor)

    def last(self, kind: FactKind) -> Fact | None:
        """The latest fact of a kind; None when it never happened."""
        found = [fact for fact in self.facts if fact.kind is kind]
        return max(found, key=lambda fact: fact.at) if found else None

    def happened(self, kind: FactKind) -> bool:
        return self.last(kind) is not None

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
    def returned(self) -> Money:
        return usd(returned_cents(self.facts))

    @property
    def held(self) -> Money:
        return usd(self.leg.remaining // UNITS_PER_CENT if self.leg else 0)

    @property
    def on_its_way_back(self) -> Money:
        """Refunded on chain, not yet back with the payer."""
        refunded = self.leg.refunded // UNITS_PER_CENT if self.leg else 0
        return usd(max(refunded - self.returned.minor, 0))
