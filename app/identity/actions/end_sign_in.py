"""Signing out: the session ends here, not only in the browser that forgets it."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.identity.models import EndedSignIn


def end_sign_in(session: Session, sign_in: str, *, ends_anyway_at: datetime) -> None:
    """Whoever kept a copy of the cookie is not let in with it any more."""
    ended = insert(EndedSignIn).values(sign_in=sign_in, ends_anyway_at=ends_anyway_at)
    session.execute(ended.on_conflict_do_nothing())


def forget_ended_sign_ins(session: Session, now: datetime) -> None:
    """Those whose cookie is too old to be taken by now."""
    session.execute(delete(EndedSignIn).where(EndedSignIn.ends_anyway_at < now))
