"""Where the news of a shop, or of a company that buys, goes: for its programs."""

from app.webhooks.api import of_company, of_shop

BLUEPRINTS = (of_shop.bp, of_company.bp)
