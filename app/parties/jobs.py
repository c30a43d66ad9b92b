"""Background work: files of documents that are gone, and names that were never looked at."""

from functools import partial

from sqlalchemy.orm import Session

from app.config.current import settings
from app.db.session import in_transaction
from app.parties.actions.note_look import note_look
from app.parties.queries import unlooked_shops
from app.parties.storage import papers_at

AT_ONCE = 500


def delete_file(key: str) -> None:
    """For good. A file that is gone already is no failure."""
    papers_at(settings().papers_url).remove(key)


def look_at_names() -> None:
    """Of shops that were opened before names were looked at."""
    in_transaction(partial(_look, AT_ONCE))


def _look(size: int, session: Session) -> int:
    shops = unlooked_shops(session, size)
    for shop in shops:
        note_look(session, shop.id, shop.name)
    return len(shops)


JOBS = {"parties.delete_file": delete_file, "parties.look_at_names": look_at_names}
PERIODIC = {"parties.look_at_names": "*/10 * * * *"}
