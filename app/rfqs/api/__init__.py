"""Requests for quotes for programs: of who buys, and of a shop."""

from app.rfqs.api import asking, drafting, quoting

BLUEPRINTS = (asking.bp, asking.quotes, quoting.bp, quoting.quotes, drafting.bp)
