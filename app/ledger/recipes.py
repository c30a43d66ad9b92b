"""Every journal there is, in one readable place. Pure: facts in, a balanced journal out.

Token policy *issued*: one CTM is one US dollar, minted against money received and burned on redemption. Token policy
*treasury*: the token is somebody else's dollar; the market buys a float, resells it and takes it back. `resold` takes off
an entry what only the issuer of a token can book: wallets of others and the supply.

Amounts named `cents` are US cents, `units` are token base units (one cent is 10,000 units). Debits are positive.

A conversion between the two assets goes through 3900, once in each asset, so that at any time
`3900 CTM = -3900 USD x 10,000`; and on chain, where the market issues, `sum(12xx) = 3910 = totalSupply()`.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.ledger.chart import AccountRef, country_owner, gas_account, token_account, usd_account
from app.ledger.entries import Holder, JournalEntry, LegRef, Line, LogRef, credit, debit
from app.money.amounts import UNITS_PER_CENT, cents_completed, units_share_included


def _without_zeros(*lines: Line) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.amount)


def _dollars_become_tokens(cents: int) -> tuple[Line, Line]:
    """3900 on both sides: the liability leaves the dollar books and enters the token books."""
    return credit(usd_account("3900"), cents), debit(token_account("3900"), cents * UNITS_PER_CENT)


def _tokens_become_dollars(cents: int) -> tuple[Line, Line]:
    return debit(usd_account("3900"), cents), credit(token_account("3900"), cents * UNITS_PER_CENT)


def capital_paid_in(*, key: str, cents: int, at: datetime, reference: str = "") -> JournalEntry:
    """The operator's own float at the bank: it covers card fees, so that reserve is never below supply."""
    return JournalEntry(
        key,
        "capital_paid_in",
        at,
        (debit(usd_account("1010"), cents), credit(usd_account("3000"), cents)),
        details={"reference": reference},
    )


def capital_paid_out(*, key: str, cents: int, at: datetime, reference: str = "") -> JournalEntry:
    """The operator takes own money out of the bank again."""
    return JournalEntry(
        key,
        "capital_paid_out",
        at,
        (debit(usd_account("3000"), cents), credit(usd_account("1010"), cents)),
        details={"reference": reference},
    )


def opening_balances(*, key: str, lines: tuple[Line, ...], at: datetime) -> JournalEntry:
    """What the market owned and owed before its first own entry."""
    return JournalEntry(key, "opening_balances", at, lines)


def carried_paid(*, key: str, owed: AccountRef, cents: int, at: datetime, reference: str) -> JournalEntry:
    """What a seller or buyer was owed from before the market began is paid by bank."""
    lines = (debit(owed, cents), credit(usd_account("1010"), cents))
    return JournalEntry(key, "carried_paid", at, lines, details={"reference": reference})


def carried_received(*, key: str, owed: AccountRef, cents: int, at: datetime, reference: str) -> JournalEntry:
    """What a company owed from before the market began comes to the bank."""
    lines = (debit(usd_account("1010"), cents), credit(owed, cents))
    return JournalEntry(key, "carried_received", at, lines, details={"reference": reference})


def taken_back(*, journal_id: UUID, event: str, lines: tuple[Line, ...], at: datetime, reason: str) -> JournalEntry:
    """An entry that was booked by hand, the other way round: nothing booked is ever changed."""
    turned = tuple(Line(line.account, -line.amount) for line in lines)
    return JournalEntry(
        f"taken_back:{journal_id}",
        f"{event}_taken_back",
        at,
        turned,
        reverses_id=journal_id,
        details={"reason": reason},
    )


def turned_back(entry: JournalEntry, *, journal_id: UUID, reason: str) -> JournalEntry:
    """A journal of Stripe, the chain or the market that turned out wrong, the other way round; two people agreed.

    It stays with the order, shop, Stripe object and log of the first, so that whoever adds up either finds nothing left.
    """
    back = taken_back(journal_id=journal_id, event=entry.event, lines=entry.lines, at=entry.effective_at, reason=reason)
    return replace(
        back,
        order_id=entry.order_id,
        organization_id=entry.organization_id,
        stripe_id=entry.stripe_id,
        log=entry.log,
    )


def card_payment_succeeded(*, payment_intent: str, cents: int, at: datetime) -> JournalEntry:
    """The card was charged: Stripe owes us the gross, we owe the buyer tokens in escrow."""
    return JournalEntry(
        f"stripe:{payment_intent}:succeeded",
        "card_payment_succeeded",
        at,
        (debit(usd_account("1105"), cents), credit(usd_account("2150"), cents)),
        stripe_id=payment_intent,
    )


