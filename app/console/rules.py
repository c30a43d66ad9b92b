"""What can need somebody of the market, and what they do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.errors import N_


class NeedKind(StrEnum):
    SHOP = "shop"
    DISPUTE = "dispute"
    REDEMPTION = "redemption"
    INTENT = "intent"
    WEBHOOK = "webhook"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    TIE_OUT = "tie_out"
    REPORT = "report"


@dataclass(frozen=True)
class KindWords:
    """`what` names it in a table, `action` is the button that leads to where it is done."""

    what: str
    action: str
    path: str


KIND_WORDS = {
    NeedKind.SHOP: KindWords(N_("Shop to review"), N_("Look at shops"), "/console/shops?status=sent"),
    NeedKind.DISPUTE: KindWords(N_("Dispute to decide"), N_("Decide"), "/console/disputes"),
    NeedKind.REDEMPTION: KindWords(N_("Redemption to approve or pay"), N_("Look at redemptions"), "/console/redemptions"),
    NeedKind.INTENT: KindWords(N_("The chain refused a task"), N_("Look at tasks"), "/console/tasks"),
    NeedKind.WEBHOOK: KindWords(N_("A message of Stripe is not handled"), N_("Look at messages"), "/console/messages"),
    NeedKind.REFUND: KindWords(N_("A card refund failed"), N_("Look at the refund"), "/console/refunds"),
    NeedKind.CHARGEBACK: KindWords(N_("A bank took a card payment back"), N_("Look at chargebacks"), "/console/refunds"),
    NeedKind.REPORT: KindWords(N_("A message was reported"), N_("Look at it"), "/console/reports"),
    NeedKind.TIE_OUT: KindWords(N_("The books do not tie out"), N_("See the difference"), "/books"),
}  # fmt: skip


TASK_WORDS = {
    "mint": N_("Mint tokens for a card payment"),
    "mint_wallet": N_("Mint tokens for a wallet that paid by bank"),
    "sell": N_("Send tokens to a wallet that paid by bank"),
    "buy_back": N_("Take a seller's tokens back into the float"),
    "buy_back_tax": N_("Take tokens of tax back into the float"),
    "burn": N_("Burn tokens of money that was given back"),
    "redeem": N_("Turn a seller's tokens into dollars"),
    "deposit": N_("Put a card payment into escrow"),
    "deposit_authorized": N_("Put a wallet's payment into escrow"),
    "release": N_("Pay the seller, as the buyer said"),
    "claim": N_("Pay the seller: the protection window is over"),
    "refund": N_("Give the buyer money back"),
    "dispute": N_("Hold the money in dispute"),
    "resolve": N_("Pay out as the dispute was decided"),
    "timeout": N_("Pay out a dispute that nobody decided"),
    "cancel_unshipped": N_("Ask for the money of an order that never left"),
    "finalize_cancellation": N_("Give back the money of an order that never left"),
    "mark_shipped": N_("Record that the goods were sent"),
    "set_tax_aside": N_("Set tax aside that was withheld from a seller"),
    "return_tax": N_("Give withheld tax back to a seller"),
    "give_commission": N_("Give commission back to a seller"),
    "burn_tax": N_("Burn tokens of tax that is paid to a country"),
    "anchor": N_("Put the newest seal of the books on chain"),
}
"""What each kind of intent is for."""
REFUSAL_WORDS = {
    "insufficient funds": N_("The treasury has no money left for gas. Send gas money to its address, then try again."),
    "ERC20InsufficientBalance": N_("There are not enough tokens where they were to come from. See whether the books tie out."),
    "SignatureExpired": N_("The signature was valid for a time that is over. Whoever signed has to sign again on the order's page."),
    "InvalidSignature": N_("The signature is not of the wallet it must be of. Whoever signed has to sign again on the order's page."),
    "NotAllowed": N_("The market's key has no right to do this. Look whether KEY_SEED is that of this market."),
    "FundingClosed": N_("The time to fund this escrow is over. A card payment is given back by itself."),
    "InDispute": N_("The money is held in a dispute. It goes on once that is decided."),
    "InvalidAmount": N_("The escrow holds less than this. See on the order's page what has left it already."),
    "RemainingChanged": N_("The escrow held another amount when this was signed. See on the order's page what has left it already."),
    "LegClosed": N_("Nothing is left in this escrow. See on the order's page where it went."),
    "nothing is left in the leg": N_("Nothing is left in this escrow. See on the order's page where it went."),
    "ProtectionEnded": N_("The protection window is over, and the contract takes this no more."),
    "AnswerWindowOver": N_("The seller's time to answer the cancellation is over."),
    "the node is in trouble": N_("The node behind CHAIN_RPC_URL answers, but not what it was asked. Look at it, or point the setting at another one."),
    "its effect is missing": N_("The transaction is final, but did not do this. Try again; the reason then stands here."),
    "NotAnchorer": N_("The market's key may not write into this anchor contract. Look whether KEY_SEED is that of this market."),
    "AccessControlUnauthorizedAccount": N_("The market's key may not mint on this token. Look whether the token and KEY_SEED belong together."),
}  # fmt: skip
"""By a part of what the chain said: what it means, and what to do."""


def refusal_words(problem: str) -> str:
    """Empty for what no words are known for."""
    return next((words for part, words in REFUSAL_WORDS.items() if part in problem), "")


CHARGEBACK_REASONS = {
    "bank_cannot_process": N_("the bank could not process it"),
    "credit_not_processed": N_("the buyer says a promised refund did not come"),
    "customer_initiated": N_("the buyer asked the bank"),
    "duplicate": N_("the buyer says it was charged twice"),
    "fraudulent": N_("the cardholder says somebody else paid with the card"),
    "general": N_("the bank gives no closer reason"),
    "noncompliant": N_("the bank says a rule of the card network was not kept"),
    "product_not_received": N_("the buyer says nothing arrived"),
    "product_unacceptable": N_("the buyer says the goods are not as described"),
    "subscription_canceled": N_("the buyer says a subscription was canceled"),
    "unrecognized": N_("the cardholder does not recognize the payment"),
}
CHARGEBACK_STATES = {
    "needs_response": N_("answer the bank now"),
    "under_review": N_("answered, the bank decides"),
    "warning_needs_response": N_("the bank asks, answer it"),
    "warning_under_review": N_("answered, the bank looks at it"),
}
"""Stripe's words for what it reports; one that is not here is shown as Stripe says it."""


