"""Goods that go on sale, or change while they are, are held against the list of prohibited goods."""

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.catalog.events import ListingOnSale
from app.catalog.models import Listing
from app.catalog.search import words
from app.config.days import market_today
from app.moderation.errors import GoodsProhibited
from app.moderation.models import ListingReport
from app.moderation.prohibited import prohibited
from app.moderation.rules import KINDS, REFUSE, matches


def look_over(session: Session, event: ListingOnSale) -> None:
    """Refused goods do not go on sale: the seller's change is undone. Others come before the operator, once per rule.

    Raises GoodsProhibited.
    """
    listing = session.get_one(Listing, event.listing_id)
    texts = {**{f"title {k}": v for k, v in listing.titles.items()}, **listing.descriptions}
    said = {name: words(text) for name, text in texts.items()}
    for match in matches(prohibited(), listing.organization.country, said, market_today()):
        if match.rule.action == REFUSE:
            raise GoodsProhibited(kind=KINDS[match.rule.key], word=match.word)
        session.execute(
            upsert(ListingReport)
            .values(listing_id=listing.id, source="list", rule=match.rule.key, reason="prohibited", text=match.word)
            .on_conflict_do_nothing()
        )
