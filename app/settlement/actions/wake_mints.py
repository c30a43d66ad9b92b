"""The reserve or the float grew: what waited for it need not wait for its next look."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.settlement.models import ChainIntent
from app.settlement.rules import FLOAT_TOO_SMALL, MINT_BEYOND_RESERVE


def wake_mints(session: Session) -> None:
    """Let mints that were held back be looked at in the next round; those the reserve does not cover wait again."""
    session.execute(
        update(ChainIntent)
        .where(ChainIntent.state == "planned", ChainIntent.problem.in_((MINT_BEYOND_RESERVE, FLOAT_TOO_SMALL)))
        .values(not_before=None)
    )
