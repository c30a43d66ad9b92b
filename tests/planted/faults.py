"""What goes wrong, a function each: it changes what a story left behind and says what the match has to find.

Of a story in which it would change nothing, such as two equal amounts swapped, it finds nothing and leaves it as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from app.ledger import recipes
from app.ledger.entries import JournalEntry
from app.money.references import reference_key
from tests.planted.month import CARD, DISPUTE, REFUNDED, SENT_BACK, WALLET
from tests.planted.trail import BankEntry, Trail, tx_name, wei_of

Found = set[tuple[str, str, str]]
RECEIPT, PAYOUT, REDEMPTIONS = "receipt", "payout", "redemptions"
A_MONTH = timedelta(days=31)
SEVERAL = 2
GAS_DIFFERS: Found = {("drift", "DRIFT", "gas")}
"""Gas leaves no log to match: it is held against the coin that the treasury has left."""


@dataclass(frozen=True)
class Fault:
    """`plant` gets as many stories of `kind` as `needs`, and gives (family, reason, reference) of all that is then open."""

    kind: str
    plant: Callable[..., Found]
    needs: int = 1

    @property
    def name(self) -> str:
        return self.plant.__name__.replace("_", " ")


def settlement_never_booked(trail: Trail) -> Found:
    return {("stripe", "MISSING_LEDGER", _txn(trail.lose("charge_settled")))}


def settlement_booked_twice(trail: Trail) -> Found:
    entry = trail.entry("charge_settled")
    trail.journals.append(_again(entry))
    return {("stripe", "DUPLICATE", _txn(entry))}


def settlement_booked_a_cent_short(trail: Trail) -> Found:
    row, entry = trail.row("charge"), trail.entry("charge_settled")
    short = recipes.charge_settled(balance_transaction=row.id, gross=row.amount - 1, fee=row.fee, at=row.created)
    trail.rebook("charge_settled", short)
    return {("stripe", "AMOUNT", _txn(entry))}


def settlement_booked_in_another_month(trail: Trail) -> Found:
    entry = trail.entry("charge_settled")
    trail.rebook("charge_settled", replace(entry, effective_at=entry.effective_at + A_MONTH))
    return {("stripe", "LATE_PERIOD", _txn(entry))}


def settlement_with_another_fee(trail: Trail) -> Found:
    row = trail.row("charge")
    other = recipes.charge_settled(balance_transaction=row.id, gross=row.amount, fee=row.fee + 1, at=row.created)
    trail.rebook("charge_settled", other)
    return {("stripe", "FEE", row.id)}


def charge_unknown_to_stripe(trail: Trail) -> Found:
    row = trail.row("charge")
    trail.balance.remove(row)
    return {("stripe", "MISSING_STRIPE", row.id), ("card", "MISSING_STRIPE", trail.payments[0].intent)}


def charged_a_cent_more(trail: Trail) -> Found:
    row = trail.row("charge")
    _retell(trail, amount=row.amount + 1, net=row.net + 1)
    return {("stripe", "AMOUNT", row.id), ("card", "AMOUNT", trail.payments[0].intent)}


def charged_in_baht(trail: Trail) -> Found:
    _retell(trail, currency="THB")
    return {("stripe", "CURRENCY", trail.row("charge").id), ("card", "CURRENCY", trail.payments[0].intent)}


def charged_twice(trail: Trail) -> Found:
    row = trail.row("charge")
    trail.balance.append(replace(row, id=f"{row.id}b"))
    return {("stripe", "MISSING_LEDGER", f"{row.id}b"), ("card", "DUPLICATE", trail.payments[0].intent)}


def charge_nobody_asked_for(trail: Trail) -> Found:
    payment = trail.payments.pop()
    return {("card", "MISSING_RECORD", payment.intent), ("card", "MISSING_RECORD", payment.charge)}


def fee_of_an_unknown_kind(trail: Trail) -> Found:
    row = trail.row("charge")
    trail.balance.append(
        replace(
            row, id=f"{row.id}t", type="tax_fee", reporting_category="tax", source_id=None, amount=-7, fee=0, net=-7
        )
    )
    return {("stripe", "UNKNOWN_TYPE", f"{row.id}t")}


def payment_never_booked(trail: Trail) -> Found:
    trail.lose("card_payment_succeeded")
    return {("card", "MISSING_LEDGER", trail.payments[0].intent)}


def payment_booked_twice(trail: Trail) -> Found:
    trail.journals.append(_again(trail.entry("card_payment_succeeded")))
    return {("card", "DUPLICATE", trail.payments[0].intent)}


def charges_of_two_payments_swapped(one: Trail, other: Trail) -> Found:
    first, second = one.payments[0], other.payments[0]
    if first.cents == second.cents:
        return set()
    one.payments, other.payments = [replace(first, charge=second.charge)], [replace(second, charge=first.charge)]
    return {("card", "AMOUNT", first.intent), ("card", "AMOUNT", second.intent)}


def settlements_of_two_charges_swapped(one: Trail, other: Trail) -> Found:
    first, second = one.entry("charge_settled"), other.entry("charge_settled")
    if one.row("charge").amount == other.row("charge").amount:
        return set()
    one.rebook("charge_settled", replace(first, stripe_id=second.stripe_id))
    other.rebook("charge_settled", replace(second, stripe_id=first.stripe_id))
    return {("stripe", "AMOUNT", _txn(first)), ("stripe", "AMOUNT", _txn(second))}


def mint_never_booked(trail: Trail) -> Found:
    return {("chain", "MISSING_LEDGER", tx_name(trail.lose("tokens_minted")))}


def funding_never_booked(trail: Trail) -> Found:
    return {("chain", "MISSING_LEDGER", tx_name(trail.lose("leg_funded")))}


def release_booked_twice(trail: Trail) -> Found:
    entry = trail.entry("leg_released")
    trail.journals.append(_again(entry))
    return {("chain", "DUPLICATE", tx_name(entry))}


def release_by_one_unit_more(trail: Trail) -> Found:
    """The smallest part of a token, on the chain."""
    paid = trail.moves("leg_released")[0]
    trail.transfers[trail.transfers.index(paid)] = replace(paid, units=paid.units + 1)
    return {("chain", "AMOUNT", tx_name(trail.entry("leg_released")))}


def release_booked_in_another_month(trail: Trail) -> Found:
    entry = trail.entry("leg_released")
    trail.rebook("leg_released", replace(entry, effective_at=entry.effective_at - A_MONTH))
    return {("chain", "LATE_PERIOD", tx_name(entry))}


def release_in_a_block_that_was_replaced(trail: Trail) -> Found:
    """The transaction came again in another block, and the books have the first one."""
    entry = trail.entry("leg_released")
    assert entry.log is not None
    trail.rebook("leg_released", replace(entry, log=replace(entry.log, block_hash=entry.log.block_hash[::-1])))
    return {("chain", "REORGED", tx_name(entry))}


def release_in_a_block_that_is_gone(trail: Trail) -> Found:
    """It came again and failed, which costs gas; the number of its block, in which it was alone, belongs to another one now."""
    entry = trail.entry("leg_released")
    assert entry.log is not None
    for log in trail.moves("leg_released"):
        trail.transfers.remove(log)
    alone = replace(entry.log, block_number=entry.log.block_number + 100_000_000, block_hash=entry.log.tx_hash[::-1])
    trail.rebook("leg_released", replace(entry, log=alone))
    trail.orphans.append(alone)
    return {("chain", "REORGED", tx_name(entry))}


def release_not_on_the_chain(trail: Trail) -> Found:
    entry = trail.entry("leg_released")
    for log in trail.moves("leg_released"):
        trail.transfers.remove(log)
    return {("chain", "MISSING_CHAIN", tx_name(entry))}


def release_never_final(trail: Trail) -> Found:
    for log in trail.moves("leg_released"):
        trail.transfers[trail.transfers.index(log)] = replace(log, is_final=False)
    gas = trail.gas_of("leg_released")
    trail.journals.remove(gas)
    trail.coin += wei_of(gas)
    return {("chain", "UNFINALIZED", tx_name(trail.lose("leg_released")))}


def gas_never_booked(trail: Trail) -> Found:
    trail.journals.remove(trail.gas_of("leg_released"))
    return set(GAS_DIFFERS)


def gas_booked_a_wei_short(trail: Trail) -> Found:
    gas = trail.gas_of("leg_released")
    assert gas.log is not None
    short = recipes.gas_spent(purpose=gas.details["purpose"], wei=wei_of(gas) - 1, log=gas.log)
    trail.journals[trail.journals.index(gas)] = short
    return set(GAS_DIFFERS)


def release_paid_to_another_seller(one: Trail, other: Trail) -> Found:
    paid, whose, receiver = one.moves("leg_released")[0], one.seller, other.seller
    assert whose is not None
    assert receiver is not None
    if whose == receiver or not (whose.is_market_held or receiver.is_market_held):
        return set()
    one.transfers[one.transfers.index(paid)] = replace(paid, receiver=receiver.address)
    return {("chain", "AMOUNT", tx_name(one.entry("leg_released")))}


def releases_of_two_orders_swapped(one: Trail, other: Trail) -> Found:
    first, second = one.entry("leg_released"), other.entry("leg_released")
    if one.row("charge").amount == other.row("charge").amount:
        return set()
    one.rebook("leg_released", replace(first, log=second.log))
    other.rebook("leg_released", replace(second, log=first.log))
    return {("chain", "AMOUNT", tx_name(first)), ("chain", "AMOUNT", tx_name(second))}


def transfer_out_of_the_treasury(trail: Trail) -> Found:
    """Nobody of ours sent it."""
    where = trail.moves("leg_funded")[0]
    tx = bytes(reversed(where.where.tx_hash))
    at = replace(where.where, tx_hash=tx, log_index=(where.where.log_index or 0) + 10_000_000)
    trail.transfers.append(replace(where, where=at, receiver=b"\x66" * 20, units=5))
    return {("chain", "MISSING_LEDGER", f"0x{tx.hex()}")}


def wallet_paid_by_nobody(trail: Trail) -> Found:
    for log in trail.moves("leg_funded"):
        trail.transfers.remove(log)
    return {("chain", "MISSING_CHAIN", tx_name(trail.entry("leg_funded")))}


def refund_recorded_a_cent_off(trail: Trail) -> Found:
    refund = trail.refunds[0]
    trail.refunds = [replace(refund, cents=refund.cents + 1)]
    return {("card", "AMOUNT", refund.name)}


def refund_never_settled_in_the_books(trail: Trail) -> Found:
    return {("stripe", "MISSING_LEDGER", _txn(trail.lose("refund_settled")))}


def refund_unknown_to_stripe(trail: Trail) -> Found:
    row = trail.row("refund")
    trail.balance.remove(row)
    return {("stripe", "MISSING_STRIPE", row.id), ("card", "MISSING_STRIPE", trail.refunds[0].name)}


def refunded_twice(trail: Trail) -> Found:
    row = trail.row("refund")
    trail.balance.append(replace(row, id=f"{row.id}b"))
    return {("stripe", "MISSING_LEDGER", f"{row.id}b"), ("card", "DUPLICATE", trail.refunds[0].name)}


def burn_never_booked(trail: Trail) -> Found:
    return {("chain", "MISSING_LEDGER", tx_name(trail.lose("tokens_burned")))}


def refund_that_never_came_back(trail: Trail) -> Found:
    """The card's bank refused it, says our record, and Stripe still has the money out."""
    row = trail.row("refund_failure")
    trail.balance.remove(row)
    return {("stripe", "MISSING_STRIPE", row.id), ("card", "AMOUNT", trail.refunds[0].name)}