def market_voucher_granted(*, order_id: UUID, organization_id: UUID, cents: int, at: datetime) -> JournalEntry:
    """The market pays a part of a card order for its voucher: an expense now, owed into escrow like the card's part.

    No money moves: the tokens for this part are covered by the operator's own money, and a mint that it does not cover waits.
    """
    return JournalEntry(
        f"voucher:{order_id}:granted",
        "market_voucher_granted",
        at,
        (debit(usd_account("5200"), cents), credit(usd_account("2150"), cents)),
        order_id=order_id,
        organization_id=organization_id,
    )


def market_voucher_returned(
    *, order_id: UUID, organization_id: UUID, part: str, cents: int, at: datetime
) -> JournalEntry:
    """The order, or a part of it, went back: the market's part of that is the market's again, and no card is owed it."""
    return JournalEntry(
        f"voucher:{order_id}:returned:{part}",
        "market_voucher_returned",
        at,
        (debit(usd_account("2150"), cents), credit(usd_account("5200"), cents)),
        order_id=order_id,
        organization_id=organization_id,
    )


def charge_settled(*, balance_transaction: str, gross: int, fee: int, at: datetime) -> JournalEntry:
    """Stripe's balance transaction appeared: the net is in our Stripe balance, the fee is an expense."""
    return JournalEntry(
        f"stripe:{balance_transaction}",
        "charge_settled",
        at,
        _without_zeros(
            debit(usd_account("1100"), gross - fee), debit(usd_account("5100"), fee), credit(usd_account("1105"), gross)
        ),
        stripe_id=balance_transaction,
    )


def card_refund_succeeded(*, refund: str, cents: int, at: datetime, order_id: UUID | None) -> JournalEntry:
    """The card is given back: what we owed the buyer is paid through Stripe."""
    return JournalEntry(
        f"stripe:{refund}:succeeded",
        "card_refund_succeeded",
        at,
        (debit(usd_account("2150"), cents), credit(usd_account("1105"), cents)),
        order_id=order_id,
        stripe_id=refund,
    )


def refund_settled(*, balance_transaction: str, amount: int, fee: int, at: datetime) -> JournalEntry:
    """Stripe took the refund (`amount` positive cents) from our balance; it normally keeps the charge's fee."""
    return JournalEntry(
        f"stripe:{balance_transaction}",
        "refund_settled",
        at,
        _without_zeros(
            debit(usd_account("1105"), amount),
            debit(usd_account("5100"), fee),
            credit(usd_account("1100"), amount + fee),
        ),
        stripe_id=balance_transaction,
    )


def card_refund_failed(*, refund: str, cents: int, at: datetime, order_id: UUID | None) -> JournalEntry:
    """The card's bank sent a refund back after Stripe had accepted it: the buyer is owed the money again."""
    return JournalEntry(
        f"stripe:{refund}:failed",
        "card_refund_failed",
        at,
        (debit(usd_account("1105"), cents), credit(usd_account("2150"), cents)),
        order_id=order_id,
        stripe_id=refund,
    )


def refund_returned(*, balance_transaction: str, amount: int, fee: int, at: datetime) -> JournalEntry:
    """Stripe put a failed refund (`amount` positive cents) back into our balance."""
    return JournalEntry(
        f"stripe:{balance_transaction}",
        "refund_returned",
        at,
        _without_zeros(
            debit(usd_account("1100"), amount - fee),
            debit(usd_account("5100"), fee),
            credit(usd_account("1105"), amount),
        ),
        stripe_id=balance_transaction,
    )


def dispute_withdrawn(*, balance_transaction: str, amount: int, fee: int, at: datetime) -> JournalEntry:
    """A chargeback was opened: Stripe holds the amount back and takes its dispute fee."""
    return JournalEntry(
        f"stripe:{balance_transaction}",
        "dispute_withdrawn",
        at,
        _without_zeros(
            debit(usd_account("1120"), amount),
            debit(usd_account("5110"), fee),
            credit(usd_account("1100"), amount + fee),
        ),
        stripe_id=balance_transaction,
    )


def dispute_reinstated(*, balance_transaction: str, amount: int, fee: int, at: datetime) -> JournalEntry:
    """The chargeback was won: the amount, and the fee if it is returned, come back."""
    return JournalEntry(
        f"stripe:{balance_transaction}",
        "dispute_reinstated",
        at,
        _without_zeros(
            debit(usd_account("1100"), amount + fee),
            credit(usd_account("1120"), amount),
            credit(usd_account("5110"), fee),
        ),
        stripe_id=balance_transaction,
    )


