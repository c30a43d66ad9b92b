"""A request that changes something can be sent twice: the second one gets the first one's answer.

The key is claimed, the work is done and the answer is kept in one transaction. A crash in between leaves nothing, so
the caller's next try does the work; a twin that arrives meanwhile waits for the row and then reads the answer.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, request
from psycopg.errors import LockNotAvailable
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.api.errors import IdempotencyKeyMissing, IdempotencyKeyReused, StillWorking
from app.api.models import StoredAnswer
from app.db.session import in_transaction

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEEP = timedelta(days=2)
_LONGEST_KEY = 255


@dataclass(frozen=True)
class Answer:
    """What the work answers: a JSON body and a status below 500."""

    body: Mapping[str, Any]
    status: int = 200


def answer_once(caller: str, work: Callable[[Session], Answer]) -> Response:
    """Do `work` in a transaction, once per caller and Idempotency-Key; later requests get the kept answer.

    `caller` is who asks, so that nobody reads another's answers. Raises IdempotencyKeyMissing, IdempotencyKeyReused
    (same key, other method, path or body) and StillWorking (the first one has held the key for the lock time-out).
    """
    key = _key()
    try:
        return in_transaction(lambda session: _answer(session, caller, key, work))
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            raise StillWorking from error
        raise


def _answer(session: Session, caller: str, key: str, work: Callable[[Session], Answer]) -> Response:
    fingerprint = _fingerprint()
    if not _claim(session, caller, key, fingerprint):
        return _replay(session, caller, key, fingerprint)
    answer = work(session)
    body = json.dumps(answer.body).encode()
    _keep(session, caller, key, answer.status, body)
    return Response(body, answer.status, mimetype="application/json")


def forget_old_answers(session: Session, now: datetime) -> int:
    """Drop answers past their time; returns how many. A key may then be used anew."""
    gone = session.execute(delete(StoredAnswer).where(StoredAnswer.expires_at < now).returning(StoredAnswer.id))
    return len(gone.all())


def _key() -> str:
    key = request.headers.get(HEADER, "").strip().strip('"')
    if not 1 <= len(key) <= _LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise IdempotencyKeyMissing
    return key


def _fingerprint() -> bytes:
    """Of method, address and bytes as sent: a caller that repeats itself repeats them exactly."""
    parts = (request.method.encode(), request.full_path.encode(), request.get_data(cache=True))
    return hashlib.sha256(b"\0".join(parts)).digest()


def _claim(session: Session, caller: str, key: str, fingerprint: bytes) -> bool:
    claim = insert(StoredAnswer).values(
        caller=caller, key=key, fingerprint=fingerprint, expires_at=datetime.now(UTC) + KEEP
    )
    claimed = session.execute(claim.on_conflict_do_nothing().returning(StoredAnswer.id))
    return claimed.first() is not None


def _keep(session: Session, caller: str, key: str, status: int, body: bytes) -> None:
    row = session.scalars(_row(caller, key)).one()
    row.status, row.body, row.content_type = status, body, "application/json"


def _replay(session: Session, caller: str, key: str, fingerprint: bytes) -> Response:
    row = session.scalars(_row(caller, key)).one()
    if row.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    response = Response(row.body, row.status, mimetype=row.content_type)
    response.headers[REPLAYED] = "true"
    return response


def _row(caller: str, key: str) -> Any:
    return select(StoredAnswer).where(StoredAnswer.caller == caller, StoredAnswer.key == key)
