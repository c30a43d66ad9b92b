"""Buying for programs: a cart, its prices of this moment, and the order with the address of its card page."""

from app.checkout.api import account, addresses, approvals, deals, guest, wallet

BLUEPRINTS = (guest.bp, account.bp, deals.bp, approvals.bp, approvals.asking, addresses.bp, wallet.bp)