def dispute_lost(*, dispute: str, cents: int, at: datetime) -> JournalEntry:
    """The chargeback was lost: what was held back is an expense until it is recovered."""
    return JournalEntry(
        f"stripe:{dispute}:lost",
        "dispute_lost",
        at,
        (debit(usd_account("5120"), cents), credit(usd_account("1120"), cents)),
        stripe_id=dispute,
    )


def chargeback_charged(
    *, claim_id: UUID, organization_id: UUID, order_id: UUID, cents: int, at: datetime
) -> JournalEntry:
    """A seller that was paid for a charged-back order owes the market what the market lost by it: no expense any more."""
    return JournalEntry(
        f"claim:{claim_id}:charged",
        "chargeback_charged",
        at,
        (debit(usd_account("1310", organization_id), cents), credit(usd_account("5120"), cents)),
        order_id=order_id,
        organization_id=organization_id,
    )


def chargeback_kept(
    *, redemption_id: UUID, claim_id: UUID, organization_id: UUID, order_id: UUID, cents: int, at: datetime
) -> JournalEntry:
    """Of a payout that the bank owes the seller, the market keeps a part for a chargeback."""
    return JournalEntry(
        f"redemption:{redemption_id}:kept:{claim_id}",
        "chargeback_kept",
        at,
        (debit(usd_account("2210"), cents), credit(usd_account("1310", organization_id), cents)),
        order_id=order_id,
        organization_id=organization_id,
    )


def chargeback_received(
    *, step_id: UUID, organization_id: UUID, order_id: UUID, cents: int, at: datetime
) -> JournalEntry:
    """The seller paid what it owed for a chargeback to the market's bank account."""
    return JournalEntry(
        f"claim-step:{step_id}",
        "chargeback_received",
        at,
        (debit(usd_account("1010"), cents), credit(usd_account("1310", organization_id), cents)),
        order_id=order_id,
        organization_id=organization_id,
    )


def chargeback_given_up(
    *, step_id: UUID, organization_id: UUID, order_id: UUID, cents: int, at: datetime
) -> JournalEntry:
    """The market does not ask the seller for the rest any more: it is its own loss again."""
    return JournalEntry(
        f"claim-step:{step_id}",
        "chargeback_given_up",
        at,
        (debit(usd_account("5120"), cents), credit(usd_account("1310", organization_id), cents)),
        order_id=order_id,
        organization_id=organization_id,
    )


def refund_met_by_chargeback(
    *, refund_key: str, payment_intent: str, cents: int, at: datetime, order_id: UUID | None
) -> JournalEntry:
    """The order was given back too, and the card's bank had given the buyer the money already.

    Stripe refuses the refund, so nothing more is owed to the buyer, and the chargeback cost us nothing: what the escrow
    gave back covers it.
    """
    return JournalEntry(
        f"refund:{refund_key}:met-by-chargeback",
        "refund_met_by_chargeback",
        at,
        (debit(usd_account("2150"), cents), credit(usd_account("5120"), cents)),
        order_id=order_id,
        stripe_id=payment_intent,
    )


def refund_paid_by_bank(
    *, refund_key: str, payment_intent: str, cents: int, at: datetime, order_id: UUID | None
) -> JournalEntry:
    """No card took the refund: what the buyer is owed left the market's bank account."""
    return JournalEntry(
        f"refund:{refund_key}:paid-by-bank",
        "refund_paid_by_bank",
        at,
        (debit(usd_account("2150"), cents), credit(usd_account("1010"), cents)),
        order_id=order_id,
        stripe_id=payment_intent,
    )


def stripe_payout_created(*, balance_transaction: str, cents: int, at: datetime) -> JournalEntry:
    """Stripe sends part of our balance to the bank."""
    return JournalEntry(
        f"stripe:{balance_transaction}",
        "stripe_payout_created",
        at,
        (debit(usd_account("1110"), cents), credit(usd_account("1100"), cents)),
        stripe_id=balance_transaction,
    )


def stripe_payout_arrived(*, payout: str, cents: int, at: datetime) -> JournalEntry:
    """The bank has it."""
    return JournalEntry(
        f"stripe:{payout}:arrived",
        "stripe_payout_arrived",
        at,
        (debit(usd_account("1010"), cents), credit(usd_account("1110"), cents)),
        stripe_id=payout,
    )


def stripe_payout_failed(*, balance_transaction: str, cents: int, at: datetime) -> JournalEntry:
    """The bank refused a payout, or it was canceled: the money is in our Stripe balance again."""
    return JournalEntry(
        f"stripe:{balance_transaction}",
        "stripe_payout_failed",
        at,
        (debit(usd_account("1100"), cents), credit(usd_account("1110"), cents)),
        stripe_id=balance_transaction,
    )