def dispute_never_booked(trail: Trail) -> Found:
    return {("stripe", "MISSING_LEDGER", _txn(trail.lose("dispute_withdrawn")))}


def dispute_with_another_fee(trail: Trail) -> Found:
    row = trail.row("adjustment")
    other = recipes.dispute_withdrawn(balance_transaction=row.id, amount=-row.amount, fee=row.fee - 1, at=row.created)
    trail.rebook("dispute_withdrawn", other)
    return {("stripe", "FEE", row.id)}


def money_the_bank_does_not_have(trail: Trail) -> Found:
    return {("bank", "BANK_MISSING", reference_key(trail.bank.pop().reference))}


def money_at_the_bank_twice(trail: Trail) -> Found:
    trail.bank.append(trail.bank[0])
    return {("bank", "DUPLICATE", reference_key(trail.bank[0].reference))}


def a_cent_lost_in_exchange(trail: Trail) -> Found:
    line = trail.bank[0]
    trail.bank = [replace(line, cents=line.cents - 1)]
    return {("bank", "AMOUNT", reference_key(line.reference))}


def money_in_another_currency(trail: Trail) -> Found:
    trail.bank = [replace(trail.bank[0], currency="THB")]
    return {("bank", "CURRENCY", reference_key(trail.bank[0].reference))}


