"""What the catalog does when shops or rates change."""

from sqlalchemy.orm import Session

from app.catalog.actions.price_in_dollars import reprice_listings
from app.catalog.actions.write_search import write_search_of_shop
from app.fx.events import RatesLoaded
from app.identity.events import ShopEdited


def follow_rates(session: Session, event: RatesLoaded) -> None:
    reprice_listings(session, event.currencies)


def follow_shop(session: Session, event: ShopEdited) -> None:
    write_search_of_shop(session, event.organization_id)
