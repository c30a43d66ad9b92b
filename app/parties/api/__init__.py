"""What the owners of a shop do with it as a whole, for their programs."""

from app.parties.api import approval, closing, papers

BLUEPRINTS = (approval.bp, papers.bp, closing.bp)
