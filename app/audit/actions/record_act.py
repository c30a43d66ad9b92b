"""Writing to the audit log."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.models import AuditEntry


def record_act(
    session: Session, actor_id: UUID | None, action: str, subject_id: UUID | None = None, **details: Any
) -> AuditEntry:
    """Note a privileged act in the transaction that does it: no act without its entry, no entry without its act.

    `action` is `noun.verb` ("shop.approve"); `details` are plain JSON values and never hold secrets.
    `actor_id` is None for what the market did by itself.
    """
    entry = AuditEntry(actor_id=actor_id, action=action, subject_id=subject_id, details=details)
    session.add(entry)
    session.flush()
    return entry
