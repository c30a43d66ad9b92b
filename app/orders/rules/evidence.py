"""Until when both sides of a dispute may say their side."""

from datetime import datetime, timedelta

from app.orders.errors import EvidenceTooLate, NoSuchDispute

LONGEST = timedelta(days=7)


def evidence_until(opened_at: datetime, dispute_timeout: timedelta) -> datetime:
    """A week, and never more than half of the time in which it must be decided: the arbiter reads, too."""
    return opened_at + min(LONGEST, dispute_timeout / 2)


def require_open(*, is_decided: bool, until: datetime | None, chain_now: datetime) -> None:
    """Raises NoSuchDispute once it is decided, EvidenceTooLate after `until`."""
    if is_decided:
        raise NoSuchDispute
    if until is not None and chain_now > until:
        raise EvidenceTooLate(ended=until)
