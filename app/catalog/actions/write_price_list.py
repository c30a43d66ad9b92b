"""A shop's price lists: whom they are for, what they take off, and prices of their own."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.catalog.actions.price_in_dollars import dollar_cents
from app.catalog.errors import UnusablePrice, VariantNotFound
from app.catalog.models import Listing, Variant
from app.catalog.queries.own import variant_sold_by
from app.catalog.rules.price_lists import PriceListTerms
from app.db.locks import load_one, lock_one
from app.identity.actor import Actor
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING
from app.pricing.errors import EditedMeanwhile, GroupNotFound, PriceListNameTaken, PriceListNotFound
from app.pricing.models import CustomerGroup, ListPrice, PriceList, PriceListGroup
from app.pricing.queries import groups_run_by, lists_run_by
from app.pricing.rules.groups import require_share, usable_name
from app.pricing.rules.tiers import Tier, kept, require_tiers


def make_price_list(session: Session, actor: Actor, organization_id: UUID, terms: PriceListTerms) -> UUID:
    """Raises ShopNotFound for somebody else's shop, UnusableName, UnusableShare, PriceListNameTaken, GroupNotFound."""
    shop = shop_run_by(session, actor, organization_id, SELLING)
    values = {"organization_id": shop.id, **_columns(terms)}
    made = session.scalar(insert(PriceList).values(values).on_conflict_do_nothing().returning(PriceList.id))
    if made is None:
        raise PriceListNameTaken(field="name")
    _write_groups(session, actor, made, shop.id, terms)
    record_act(session, actor.user_id, "price_list.make", made, **_noted(terms))
    return made


def edit_price_list(session: Session, actor: Actor, list_id: UUID, terms: PriceListTerms, *, version: int) -> None:
    """Carts follow at once; placed orders keep their prices. `version` is the one the editor saw.

    Raises PriceListNotFound for somebody else's, EditedMeanwhile, and what `make_price_list` raises.
    """
    found = lock_one(session, lists_run_by(actor).where(PriceList.id == list_id), missing=PriceListNotFound)
    if found.version != version:
        raise EditedMeanwhile
    taken = select(PriceList.id).where(
        PriceList.organization_id == found.organization_id,
        PriceList.name == usable_name(terms.name),
        PriceList.id != list_id,
    )
    if session.scalar(taken) is not None:
        raise PriceListNameTaken(field="name")
    for column, value in _columns(terms).items():
        setattr(found, column, value)
    found.version += 1
    _write_groups(session, actor, list_id, found.organization_id, terms)
    record_act(session, actor.user_id, "price_list.edit", list_id, **_noted(terms))


def set_list_price(
    session: Session, actor: Actor, list_id: UUID, variant_id: UUID, *, price_minor: int | None, tiers: Sequence[Tier]
) -> None:
    """The price of one variant in this list; without one the list's percentage counts again.

    Raises PriceListNotFound, VariantNotFound for somebody else's or another shop's, UnusablePrice, UnusableTiers.
    """
    found = lock_one(session, lists_run_by(actor).where(PriceList.id == list_id), missing=PriceListNotFound)
    variant = load_one(session, variant_sold_by(actor, variant_id, SELLING), missing=VariantNotFound)
    listing = session.get_one(Listing, variant.listing_id)
    if listing.organization_id != found.organization_id:
        raise VariantNotFound
    session.execute(delete(ListPrice).where(ListPrice.price_list_id == list_id, ListPrice.variant_id == variant_id))
    if price_minor is None:
        if tiers:
            raise UnusablePrice(field="price")
    else:
        _write_price(session, list_id, variant, listing, price_minor, tiers)
    details = {"variant_id": str(variant_id), "price_minor": price_minor, "tiers": kept(tiers)}
    record_act(session, actor.user_id, "price_list.price", list_id, **details)


def _write_price(
    session: Session, list_id: UUID, variant: Variant, listing: Listing, price_minor: int, tiers: Sequence[Tier]
) -> None:
    if price_minor <= 0:
        raise UnusablePrice(field="price")
    require_tiers(tiers, minimum=listing.min_quantity)
    dollar_cents(session, listing.currency, price_minor, *(tier.price_minor for tier in tiers))
    session.add(
        ListPrice(price_list_id=list_id, variant_id=variant.id, price_minor=price_minor, price_tiers=kept(tiers))
    )
    session.flush()


def _columns(terms: PriceListTerms) -> dict[str, object]:
    require_share(terms.off_bps)
    return {
        "name": usable_name(terms.name),
        "off_bps": terms.off_bps,
        "is_fixed": terms.is_fixed,
        "is_active": terms.is_active,
    }


def _noted(terms: PriceListTerms) -> dict[str, object]:
    return {**_columns(terms), "groups": [str(group_id) for group_id in terms.group_ids]}


def _write_groups(session: Session, actor: Actor, list_id: UUID, shop_id: UUID, terms: PriceListTerms) -> None:
    own = groups_run_by(actor).with_only_columns(CustomerGroup.id)
    own = own.where(CustomerGroup.organization_id == shop_id, CustomerGroup.id.in_(terms.group_ids))
    known = session.scalars(own).all()
    if len(known) < len(set(terms.group_ids)):
        raise GroupNotFound(field="groups")
    session.execute(delete(PriceListGroup).where(PriceListGroup.price_list_id == list_id))
    session.add_all(PriceListGroup(price_list_id=list_id, group_id=group_id) for group_id in known)
    session.flush()
