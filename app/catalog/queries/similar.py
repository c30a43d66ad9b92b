"""What is on the market already that is like what somebody is about to list."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from app.catalog.search import either_of
from app.db.sql_files import read_statement
from app.fx.queries import rate_for
from app.money.amounts import Money, from_usd

_SIMILAR = read_statement(Path(__file__).parents[1] / "sql" / "similar_goods.sql")


@dataclass(frozen=True)
class Similar:
    """The stall most similar goods stand in; what those of the same condition cost, None when there are none."""

    category_id: UUID
    alike: int
    low: Money | None
    middle: Money | None
    high: Money | None


def similar_goods(session: Session, *, title: str, condition: str, currency: str) -> Similar | None:
    """By the words of the title, in any language. None when nothing on sale has one of them."""
    question = either_of(title)
    if question is None:
        return None
    row = session.execute(_SIMILAR, {"question": question, "condition": condition}).one_or_none()
    if row is None:
        return None
    if not row.priced:
        return Similar(row.category_id, row.alike, None, None, None)
    rate = rate_for(session, currency).rate
    low, middle, high = (from_usd(rate, cents) for cents in (row.low_cents, row.middle_cents, row.high_cents))
    return Similar(row.category_id, row.alike, low, middle, high)
