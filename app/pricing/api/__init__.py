"""Customer groups for programs: the shop's side of them, and the buyer's."""

from app.pricing.api import groups, offers

BLUEPRINTS = (groups.bp, offers.bp)