def stripe_payout_returned(*, payout: str, cents: int, at: datetime) -> JournalEntry:
    """A payout that had arrived was sent back by the bank: the arrival is taken back, the failure follows."""
    return JournalEntry(
        f"stripe:{payout}:returned",
        "stripe_payout_returned",
        at,
        (debit(usd_account("1110"), cents), credit(usd_account("1010"), cents)),
        stripe_id=payout,
    )


def bank_receipt_recorded(*, reference: str, cents: int, at: datetime) -> JournalEntry:
    """A buyer paid by bank for tokens in the own wallet."""
    return JournalEntry(
        f"bank:{reference}",
        "bank_receipt_recorded",
        at,
        (debit(usd_account("1010"), cents), credit(usd_account("2150"), cents)),
    )


def tokens_minted_to_treasury(*, units: int, log: LogRef) -> JournalEntry:
    """New tokens lie in the treasury, still ours: they are owed to nobody until they are in escrow."""
    return JournalEntry(
        log.key,
        "tokens_minted",
        log.time,
        (debit(token_account("1200"), units), credit(token_account("3910"), units)),
        log=log,
    )


def tokens_sold_to_wallet(*, units: int, target: Holder, log: LogRef) -> JournalEntry:
    """New tokens went straight to a buyer's own wallet, against a bank receipt.

    Receipts are whole cents; what a cent does not hold would be taken from suspense, since a fact of the chain stands.
    """
    cents, rest = divmod(units, UNITS_PER_CENT)
    mirror, owed = target
    return JournalEntry(
        log.key,
        "tokens_sold_to_wallet",
        log.time,
        _merged(
            debit(mirror, units),
            credit(token_account("3910"), units),
            debit(usd_account("2150"), cents),
            *_dollars_become_tokens(cents),
            debit(token_account("2900"), rest),
            credit(owed, units),
        ),
        log=log,
    )


def leg_funded_by_card(*, leg: LegRef, units: int, log: LogRef) -> JournalEntry:
    """The treasury paid the leg into escrow for a card buyer: the on-ramp has delivered.

    Ours are whole cents; what a cent does not hold would be taken from suspense, since a fact of the chain stands.
    """
    cents, rest = divmod(units, UNITS_PER_CENT)
    return JournalEntry(
        log.key,
        "leg_funded",
        log.time,
        _without_zeros(
            debit(token_account("1210"), units),
            credit(token_account("1200"), units),
            debit(usd_account("2150"), cents),
            *_dollars_become_tokens(cents),
            debit(token_account("2900"), rest),
            credit(token_account("2110", leg.order_id), units),
        ),
        order_id=leg.order_id,
        organization_id=leg.organization_id,
        log=log,
    )


def leg_funded_by_wallet(*, leg: LegRef, units: int, log: LogRef) -> JournalEntry:
    """A buyer's own wallet paid the leg into escrow."""
    return JournalEntry(
        log.key,
        "leg_funded",
        log.time,
        (
            debit(token_account("1210"), units),
            credit(token_account("1250"), units),
            debit(token_account("2100"), units),
            credit(token_account("2110", leg.order_id), units),
        ),
        order_id=leg.order_id,
        organization_id=leg.organization_id,
        log=log,
    )


def leg_released(*, leg: LegRef, net: int, fee: int, fee_vat_bps: int, log: LogRef) -> JournalEntry:
    """Escrow pays the seller; the commission is kept, its VAT set apart.

    The commission is booked in the token it is received in: five percent of a price is rarely a whole cent.
    """
    vat = units_share_included(fee, fee_vat_bps)
    seller = (
        (
            debit(token_account("1230", leg.organization_id), net),
            credit(token_account("2200", leg.organization_id), net),
        )
        if leg.seller_is_market_held
        else (debit(token_account("1250"), net), credit(token_account("2100"), net))
    )
    return JournalEntry(
        log.key,
        "leg_released",
        log.time,
        _without_zeros(
            debit(token_account("2110", leg.order_id), net + fee),
            credit(token_account("1210"), net + fee),
            *seller,
            debit(token_account("1205"), fee),
            credit(token_account("4100"), fee - vat),
            credit(token_account("2300"), vat),
        ),
        order_id=leg.order_id,
        organization_id=leg.organization_id,
        log=log,
        details={"net": str(net), "fee": str(fee), "vat": str(vat)},
    )