def reference_typed_wrong(trail: Trail) -> Found:
    line = trail.bank[0]
    trail.bank = [replace(line, reference=f"{line.reference}7")]
    name = reference_key(line.reference)
    return {("bank", "BANK_MISSING", name), ("bank", "MISSING_LEDGER", f"{name}7")}


def receipt_never_booked(trail: Trail) -> Found:
    trail.lose("bank_receipt_recorded")
    return {("bank", "MISSING_LEDGER", reference_key(trail.receipts[0].reference))}


def references_of_two_receipts_swapped(one: Trail, other: Trail) -> Found:
    first, second = one.bank[0], other.bank[0]
    one.bank, other.bank = [replace(first, reference=second.reference)], [replace(second, reference=first.reference)]
    return {("bank", "AMOUNT", reference_key(line.reference)) for line in (first, second)}


def charge_of_the_bank(trail: Trail) -> Found:
    line = trail.bank[0]
    trail.bank.append(BankEntry(line.day, -350, f"SC-{line.reference}", "Service charge"))
    return {("bank", "MISSING_LEDGER", reference_key(f"SC-{line.reference}"))}


def payout_of_another_amount(trail: Trail) -> Found:
    """Stripe paid out a cent more than left its balance."""
    payout = trail.payouts[0]
    more = payout.amount + 1
    trail.payouts = [replace(payout, amount=more)]
    trail.bank = [replace(trail.bank[0], cents=more)]
    arrived = recipes.stripe_payout_arrived(payout=payout.id, cents=more, at=payout.arrival_date)
    trail.rebook("stripe_payout_arrived", arrived)
    return {("payout", "PAYOUT_UNFOOTED", payout.id)}


