"""Documents come and go. The file is written before its row and deleted after it, so that no row is without its file."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.locks import lock_one
from app.identity.actor import Actor
from app.identity.rules.roles import OWNING
from app.identity.rules.shops import require_choice
from app.jobs.queue import enqueue
from app.media.private_files import clean_name
from app.parties.actions.hold_dossier import hold_own_dossier
from app.parties.actions.tell_dossier import note_change
from app.parties.errors import PaperNotFound, TooManyPapers
from app.parties.models import Paper
from app.parties.rules.checklist import PaperKind
from app.parties.rules.papers import MOST_PAPERS

DELETE_FILE = "parties.delete_file"


@dataclass(frozen=True)
class StoredFile:
    """A file that is in the storage already, under `key`."""

    key: str
    media_type: str
    byte_count: int
    sha256: str

    @classmethod
    def of(cls, key: str, media_type: str, data: bytes) -> "StoredFile":
        return cls(key, media_type, len(data), hashlib.sha256(data).hexdigest())


def add_paper(
    session: Session,
    actor: Actor,
    organization_id: UUID,
    stored: StoredFile,
    *,
    kind: str,
    name: str,
    form_token: UUID,
    now: datetime,
) -> Paper:
    """The row of a stored file. The same form again is the first one, and the second file goes.

    Raises ShopNotFound, UnusableChoice, TooManyPapers.
    """
    require_choice(kind, list(PaperKind), "kind")
    shop, dossier = hold_own_dossier(session, actor, organization_id)
    known = session.scalar(select(Paper).where(Paper.form_token == form_token, Paper.organization_id == shop.id))
    if known is not None:
        enqueue(session, DELETE_FILE, key=stored.key)
        return known
    count = session.scalar(select(func.count()).where(Paper.organization_id == shop.id)) or 0
    if count >= MOST_PAPERS:
        raise TooManyPapers(most=MOST_PAPERS)
    assert actor.user_id is not None
    paper = Paper(
        organization_id=shop.id, kind=kind, name=clean_name(name), form_token=form_token, uploaded_by=actor.user_id,
        key=stored.key, media_type=stored.media_type, byte_count=stored.byte_count, sha256=stored.sha256,
    )  # fmt: skip
    session.add(paper)
    session.flush()
    note_change(session, dossier, actor.user_id, now)
    return paper


def remove_paper(session: Session, actor: Actor, paper_id: UUID, *, now: datetime) -> UUID:
    """Row and file; gives the shop. Raises PaperNotFound."""
    own = select(Paper).where(Paper.id == paper_id, Paper.organization_id.in_(actor.organizations(OWNING)))
    shop_id = session.scalar(own.with_only_columns(Paper.organization_id))
    if shop_id is None:
        raise PaperNotFound
    _shop, dossier = hold_own_dossier(session, actor, shop_id)
    forget_papers(session, [lock_one(session, own, missing=PaperNotFound)])
    note_change(session, dossier, actor.user_id, now)
    return shop_id


def forget_papers(session: Session, papers: Sequence[Paper]) -> None:
    """Their files are deleted once the transaction is committed."""
    for paper in papers:
        enqueue(session, DELETE_FILE, key=paper.key)
        session.delete(paper)
    session.flush()