def commission_given_back(*, leg: LegRef, units: int, vat: int, log: LogRef) -> JournalEntry:
    """Goods came back after their release: the market earned nothing on them, and its commission is the seller's again."""
    seller = (
        (
            debit(token_account("1230", leg.organization_id), units),
            credit(token_account("2200", leg.organization_id), units),
        )
        if leg.seller_is_market_held
        else (debit(token_account("1250"), units), credit(token_account("2100"), units))
    )
    return JournalEntry(
        log.key,
        "commission_given_back",
        log.time,
        _without_zeros(
            debit(token_account("4100"), units - vat),
            debit(token_account("2300"), vat),
            credit(token_account("1205"), units),
            *seller,
        ),
        order_id=leg.order_id,
        organization_id=leg.organization_id,
        log=log,
        details={"units": str(units), "vat": str(vat)},
    )


def leg_refunded_to_treasury(*, leg: LegRef, units: int, refunded_before: int, log: LogRef) -> JournalEntry:
    """Escrow gives back a card-paid leg: the tokens return to the treasury and we owe the card again.

    A card takes whole cents only, and only they are burned. A party with an own wallet, or a split by percentage, can
    send back any number of units: what is less than a cent lies in the treasury and stands in suspense, an open item
    until a later refund of the leg completes the cent. A fact of the chain is never refused.
    """
    cents, rest = cents_completed(refunded_before, units)
    return JournalEntry(
        log.key,
        "leg_refunded",
        log.time,
        _without_zeros(
            debit(token_account("2110", leg.order_id), units),
            credit(token_account("1210"), units),
            debit(token_account("1200"), units),
            *_tokens_become_dollars(cents),
            credit(usd_account("2150"), cents),
            credit(token_account("2900"), rest),
        ),
        order_id=leg.order_id,
        organization_id=leg.organization_id,
        log=log,
    )


def leg_refunded_to_wallet(*, leg: LegRef, units: int, log: LogRef) -> JournalEntry:
    """Escrow gives back a wallet-paid leg."""
    return JournalEntry(
        log.key,
        "leg_refunded",
        log.time,
        (
            debit(token_account("2110", leg.order_id), units),
            credit(token_account("1210"), units),
            debit(token_account("1250"), units),
            credit(token_account("2100"), units),
        ),
        order_id=leg.order_id,
        organization_id=leg.organization_id,
        log=log,
    )


def treasury_tokens_burned(*, units: int, log: LogRef) -> JournalEntry:
    """Refunded tokens leave circulation: supply follows the reserve down."""
    return JournalEntry(
        log.key,
        "tokens_burned",
        log.time,
        (debit(token_account("3910"), units), credit(token_account("1200"), units)),
        log=log,
    )


OUTSIDE = ("1250", "2100")
"""Mirror and owner of tokens in wallets that are nobody's of ours: both move together, or not at all."""


def resold(entry: JournalEntry) -> JournalEntry | None:
    """The entry under policy *treasury*: what lies in wallets of others is their issuer's to book. None if nothing is left."""
    lines = tuple(line for line in entry.lines if line.account.number not in OUTSIDE)
    return replace(entry, lines=lines) if lines else None


def float_bought(*, key: str, units: int, cents: int, at: datetime, reference: str = "") -> JournalEntry:
    """The bank paid `cents` for tokens of somebody else's issue, which lay in suspense since they came.

    The float stands at one dollar a token; what it cost more or less than that is exchange.
    """
    worth = units // UNITS_PER_CENT
    return JournalEntry(
        key,
        "float_bought",
        at,
        _without_zeros(
            debit(token_account("2900"), worth * UNITS_PER_CENT),
            *_tokens_become_dollars(worth),
            debit(usd_account("4910"), cents - worth),
            credit(usd_account("1010"), cents),
        ),
        details={"reference": reference},
    )


def float_sold(*, key: str, units: int, cents: int, at: datetime, reference: str = "") -> JournalEntry:
    """Tokens of the float were sold for `cents` at the bank; they lay in suspense since they left."""
    worth = units // UNITS_PER_CENT
    return JournalEntry(
        key,
        "float_sold",
        at,
        _without_zeros(
            debit(usd_account("1010"), cents),
            *_dollars_become_tokens(worth),
            credit(usd_account("4910"), cents - worth),
            credit(token_account("2900"), worth * UNITS_PER_CENT),
        ),
        details={"reference": reference},
    )


def float_revalued(*, key: str, cents: int, at: datetime, reference: str = "") -> JournalEntry:
    """At the end of a month the float is worth `cents` more (or, negative, less) than one dollar a token."""
    lines = (debit(usd_account("1290"), cents), credit(usd_account("4910"), cents))
    return JournalEntry(key, "float_revalued", at, lines, details={"reference": reference})


