"""What the owners of a shop do with it as a whole, for their programs."""

from app.parties.api import closing, papers

BLUEPRINTS = (papers.bp, closing.bp)
