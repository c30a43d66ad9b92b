"""Whether the market issues its token or resells somebody else's: chosen once, before anything is booked."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.config.current import settings
from app.ledger.models import Journal
from app.settlement.errors import TokenPolicyKept
from app.settlement.models import TokenPolicy


def choose_policy(session: Session) -> None:
    """Take what the settings say. Raises TokenPolicyKept when the books have entries under the other one."""
    kept, wanted = session.get_one(TokenPolicy, 1, with_for_update=True), settings().token_policy
    if kept.policy == wanted:
        return
    if session.scalar(select(exists().where(Journal.id.is_not(None)))):
        raise TokenPolicyKept(kept=kept.policy, wanted=wanted)
    kept.policy = wanted
    session.flush()