def float_sold_to_wallet(*, units: int, log: LogRef) -> JournalEntry:
    """Tokens of the float went to a buyer's own wallet, against a bank receipt. Receipts are whole cents."""
    cents, rest = divmod(units, UNITS_PER_CENT)
    return JournalEntry(
        log.key,
        "tokens_sold_to_wallet",
        log.time,
        _without_zeros(
            credit(token_account("1200"), units),
            debit(usd_account("2150"), cents),
            *_dollars_become_tokens(cents),
            debit(token_account("2900"), rest),
        ),
        log=log,
    )


def seller_tokens_bought_back(*, organization_id: UUID, units: int, log: LogRef) -> JournalEntry:
    """A seller's tokens came back into the float: now the bank owes the seller the dollars."""
    cents, rest = divmod(units, UNITS_PER_CENT)
    return JournalEntry(
        log.key,
        "tokens_redeemed",
        log.time,
        _without_zeros(
            debit(token_account("1200"), units),
            credit(token_account("1230", organization_id), units),
            debit(token_account("2200", organization_id), units),
            *_tokens_become_dollars(cents),
            credit(usd_account("2210"), cents),
            credit(token_account("2900"), rest),
        ),
        organization_id=organization_id,
        log=log,
    )


def withheld_tokens_bought_back(*, country: str, units: int, log: LogRef, number: str = "2310") -> JournalEntry:
    """Withheld tokens came back into the float: now the bank owes the country dollars."""
    cents, rest = divmod(units, UNITS_PER_CENT)
    owner = country_owner(country)
    return JournalEntry(
        log.key,
        "withheld_tokens_bought_back",
        log.time,
        _without_zeros(
            debit(token_account("1200"), units),
            credit(token_account("1206"), units),
            debit(token_account(number, owner), units),
            *_tokens_become_dollars(cents),
            credit(usd_account(number, owner), cents),
            credit(token_account("2900"), rest),
        ),
        log=log,
    )


def seller_tokens_redeemed(*, organization_id: UUID, units: int, log: LogRef) -> JournalEntry:
    """A seller's market-held tokens were burned: now the bank owes the seller the dollars.

    Redemptions are whole cents; what a cent does not hold would stand in suspense, since a fact of the chain stands.
    """
    cents, rest = divmod(units, UNITS_PER_CENT)
    return JournalEntry(
        log.key,
        "tokens_redeemed",
        log.time,
        _without_zeros(
            debit(token_account("3910"), units),
            credit(token_account("1230", organization_id), units),
            debit(token_account("2200", organization_id), units),
            *_tokens_become_dollars(cents),
            credit(usd_account("2210"), cents),
            credit(token_account("2900"), rest),
        ),
        organization_id=organization_id,
        log=log,
    )


def redemption_paid(
    *, redemption_id: UUID, organization_id: UUID, cents: int, at: datetime, attempt: int = 1
) -> JournalEntry:
    """The bank paid the seller."""
    again = f":{attempt}" if attempt > 1 else ""
    return JournalEntry(
        f"redemption:{redemption_id}:paid{again}",
        "redemption_paid",
        at,
        (debit(usd_account("2210"), cents), credit(usd_account("1010"), cents)),
        organization_id=organization_id,
    )


def redemption_returned(
    *, redemption_id: UUID, organization_id: UUID, attempt: int, cents: int, back: int, at: datetime
) -> JournalEntry:
    """The seller's bank sent the money back: the seller is owed it again. What the banks kept of it the market bears."""
    return JournalEntry(
        f"redemption:{redemption_id}:returned:{attempt}",
        "redemption_returned",
        at,
        _without_zeros(
            debit(usd_account("1010"), back),
            debit(usd_account("5140"), cents - back),
            credit(usd_account("2210"), cents),
        ),
        organization_id=organization_id,
    )


def tax_withheld(
    *, key: str, organization_id: UUID, order_id: UUID, country: str, units: int, at: datetime, log: LogRef
) -> JournalEntry:
    """Of what a release (`log`) paid a seller, the tax that the seller's country has the market withhold.

    From here on the seller cannot ask for it; the tokens follow as `withheld_tokens_moved`.
    """
    return JournalEntry(
        key,
        "tax_withheld",
        at,
        (
            debit(token_account("2200", organization_id), units),
            credit(token_account("2310", country_owner(country)), units),
        ),
        order_id=order_id,
        organization_id=organization_id,
        log=log,
    )


def tax_given_back(
    *, key: str, organization_id: UUID, order_id: UUID, country: str, units: int, at: datetime
) -> JournalEntry:
    """Goods came back after their release: the tax on them is the seller's again, and less is owed to the country."""
    return JournalEntry(
        key,
        "tax_given_back",
        at,
        (
            debit(token_account("2310", country_owner(country)), units),
            credit(token_account("2200", organization_id), units),
        ),
        order_id=order_id,
        organization_id=organization_id,
    )


