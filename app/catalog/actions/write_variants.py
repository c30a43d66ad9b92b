"""Bringing a listing's variants to what the seller said."""

import itertools
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.errors import StockBelowHeld, StockMoved, VariantNotFound
from app.catalog.models import Listing, Variant
from app.catalog.rules.listings import SampleTerms, VariantTerms
from app.pricing.rules.tiers import kept


def write_variants(session: Session, listing: Listing, terms: Sequence[VariantTerms]) -> None:
    """Change, add and retire; rows are locked in id order. A retired code (SKU) that comes back is the old variant;
    a choice without a code keeps the one it has, or gets one. Samples go with their choices.

    Raises VariantNotFound, StockBelowHeld, StockMoved.
    """
    rows = select(Variant).where(Variant.listing_id == listing.id).order_by(Variant.id).with_for_update()
    locked = list(session.scalars(rows.execution_options(populate_existing=True)))
    known = [variant for variant in locked if not variant.is_sample]
    samples = {variant.sample_of_id: variant for variant in locked if variant.is_sample}
    by_id = {variant.id: variant for variant in known}
    by_sku = {variant.sku: variant for variant in known}
    taken = set(by_sku) | {wanted.sku.strip() for wanted in terms}
    found = set()
    given: list[tuple[Variant, SampleTerms | None]] = []
    for position, wanted in enumerate(terms):
        if wanted.id is not None and wanted.id not in by_id:
            raise VariantNotFound
        variant = by_id[wanted.id] if wanted.id else by_sku.get(wanted.sku.strip())
        if variant is None:
            sku = wanted.sku.strip() or _made_up(taken, position)
            taken.add(sku)
            variant = _new(listing, wanted, sku, position)
            session.add(variant)
        else:
            found.add(variant.id)
            _change(variant, wanted, position)
        given.append((variant, wanted.sample))
    for variant in known:
        if variant.id not in found:
            variant.is_retired = True
            given.append((variant, None))
    session.flush()
    for variant, sample in given:
        _write_sample(session, variant, sample, samples.get(variant.id))
    session.flush()


def _write_sample(session: Session, variant: Variant, wanted: SampleTerms | None, row: Variant | None) -> None:
    """The sample of a choice: a row of its own that stays when it is withdrawn, for the orders that have it."""
    if wanted is None:
        if row is not None:
            row.is_withdrawn = True
        return
    if row is None:
        row = Variant(listing_id=variant.listing_id, sample_of_id=variant.id, is_retired=True, stock=wanted.stock)
        session.add(row)
    else:
        change_stock(row, wanted.stock, wanted.stock_seen)
    row.sku, row.names, row.picture_id, row.position = variant.sku, variant.names, variant.picture_id, variant.position
    row.price_minor, row.net_grams, row.is_withdrawn = wanted.price_minor, wanted.net_grams, False


def _made_up(taken: set[str], position: int) -> str:
    """The place among the choices, or the next number that no choice of these goods has or had."""
    return next(str(number) for number in itertools.count(position + 1) if str(number) not in taken)


def change_stock(variant: Variant, stock: int, seen: int | None) -> None:
    """The row is locked. Raises StockMoved when sales changed it since it was looked at, StockBelowHeld."""
    if seen is not None and stock == seen:
        return
    if seen is not None and seen != variant.stock:
        raise StockMoved(field="stock", current=variant.stock)
    if stock < variant.reserved:
        raise StockBelowHeld(field="stock", held=variant.reserved)
    variant.stock = stock


def _change(variant: Variant, wanted: VariantTerms, position: int) -> None:
    change_stock(variant, wanted.stock, wanted.stock_seen)
    variant.sku = wanted.sku.strip() or variant.sku
    variant.names = wanted.names
    variant.price_minor = wanted.price_minor
    if wanted.tiers is not None:
        variant.price_tiers = kept(wanted.tiers)
    variant.net_grams = wanted.net_grams
    variant.pieces = wanted.pieces
    variant.picture_id = wanted.picture_id
    variant.position = position
    variant.is_retired = False


def _new(listing: Listing, wanted: VariantTerms, sku: str, position: int) -> Variant:
    return Variant(
        listing_id=listing.id,
        sku=sku,
        names=wanted.names,
        price_minor=wanted.price_minor,
        price_tiers=kept(wanted.tiers or ()),
        net_grams=wanted.net_grams,
        pieces=wanted.pieces,
        picture_id=wanted.picture_id,
        stock=wanted.stock,
        position=position,
    )
