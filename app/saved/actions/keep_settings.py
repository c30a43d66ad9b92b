"""Keeping settings of a report, and letting them go."""

from datetime import date
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.db.locks import lock_one
from app.identity.models import User
from app.saved.errors import NameTaken, SettingsNotFound, TooManySettings
from app.saved.models import SavedReport
from app.saved.queries import saved_by
from app.saved.rules import MOST


def keep_settings(
    session: Session, user_id: UUID, *, name: str, report: str, organization_id: UUID, account: str, days: str,
    chosen: tuple[date, date], form_token: UUID,
) -> SavedReport:  # fmt: skip
    """The same form again is the same settings. Whether the person may read that report is asked when they are opened.

    Raises NameTaken, TooManySettings.
    """
    session.get_one(User, user_id, with_for_update={"key_share": True})  # one after the other: they are counted
    own = session.scalars(saved_by(user_id)).all()
    same = next((one for one in own if one.form_token == form_token), None)
    if same is not None:
        return same
    if any(one.name == name for one in own):
        raise NameTaken(field="name")
    if len(own) >= MOST:
        raise TooManySettings(most=MOST)
    kept = SavedReport(
        user_id=user_id, form_token=form_token, name=name, report=report, organization_id=organization_id,
        account=account, days=days, first_day=chosen[0], last_day=chosen[1],
    )  # fmt: skip
    session.add(kept)
    session.flush()
    return kept


def drop_settings(session: Session, user_id: UUID | None, settings_id: UUID) -> None:
    """Raises SettingsNotFound."""
    found = lock_one(session, saved_by(user_id).where(SavedReport.id == settings_id), missing=SettingsNotFound)
    session.delete(found)


def forget_settings(session: Session, user_id: UUID) -> None:
    """All of a person."""
    session.execute(delete(SavedReport).where(SavedReport.user_id == user_id))