def supply_vat_taken(
    *, key: str, organization_id: UUID, order_id: UUID, country: str, units: int, at: datetime, log: LogRef
) -> JournalEntry:
    """Of what a release (`log`) paid a seller, the VAT inside the price of a sale that the market itself answers for.

    The market owes it to the country and the seller does not; the tokens follow as `withheld_tokens_moved`.
    """
    return JournalEntry(
        key,
        "supply_vat_taken",
        at,
        (
            debit(token_account("2200", organization_id), units),
            credit(token_account("2320", country_owner(country)), units),
        ),
        order_id=order_id,
        organization_id=organization_id,
        log=log,
    )


def supply_vat_given_back(
    *, key: str, organization_id: UUID, order_id: UUID, country: str, units: int, at: datetime
) -> JournalEntry:
    """Goods came back after their release: that sale was none, the market owes no VAT on it, and the seller gets it."""
    return JournalEntry(
        key,
        "supply_vat_given_back",
        at,
        (
            debit(token_account("2320", country_owner(country)), units),
            credit(token_account("2200", organization_id), units),
        ),
        order_id=order_id,
        organization_id=organization_id,
    )


def withheld_tokens_moved(*, organization_id: UUID, units: int, log: LogRef) -> JournalEntry:
    """Withheld tokens left the seller's market-held address for the market's address of withheld tax."""
    return JournalEntry(
        log.key,
        "withheld_tokens_moved",
        log.time,
        (debit(token_account("1206"), units), credit(token_account("1230", organization_id), units)),
        organization_id=organization_id,
        log=log,
    )


def withheld_tokens_returned(*, organization_id: UUID, units: int, log: LogRef) -> JournalEntry:
    """Tokens of tax that was given back are at the seller's market-held address again."""
    return JournalEntry(
        log.key,
        "withheld_tokens_returned",
        log.time,
        (debit(token_account("1230", organization_id), units), credit(token_account("1206"), units)),
        organization_id=organization_id,
        log=log,
    )


def withheld_tokens_burned(*, country: str, units: int, log: LogRef, number: str = "2310") -> JournalEntry:
    """Withheld tokens left circulation: now the bank owes the country dollars.

    Remittances are whole cents; what a cent does not hold would stand in suspense, since a fact of the chain stands.
    """
    cents, rest = divmod(units, UNITS_PER_CENT)
    owner = country_owner(country)
    return JournalEntry(
        log.key,
        "withheld_tokens_burned",
        log.time,
        _without_zeros(
            debit(token_account("3910"), units),
            credit(token_account("1206"), units),
            debit(token_account(number, owner), units),
            *_tokens_become_dollars(cents),
            credit(usd_account(number, owner), cents),
            credit(token_account("2900"), rest),
        ),
        log=log,
    )


def tax_remitted(*, remittance_id: UUID, country: str, cents: int, at: datetime, number: str = "2310") -> JournalEntry:
    """The bank paid the country's tax office."""
    return JournalEntry(
        f"tax:{remittance_id}:remitted",
        "tax_remitted",
        at,
        (debit(usd_account(number, country_owner(country)), cents), credit(usd_account("1010"), cents)),
    )


def gas_spent(*, purpose: str, wei: int, log: LogRef) -> JournalEntry:
    """The chain took gas for a transaction of ours, also for one that failed: gas used times the price paid for it.

    Booked in the chain's own coin; what it cost in dollars is booked when the coin is bought.
    """
    return JournalEntry(
        f"gas:{log.chain_id}:{log.tx_hash.hex()}",
        "gas_spent",
        log.time,
        (debit(gas_account("5130"), wei), credit(gas_account("1220"), wei)),
        log=log,
        details={"purpose": purpose},
    )


def gas_topped_up(*, chain_id: int, block_number: int, wei: int, at: datetime) -> JournalEntry:
    """The treasury has more of the chain's coin in a final block than was booked: somebody sent it there."""
    return JournalEntry(
        f"gas:{chain_id}:topped-up:{block_number}",
        "gas_topped_up",
        at,
        (debit(gas_account("1220"), wei), credit(gas_account("3000"), wei)),
        details={"block": str(block_number)},
    )


def gas_bought(*, key: str, cents: int, at: datetime, reference: str = "") -> JournalEntry:
    """The bank paid for coin of the chain: an expense at once. The coin itself is booked when it is on chain."""
    lines = (debit(usd_account("5130"), cents), credit(usd_account("1010"), cents))
    return JournalEntry(key, "gas_bought", at, lines, details={"reference": reference})


