"""What a tie-out is: rows that must agree, findings that say who is to blame, and what is merely not yet final."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.errors import N_

USD, TOKEN, GAS = "USD", "CTM", "GAS"


class Reason(StrEnum):
    """Why something does not tie."""

    MISSING_STRIPE = "MISSING_STRIPE"
    MISSING_LEDGER = "MISSING_LEDGER"
    MISSING_CHAIN = "MISSING_CHAIN"
    MISSING_RECORD = "MISSING_RECORD"
    AMOUNT = "AMOUNT"
    CURRENCY = "CURRENCY"
    FEE = "FEE"
    DUPLICATE = "DUPLICATE"
    REORGED = "REORGED"
    UNFINALIZED = "UNFINALIZED"
    PAYOUT_UNFOOTED = "PAYOUT_UNFOOTED"
    UNKNOWN_TYPE = "UNKNOWN_TYPE"
    UNCOVERED = "UNCOVERED"
    UNEXPLAINED = "UNEXPLAINED"


KIND_WORDS = {
    "tx": N_("Transaction on the chain"),
    "transaction": N_("Movement at Stripe"),
    "journal": N_("Journal"),
    "organization": N_("Shop"),
    "order": N_("Order"),
    "payment": N_("Card payment"),
    "refund": N_("Card refund"),
    "payout": N_("Stripe payout"),
    "receipt": N_("Bank receipt"),
    "redemption": N_("Redemption"),
    "remittance": N_("Tax paid on"),
    "chargeback": N_("Chargeback"),
    "account": N_("Account"),
    "row": N_("Line of the comparison"),
}
REASON_WORDS = {
    Reason.MISSING_STRIPE: N_("The ledger has it, Stripe does not."),
    Reason.MISSING_LEDGER: N_("It happened, but no journal says so."),
    Reason.MISSING_CHAIN: N_("The ledger has it, the chain does not."),
    Reason.MISSING_RECORD: N_("The ledger has it, but no payment, order or payout of ours explains it."),
    Reason.AMOUNT: N_("The amounts differ."),
    Reason.CURRENCY: N_("It is in another currency than was asked for."),
    Reason.FEE: N_("The fee differs."),
    Reason.DUPLICATE: N_("It is there twice."),
    Reason.REORGED: N_("The block it was booked from is no longer part of the chain."),
    Reason.UNFINALIZED: N_("It is not final yet."),
    Reason.PAYOUT_UNFOOTED: N_("The payout is not the sum of what it pays out."),
    Reason.UNKNOWN_TYPE: N_("Stripe reports a kind of movement the books do not know."),
    Reason.UNCOVERED: N_("More tokens are in circulation than the reserve covers."),
    Reason.UNEXPLAINED: N_("No single movement explains this difference."),
}


@dataclass(frozen=True)
class ChainView:
    """The token contract's own answers at one final block. Addresses are 20 bytes, amounts base units.

    `gas`: the treasury's coin of the chain in wei; None where the node does not tell it for that block.
    """

    chain_id: int
    block_number: int
    block_hash: bytes
    token: bytes
    treasury: bytes
    fees: bytes
    taxes: bytes
    escrow: bytes
    balances: Mapping[bytes, int]
    total_supply: int
    gas: int | None = None


@dataclass(frozen=True)
class StripeView:
    """What Stripe holds for us, in US cents."""

    available_cents: int
    pending_cents: int

    @property
    def cents(self) -> int:
        return self.available_cents + self.pending_cents


class Rule(StrEnum):
    """`EQUAL`: every side says the same. `COVERS`: the outside is at least the ledger."""

    EQUAL = "equal"
    COVERS = "covers"


@dataclass(frozen=True)
class Row:
    """One line of the table. Amounts in the asset's smallest unit; `outside` is Stripe, bank or our own records.

    `label` is a text for translators; `difference` is the other side less the ledger.
    """

    key: str
    label: str
    asset: str
    outside: int | None
    ledger: int
    chain: int | None
    rule: Rule = Rule.EQUAL

    @property
    def difference(self) -> int:
        """The largest gap to the ledger: positive when the world has more than the books."""
        gaps = [side - self.ledger for side in (self.outside, self.chain) if side is not None]
        return max(gaps, key=abs, default=0)

    @property
    def ties(self) -> bool:
        return self.difference >= 0 if self.rule is Rule.COVERS else self.difference == 0


@dataclass(frozen=True)
class Finding:
    """One thing that does not tie, and who is to blame. `kind`: payment, refund, transaction, payout, journal, tx, order…

    `difference`: what the world has more than the books, in the asset's smallest unit.
    """

    row: str
    reason: Reason
    kind: str
    culprit: str
    asset: str
    difference: int
    detail: str = ""

    @property
    def kind_words(self) -> str:
        """For translators."""
        return KIND_WORDS.get(self.kind, self.kind)

    @property
    def words(self) -> str:
        """For translators."""
        return REASON_WORDS[self.reason]


PENDING_WORDS = {
    "payment_without_transaction": N_("Card payment, Stripe has not settled it yet"),
    "refund_planned": N_("Card refund, not sent yet"),
    "refund_without_transaction": N_("Card refund, Stripe has not settled it yet"),
    "refund_failed": N_("Card refund that the bank sent back: the buyer is still owed it"),
    "payout_on_its_way": N_("Stripe payout on its way to the bank"),
    "log_not_final": N_("On chain, not final yet"),
    "intent_planned": N_("Planned for the chain"),
    "intent_sent": N_("Sent to the chain"),
    "redemption_burning": N_("Redemption, tokens being burned"),
    "in_suspense": N_("In suspense: nobody's yet, such as parts of a cent or a stranger's transfer"),
    "charge_without_payment": N_("Card charge that no order of ours asked for"),
    "escrow_without_order": N_("Moved in or out of the escrow contract, by no order of ours"),
    "waiting_in_escrow": N_("Refused by its owner's address, waits in the escrow contract"),
}


@dataclass(frozen=True)
class Pending:
    """Something on its way or still open that is no difference. Amount in the asset's smallest unit."""

    kind: str
    culprit: str
    asset: str
    amount: int
    since: datetime

    @property
    def words(self) -> str:
        """For translators."""
        return PENDING_WORDS[self.kind]


@dataclass(frozen=True)
class TieOut:
    """The answer to "does it tie out?" at one block and one moment."""

    checked_at: datetime
    block_number: int
    block_hash: bytes
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    pending: tuple[Pending, ...]

    @property
    def ties(self) -> bool:
        return not self.findings and all(row.ties for row in self.rows)


def unexplained(rows: tuple[Row, ...], findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """A row that does not tie and that no finding speaks of is itself the culprit: nothing passes in silence."""
    spoken_of = {finding.row for finding in findings}
    return tuple(
        Finding(
            row.key,
            Reason.UNCOVERED if row.rule is Rule.COVERS else Reason.UNEXPLAINED,
            "row",
            row.key,
            row.asset,
            row.difference,
        )
        for row in rows
        if not row.ties and row.key not in spoken_of
    )
