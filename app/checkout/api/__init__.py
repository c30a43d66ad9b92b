"""Buying for programs: a cart, its prices of this moment, and the order with the address of its card page."""

from app.checkout.api import account, addresses, approvals, deals, guest, owed

BLUEPRINTS = (
    guest.bp,
    account.bp,
    deals.bp,
    approvals.bp,
    approvals.asking,
    approvals.asking_of_deal,
    addresses.bp,
    owed.bp,
)