def bank_difference(*, key: str, cents: int, at: datetime, reference: str = "") -> JournalEntry:
    """The bank has a cent more (or, negative, less) than a transfer that is booked: rounding."""
    lines = (debit(usd_account("1010"), cents), credit(usd_account("4900"), cents))
    return JournalEntry(key, "bank_difference", at, lines, details={"reference": reference})


def exchange_difference(*, key: str, cents: int, at: datetime, reference: str = "") -> JournalEntry:
    """The bank got more (or, negative, less) dollars for a transfer than was booked, since it exchanged them."""
    lines = (debit(usd_account("1010"), cents), credit(usd_account("4910"), cents))
    return JournalEntry(key, "exchange_difference", at, lines, details={"reference": reference})


def bank_line_in_suspense(*, key: str, cents: int, at: datetime, reference: str) -> JournalEntry:
    """The bank has a line that nothing of ours explains yet: it is booked, and asked about."""
    lines = (debit(usd_account("1010"), cents), credit(usd_account("2900"), cents))
    return JournalEntry(key, "bank_line_in_suspense", at, lines, details={"reference": reference})


def stripe_movement_in_suspense(
    *, key: str, balance_transaction: str, net: int, fee: int, at: datetime
) -> JournalEntry:
    """Stripe moved our balance in a way that no recipe knows: it is booked, and asked about."""
    return _stripe_balance_moved("stripe_movement_in_suspense", key, balance_transaction, net, fee, at)


def stripe_corrected(*, key: str, balance_transaction: str, net: int, fee: int, at: datetime) -> JournalEntry:
    """What Stripe says of a transaction less what was booked for it: fee to fees, what is neither into suspense."""
    return _stripe_balance_moved("stripe_corrected", key, balance_transaction, net, fee, at)


def _stripe_balance_moved(
    event: str, key: str, balance_transaction: str, net: int, fee: int, at: datetime
) -> JournalEntry:
    return JournalEntry(
        key,
        event,
        at,
        _without_zeros(
            debit(usd_account("1100"), net), debit(usd_account("5100"), fee), credit(usd_account("2900"), net + fee)
        ),
        stripe_id=balance_transaction,
    )


def transfer_refused(*, target: Holder, is_ours: bool, units: int, who: bytes, log: LogRef) -> JournalEntry:
    """The token refused what the escrow had to pay out: it stays in the contract and waits for its owner.

    Our own waiting tokens (`is_ours`: treasury, commission) are owed to nobody else.
    """
    mirror, owed = target
    return JournalEntry(
        log.key,
        "transfer_refused",
        log.time,
        (
            debit(token_account("1210"), units),
            credit(mirror, units),
            *(() if is_ours else (debit(owed, units), credit(token_account("2120", owed.owner), units))),
        ),
        organization_id=owed.owner,
        log=log,
        details={"who": who.hex(), "units": str(units)},
    )


def waiting_withdrawn(
    *, target: Holder, is_ours: bool, units: int, known: int, who: bytes, log: LogRef
) -> JournalEntry:
    """What waited in the escrow contract reached its owner.

    `known` of it were refused transfers of our orders; strangers use the contract too, and theirs stood in suspense.
    """
    mirror, owed = target
    liabilities = (
        debit(token_account("2120", owed.owner), known),
        debit(token_account("2900"), units - known),
        credit(owed, units),
    )
    return JournalEntry(
        log.key,
        "waiting_withdrawn",
        log.time,
        _without_zeros(debit(mirror, units), credit(token_account("1210"), units), *(() if is_ours else liabilities)),
        organization_id=owed.owner,
        log=log,
        details={"who": who.hex(), "units": str(known)},
    )


def stray_transfer(*, source: Holder, target: Holder, units: int, log: LogRef) -> JournalEntry:
    """Somebody moved tokens in a way no event of ours explains: booked as it is, never swallowed."""
    from_mirror, from_owed = source
    to_mirror, to_owed = target
    return JournalEntry(
        log.key,
        "stray_transfer",
        log.time,
        _merged(
            debit(to_mirror, units),
            credit(from_mirror, units),
            debit(from_owed, units),
            credit(to_owed, units),
        ),
        organization_id=to_owed.owner or from_owed.owner,
        log=log,
    )


def _merged(*lines: Line) -> tuple[Line, ...]:
    """Lines of one account added up; what cancels out is left away."""
    sums: dict[AccountRef, int] = {}
    for line in lines:
        sums[line.account] = sums.get(line.account, 0) + line.amount
    return tuple(Line(account, amount) for account, amount in sums.items() if amount)
