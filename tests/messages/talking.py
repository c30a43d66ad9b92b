"""What people do in these tests."""

from uuid import UUID

from app.catalog.models import Variant
from app.db.session import reading
from app.messages.models import Thread
from tests.support.front import Visitor


def slug_of(variant_id: UUID) -> str:
    with reading() as session:
        return str(session.get_one(Variant, variant_id).listing.slug)


def ask(buyer: Visitor, variant_id: UUID, text: str, **more: object) -> str:
    """By the form of the goods' page; gives the path of the conversation."""
    sent = buyer.fill(f"/p/{slug_of(variant_id)}/ask", body=text, **more)
    assert sent.status_code == 303, sent.get_data(as_text=True)
    return sent.headers["Location"].removesuffix("#newest")


def only_thread() -> Thread:
    with reading() as session:
        return session.query(Thread).one()
