"""The money of a shop, for its programs."""

from app.payouts.api import account, money

BLUEPRINTS = (money.bp, account.bp)
