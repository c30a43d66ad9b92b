"""Orders are tested in a market that really settles."""

from tests.support.trade import trade

__all__ = ["trade"]