@dataclass(frozen=True)
class Need:
    """One thing that waits, and since when. `path` leads to it."""

    kind: NeedKind
    which: str
    since: datetime
    path: str
    note: str = ""
    total: int = 1
    """How many of this kind wait altogether: only the oldest few of each kind are listed."""

    @property
    def words(self) -> KindWords:
        return KIND_WORDS[self.kind]


class AlarmKind(StrEnum):
    INDEXER_HALTED = "indexer_halted"
    NODE_SILENT = "node_silent"
    SETTLEMENT_SILENT = "settlement_silent"
    NO_BLOCK = "no_block"
    SIGNER_LOW_GAS = "signer_low_gas"
    MINT_REFUSED = "mint_refused"
    DRIFT = "drift"
    TIE_OUT_LATE = "tie_out_late"
    EXCEPTIONS_OVERDUE = "exceptions_overdue"
    BOOKS_CHANGED = "books_changed"
    SEALING_LATE = "sealing_late"
    ANCHOR_LATE = "anchor_late"
    STUCK_INTENTS = "stuck_intents"
    FAILED_JOBS = "failed_jobs"
    WEBHOOKS_WAIT = "webhooks_wait"
    MAILS_WAIT = "mails_wait"
    FX_STALE = "fx_stale"
    TAX_RATES_STALE = "tax_rates_stale"


@dataclass(frozen=True)
class AlarmWords:
    """`what` happens, with figures in it; `mend` says what to do; `path` leads to where it is done, if that is a page."""

    what: str
    mend: str
    path: str = ""


