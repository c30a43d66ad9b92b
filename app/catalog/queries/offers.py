"""What price lists offer a buyer. Asked for who is signed in only: a guest pays what everybody sees, in no query more."""

from collections.abc import Collection
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from app.catalog.models import Listing, Variant
from app.pricing.models import ListPrice, PriceList, PriceListGroup
from app.pricing.queries import NO_OFFERS, Buyer, Offers, groups_of_buyer
from app.pricing.rules.tiers import read_kept
from app.pricing.rules.winning import ListOffer


def offers_for(session: Session, buyer: Buyer | None, variant_ids: Collection[UUID]) -> Offers:
    """The offers for each of these variants, in one query, by the name of the list; for nobody none."""
    if buyer is None or not variant_ids:
        return NO_OFFERS
    found: dict[UUID, list[ListOffer]] = {}
    query = _offered().where(PriceListGroup.group_id.in_(groups_of_buyer(buyer)))
    for row in session.execute(query, {"variants": list(variant_ids)}):
        offers = found.setdefault(row.variant_id, [])
        if all(offer.list_id != row.list_id for offer in offers):  # one list may be for several groups of the buyer
            offers.append(_offer(row))
    return found


@cache
def _offered() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Variant.id.label("variant_id"),
            PriceList.id.label("list_id"),
            PriceList.name,
            PriceList.is_fixed,
            PriceList.off_bps,
            ListPrice.price_minor,
            ListPrice.price_tiers,
        )
        .join(Listing, Listing.id == Variant.listing_id)
        .join(PriceList, PriceList.organization_id == Listing.organization_id)
        .join(PriceListGroup, PriceListGroup.price_list_id == PriceList.id)
        .outerjoin(ListPrice, (ListPrice.price_list_id == PriceList.id) & (ListPrice.variant_id == Variant.id))
        .where(
            Variant.id.in_(bindparam("variants", expanding=True)), PriceList.is_active, Variant.sample_of_id.is_(None)
        )
        .order_by(Variant.id, PriceList.name, PriceList.id)
    )


def _offer(row: Any) -> ListOffer:
    """A fixed list decides only about what it names; of the rest it says no more than any other list."""
    is_named = row.price_minor is not None
    return ListOffer(
        list_id=row.list_id,
        name=row.name,
        is_fixed=row.is_fixed and (is_named or bool(row.off_bps)),
        off_bps=row.off_bps,
        price_minor=row.price_minor,
        tiers=read_kept(row.price_tiers) if is_named else (),
    )
