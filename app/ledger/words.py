"""What events of the books are called. Keys are the events of app/ledger/recipes.py; texts are for translators."""

from app.errors import N_
from app.notify.words import in_language

EVENTS = {
    "bank_difference": N_("Rounding of the bank"),
    "bank_line_in_suspense": N_("Line of the bank, in suspense"),
    "bank_receipt_recorded": N_("Bank transfer of a buyer received"),
    "capital_paid_in": N_("Capital paid in"),
    "capital_paid_out": N_("Capital taken out"),
    "card_payment_succeeded": N_("Card charged"),
    "card_refund_failed": N_("Card refund sent back by the bank"),
    "card_refund_succeeded": N_("Card refunded"),
    "carried_paid": N_("Paid from before"),
    "carried_received": N_("Received from before"),
    "charge_settled": N_("Card payment in the Stripe balance"),
    "chargeback_charged": N_("The seller owes it"),
    "chargeback_given_up": N_("Given up by the market"),
    "chargeback_kept": N_("Kept of a payout"),
    "chargeback_received": N_("The seller paid by bank"),
    "commission_given_back": N_("Commission given back"),
    "dispute_lost": N_("Chargeback lost"),
    "dispute_reinstated": N_("Chargeback won"),
    "dispute_withdrawn": N_("Chargeback opened"),
    "exchange_difference": N_("Exchange of the bank"),
    "float_bought": N_("Tokens bought for the float"),
    "float_revalued": N_("Revaluation of the float"),
    "float_sold": N_("Tokens of the float sold"),
    "gas_bought": N_("Coin of the chain, bought for gas"),
    "gas_spent": N_("Gas"),
    "gas_topped_up": N_("Coin of the chain for gas"),
    "leg_funded": N_("Paid into escrow"),
    "leg_refunded": N_("Refunded from escrow"),
    "leg_released": N_("Released to the seller"),
    "market_voucher_granted": N_("Voucher paid by the market"),
    "market_voucher_returned": N_("Voucher's part taken back"),
    "opening_balances": N_("Opening balances"),
    "redemption_paid": N_("Redemption paid by bank"),
    "redemption_returned": N_("Redemption sent back by the bank"),
    "refund_met_by_chargeback": N_("Refund met by a chargeback"),
    "refund_paid_by_bank": N_("Refund paid by bank"),
    "refund_returned": N_("Failed refund back in the Stripe balance"),
    "refund_settled": N_("Card refund taken from the Stripe balance"),
    "stray_transfer": N_("Other transfer of tokens"),
    "stripe_corrected": N_("Stripe balance corrected"),
    "stripe_movement_in_suspense": N_("Movement of the Stripe balance, in suspense"),
    "stripe_payout_arrived": N_("Stripe payout arrived at the bank"),
    "stripe_payout_created": N_("Stripe payout on its way"),
    "stripe_payout_failed": N_("Stripe payout failed"),
    "stripe_payout_returned": N_("Stripe payout returned by the bank"),
    "supply_vat_given_back": N_("VAT of a sale given back"),
    "supply_vat_taken": N_("VAT of a sale, owed by the market"),
    "tax_given_back": N_("Withheld tax given back"),
    "tax_remitted": N_("Withheld tax paid to the country"),
    "tax_withheld": N_("Tax withheld"),
    "tokens_burned": N_("Tokens burned"),
    "tokens_minted": N_("Tokens minted"),
    "tokens_redeemed": N_("Tokens redeemed"),
    "tokens_sold_to_wallet": N_("Tokens minted to a buyer's wallet"),
    "transfer_refused": N_("Payout refused by the token"),
    "waiting_withdrawn": N_("Withdrawn from escrow by its owner"),
    "withheld_tokens_bought_back": N_("Withheld tokens taken into the float"),
    "withheld_tokens_burned": N_("Withheld tokens burned"),
    "withheld_tokens_moved": N_("Withheld tokens set apart"),
    "withheld_tokens_returned": N_("Withheld tokens returned"),
}
"""An entry taken back has `_taken_back` behind the name of the one it takes back."""

TAKEN_BACK = N_("Taken back: %(entry)s")
_TAKEN_BACK = "_taken_back"


def event_words(locale: str, event: str) -> str:
    """What a journal's event is called in that language."""
    if event.endswith(_TAKEN_BACK):
        return in_language(locale, TAKEN_BACK, entry=event_words(locale, event.removesuffix(_TAKEN_BACK)))
    return in_language(locale, EVENTS[event]) if event in EVENTS else event
