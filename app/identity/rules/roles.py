"""Roles, and which of them may do what. A role is held in one organization."""

OWNER, SALES, WAREHOUSE, ACCOUNTANT = "owner", "sales", "warehouse", "accountant"
OPERATOR, ARBITER, AUDITOR = "operator", "arbiter", "auditor"
PURCHASER, APPROVER = "purchaser", "approver"

OWNING = frozenset({OWNER})
SELLING = frozenset({OWNER, SALES})
STOCKING = frozenset({OWNER, SALES, WAREHOUSE})
ACCOUNTING = frozenset({OWNER, ACCOUNTANT})
SHOP_ROLES = frozenset({OWNER, SALES, WAREHOUSE, ACCOUNTANT})
BUYING_ROLES = frozenset({PURCHASER, APPROVER})
"""Held in a company that buys; they open no desk of a shop."""
MARKET_ROLES = frozenset({OPERATOR, ARBITER, ACCOUNTANT, AUDITOR})

READING_BOOKS = (OPERATOR, ACCOUNTANT, AUDITOR)
"""Held in the market: who reads all its books."""

SHOP_ROLE_ORDER = (OWNER, SALES, WAREHOUSE, ACCOUNTANT)
"""As a page offers them."""

SHOP_KINDS = ("company", "sole_trader", "private_person")
PRIVATE_PERSON = "private_person"
PRIVATE_KINDS = frozenset({"sole_trader", "private_person"})
"""Shops that are a person: what they say about themselves is that person's data."""
MARKET = "market"
