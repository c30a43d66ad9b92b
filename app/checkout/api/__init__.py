"""Buying for programs: a cart, its prices of this moment, and the order with its card page, or what a wallet signs."""

from app.checkout.api import account, addresses, approvals, deals, guest, owed, wallet

BLUEPRINTS = (
    guest.bp,
    account.bp,
    deals.bp,
    approvals.bp,
    approvals.asking,
    approvals.asking_of_deal,
    addresses.bp,
    wallet.bp,
    owed.bp,
)
