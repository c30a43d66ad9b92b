"""Messages for programs: of who buys, and of a shop."""

from app.messages.api import buying, selling

BLUEPRINTS = (buying.bp, selling.bp)
