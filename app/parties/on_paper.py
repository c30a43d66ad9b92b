"""A shop as it stands on a document."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from app.documents.proforma import Party, seller_party
from app.parties.queries import trading_names
from app.web.filters import place_in


def sellers_on_paper(session: Session, shops: Mapping[UUID, tuple[str, str, str]]) -> dict[UUID, Party]:
    """Of name, place and country each, in one query: with the numbers that the market has looked at."""
    told = trading_names(session, list(shops))
    return {
        shop_id: seller_party(
            name,
            [place_in(place, country)],
            legal_name=told[shop_id].legal_name,
            registration=told[shop_id].registration_number,
            tax=told[shop_id].tax_number,
        )
        for shop_id, (name, place, country) in shops.items()
    }