ALARM_WORDS = {
    AlarmKind.INDEXER_HALTED: AlarmWords(
        N_("The market stopped reading the chain: %(reason)s"),
        N_("Nothing is booked until the node tells the old story again. Compare it with another node and mend that; reading goes on by itself."),
    ),
    AlarmKind.NODE_SILENT: AlarmWords(
        N_("The node of the chain does not answer: %(reason)s"),
        N_("Look at the node behind CHAIN_RPC_URL, or point the setting at another one. Orders wait; nothing is lost."),
    ),
    AlarmKind.SETTLEMENT_SILENT: AlarmWords(
        N_("Nobody has looked at the chain for %(seconds)s s."),
        N_("Start `phsar settle`, or look at its log."),
    ),
    AlarmKind.NO_BLOCK: AlarmWords(
        N_("The chain has made no block for %(seconds)s s. The last one is %(block)s."),
        N_("Look whether the chain stands still, or only your node. Deadlines of orders follow the chain's clock, so nobody loses time."),
    ),
    AlarmKind.SIGNER_LOW_GAS: AlarmWords(
        N_("The treasury has %(left)s left to pay for gas, less than %(least)s."),
        N_("Send gas money to %(address)s. What waits then goes by itself."),
    ),
    AlarmKind.MINT_REFUSED: AlarmWords(
        N_("Minting is refused: tokens in circulation would exceed the reserve. Payments that wait: %(count)s."),
        N_("Look at the reserve. A chargeback or fees have eaten it: pay capital into the bank account and book it here. What waits then goes by itself."),
        "/books/by-hand",
    ),
    AlarmKind.DRIFT: AlarmWords(
        N_("Stripe, ledger and chain differ. Differences at block %(block)s: %(count)s."),
        N_("Each difference is named there with its reason. Nothing booked is changed: find the cause and correct it with a new journal."),
        "/books",
    ),
    AlarmKind.TIE_OUT_LATE: AlarmWords(
        N_("The books were last compared %(minutes)s min ago."),
        N_("They are compared every ten minutes while Stripe and the node answer and `phsar worker` runs. Look at its log."),
        "/books",
    ),
    AlarmKind.EXCEPTIONS_OVERDUE: AlarmWords(
        N_("Exceptions that nobody resolved for %(days)s days: %(count)s."),
        N_("Each says what Stripe, the bank or the chain has otherwise than the books. Give it to somebody; one proposes how it is resolved, another one agrees."),
        "/books/exceptions",
    ),
    AlarmKind.BOOKS_CHANGED: AlarmWords(
        N_("The books are not as they were sealed. Faults that the last look found: %(count)s."),
        N_("Somebody changed rows past the market. Each fault is named there. Keep the database as it is, and compare it with a backup and with `phsar books verify`."),
        "/books/seals",
    ),
    AlarmKind.SEALING_LATE: AlarmWords(
        N_("Journals wait to be sealed for %(hours)s h: %(count)s."),
        N_("They are sealed every hour while `phsar worker` runs. Look at its log, and for a database transaction that stays open."),
        "/books/seals",
    ),
    AlarmKind.ANCHOR_LATE: AlarmWords(
        N_("For %(hours)s h no new seal of the books has been put on chain."),
        N_("Look at the tasks for the chain. If this market has no LedgerAnchor contract yet, run `phsar chain deploy`."),
        "/console/tasks",
    ),
    AlarmKind.STUCK_INTENTS: AlarmWords(
        N_("Tasks that the chain has refused for good: %(count)s."),
        N_("Mend the cause that stands beside each, then try it again."),
        "/console/tasks",
    ),
    AlarmKind.FAILED_JOBS: AlarmWords(
        N_("Jobs that have failed as often as they may: %(count)s."),
        N_("Look at the log of `phsar worker` for the reason, mend it, then run them again."),
        "/console/jobs",
    ),
    AlarmKind.WEBHOOKS_WAIT: AlarmWords(
        N_("Messages of Stripe that are not handled: %(count)s."),
        N_("Mend the cause that stands beside each, then have it handled again."),
        "/console/messages",
    ),
    AlarmKind.MAILS_WAIT: AlarmWords(
        N_("The mail server does not take mails. Waiting: %(count)s, the oldest for %(minutes)s min."),
        N_("Look at the mail server behind SMTP_URL. They leave by themselves when it answers."),
    ),
    AlarmKind.FX_STALE: AlarmWords(
        N_("Exchange rates are old: %(currencies)s."),
        N_("Load new ones with `phsar fx load`. Prices in these currencies follow the old rate until then."),
    ),
    AlarmKind.TAX_RATES_STALE: AlarmWords(
        N_("The tax office's rates are old: %(currencies)s."),
        N_("Load what the office published since with `phsar fx load --tax-office`. Invoices tell their tax at the old rate until then, and keep it."),
    ),
}  # fmt: skip

RAISED_AGAIN_WITHIN = timedelta(minutes=15)
"""A cause that comes and goes is one alarm: it is opened again, and nobody gets another mail."""
Facts = Mapping[str, str | int]
Look = Mapping[AlarmKind, Facts | None]
"""What was looked at: figures where there is a cause, None where there is none. A kind that is absent is not known."""
