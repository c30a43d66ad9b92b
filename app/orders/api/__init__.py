"""Orders for programs: by an order's key, of an account, and of a shop."""

from app.orders.api import bought, groups, sold

BLUEPRINTS = (groups.bp, bought.bp, sold.bp)
