"""Requests for quotes for programs: of who buys, and of a shop."""

from app.rfqs.api import asking, quoting

BLUEPRINTS = (asking.bp, asking.quotes, quoting.bp, quoting.quotes)