def payout_that_lacks_a_part(trail: Trail) -> Found:
    trail.parts.pop(len(trail.parts) // 2)
    return {("payout", "PAYOUT_UNFOOTED", trail.payouts[0].id)}


def payout_arrived_and_not_booked(trail: Trail) -> Found:
    trail.lose("stripe_payout_arrived")
    return {("payout", "MISSING_LEDGER", trail.payouts[0].id), ("bank", "MISSING_LEDGER", _po(trail))}


def payout_booked_twice(trail: Trail) -> Found:
    trail.journals.append(_again(trail.entry("stripe_payout_arrived")))
    return {("payout", "DUPLICATE", trail.payouts[0].id), ("bank", "DUPLICATE", _po(trail))}


def payout_that_never_arrives(trail: Trail) -> Found:
    trail.payouts = [replace(trail.payouts[0], status="in_transit")]
    trail.lose("stripe_payout_arrived")
    trail.bank.clear()
    return {("payout", "BANK_MISSING", trail.payouts[0].id)}


def payout_that_stripe_denies(trail: Trail) -> Found:
    payout = trail.payouts.pop()
    trail.parts.clear()
    trail.bank = [replace(trail.bank[0], reference=payout.id)]  # by the name: of the trace nobody knows any more
    return {("payout", "MISSING_STRIPE", payout.id)}


def payout_failed_and_not_put_back(trail: Trail) -> Found:
    payout = trail.payouts[0]
    trail.payouts = [replace(payout, status="failed")]
    trail.journals.append(recipes.stripe_payout_returned(payout=payout.id, cents=payout.amount, at=payout.arrival_date))
    trail.bank.append(replace(trail.bank[0], cents=-payout.amount))
    return {("payout", "MISSING_STRIPE", payout.id)}


def payout_the_bank_does_not_have(trail: Trail) -> Found:
    trail.bank.clear()
    return {("bank", "BANK_MISSING", _po(trail))}


def redemption_paid_and_not_booked(trail: Trail) -> Found:
    if len(trail.files[0].parts) < SEVERAL + 1:
        return set()
    trail.lose("redemption_paid")
    return {("bank", "PAYOUT_UNFOOTED", reference_key(trail.files[0].reference))}


def file_the_bank_never_paid(trail: Trail) -> Found:
    trail.bank.clear()
    return {("bank", "BANK_MISSING", reference_key(trail.files[0].reference))}


def file_paid_a_cent_short(trail: Trail) -> Found:
    if len(trail.files[0].parts) < SEVERAL:
        return set()
    trail.bank = [replace(trail.bank[0], cents=trail.bank[0].cents + 1)]
    return {("bank", "PAYOUT_UNFOOTED", reference_key(trail.files[0].reference))}


def redemption_never_burned(trail: Trail) -> Found:
    for log in trail.moves("tokens_redeemed"):
        trail.transfers.remove(log)
    return {("chain", "MISSING_CHAIN", tx_name(trail.entry("tokens_redeemed")))}


FAULTS = (
    *(
        Fault(CARD, plant)
        for plant in (
            settlement_never_booked, settlement_booked_twice, settlement_booked_a_cent_short,
            settlement_booked_in_another_month, settlement_with_another_fee, charge_unknown_to_stripe, charged_a_cent_more,
            charged_in_baht, charged_twice, charge_nobody_asked_for, fee_of_an_unknown_kind, payment_never_booked,
            payment_booked_twice, mint_never_booked, funding_never_booked, release_booked_twice, release_by_one_unit_more,
            release_booked_in_another_month, release_in_a_block_that_was_replaced, release_in_a_block_that_is_gone,
            release_not_on_the_chain, release_never_final, transfer_out_of_the_treasury,
            gas_never_booked, gas_booked_a_wei_short,
        )
    ),
    Fault(CARD, charges_of_two_payments_swapped, 2),
    Fault(CARD, settlements_of_two_charges_swapped, 2),
    Fault(CARD, release_paid_to_another_seller, 2),
    Fault(CARD, releases_of_two_orders_swapped, 2),
    Fault(WALLET, wallet_paid_by_nobody),
    *(
        Fault(REFUNDED, plant)
        for plant in (
            refund_recorded_a_cent_off, refund_never_settled_in_the_books, refund_unknown_to_stripe, refunded_twice,
            burn_never_booked,
        )
    ),
    Fault(SENT_BACK, refund_that_never_came_back),
    Fault(DISPUTE, dispute_never_booked),
    Fault(DISPUTE, dispute_with_another_fee),
    *(
        Fault(RECEIPT, plant)
        for plant in (
            money_the_bank_does_not_have, money_at_the_bank_twice, a_cent_lost_in_exchange, money_in_another_currency,
            reference_typed_wrong, receipt_never_booked, charge_of_the_bank,
        )
    ),
    Fault(RECEIPT, references_of_two_receipts_swapped, 2),
    *(
        Fault(PAYOUT, plant)
        for plant in (
            payout_of_another_amount, payout_that_lacks_a_part, payout_arrived_and_not_booked, payout_booked_twice,
            payout_that_never_arrives, payout_that_stripe_denies, payout_failed_and_not_put_back,
            payout_the_bank_does_not_have,
        )
    ),
    *(
        Fault(REDEMPTIONS, plant)
        for plant in (
            redemption_paid_and_not_booked, file_the_bank_never_paid, file_paid_a_cent_short, redemption_never_burned,
        )
    ),
)  # fmt: skip


def _txn(entry: JournalEntry) -> str:
    assert entry.stripe_id is not None
    return entry.stripe_id


def _po(trail: Trail) -> str:
    """As the bank's references are written."""
    return reference_key(trail.payouts[0].id)


def _again(entry: JournalEntry) -> JournalEntry:
    return replace(entry, key=f"{entry.key}:again")


def _retell(trail: Trail, **otherwise: object) -> None:
    row = trail.row("charge")
    trail.balance[trail.balance.index(row)] = replace(row, **otherwise)  # type: ignore[arg-type]
