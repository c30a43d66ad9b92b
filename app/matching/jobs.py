"""Background work: items are matched every ten minutes, after the tie-out, and all of them once a night."""

from datetime import UTC, datetime

from app.chain.errors import NotDeployed
from app.db.session import in_transaction
from app.matching.actions.match_items import match_items


def match() -> None:
    """What was touched. Twice at once is one after the other; died half-way, nothing was written."""
    _match(whole=False)


def match_all() -> None:
    """Also what somebody changed behind the market's back, which no watermark shows."""
    _match(whole=True)


def _match(*, whole: bool) -> None:
    try:
        in_transaction(lambda session: match_items(session, now=datetime.now(UTC), whole=whole))
    except NotDeployed:
        return  # a market that has just begun: there is nothing to match


JOBS = {"matching.match": match, "matching.match_all": match_all}
PERIODIC = {"matching.match": "5-59/10 * * * *", "matching.match_all": "40 18 * * *"}
