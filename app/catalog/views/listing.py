"""Adding and changing goods."""

from datetime import UTC, datetime
from uuid import UUID

from flask import current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.catalog.actions.create_listing import create_listing
from app.catalog.actions.edit_listing import edit_listing
from app.catalog.actions.publish_listing import publish_listing
from app.catalog.errors import BecomeTrader, EditedMeanwhile, NotReadyToPublish, StockMoved, TooManyUnseen
from app.catalog.forms.listing import SPARE_ROWS, ListingForm, listing_form
from app.catalog.forms.listing_said import form_data, said
from app.catalog.models import Listing
from app.catalog.queries.categories import categories
from app.catalog.queries.desk import listing_to_edit
from app.catalog.rules.listings import ON_SALE
from app.catalog.views import bp
from app.catalog.views.merging import chosen, merge_page, signed
from app.config.days import market_today
from app.db.session import reading, transaction
from app.errors import DomainError
from app.identity.current import acting_shop, current_actor, require_shop, require_signed_in
from app.identity.models import Organization
from app.identity.queries import shop_run_by
from app.identity.rules.roles import PRIVATE_PERSON, SELLING
from app.media.actions.add_picture import add_picture
from app.media.models import Picture
from app.media.pictures import prepare
from app.media.queries import pictures_in_order
from app.media.storage import Storage
from app.shipping.queries import sends_goods
from app.tax.queries import tax_classes
from app.tax.rules import ORDINARY
from app.web.fields import number_sent
from app.web.limits import UPLOAD, limiter
from app.web.pages import PROBLEM, flash, go_on, page


@bp.route("/desk/goods/new", methods=["GET", "POST"])
@require_shop
@limiter.limit(UPLOAD, methods=["POST"])
def new_listing() -> ResponseReturnValue:
    with reading() as session:
        shop = shop_run_by(session, current_actor(), acting_shop(SELLING), SELLING)
        stalls = categories(session)
    usual: dict[str, object] = {
        "condition": "new",
        "min_quantity": 1,
        "quantity_step": 1,
        "sample_most": 1,
        "unit": "piece",
    }
    usual["allows_offers"] = shop.kind == PRIVATE_PERSON
    form = listing_form(shop, rows=_rows(1))(data=usual)
    form.offer(stalls, _tax_classes(shop))
    return _work(form, shop, None)


@bp.route("/desk/goods/<uuid:listing_id>", methods=["GET", "POST"])
@require_signed_in
@limiter.limit(UPLOAD, methods=["POST"])
def change_listing(listing_id: UUID) -> ResponseReturnValue:
    with reading() as session:
        listing = listing_to_edit(session, current_actor(), listing_id)
        shop = listing.organization
        stalls = categories(session)
    kind = listing_form(shop, rows=_rows(1))
    what = form_data(said(listing, kind.local_language), listing.currency)
    form = kind(data={**what, "version": str(listing.version), "was": signed(listing, kind.local_language)})
    form.offer(stalls, _tax_classes(shop, listing.tax_class))
    return _work(form, shop, listing)


def _tax_classes(shop: Organization, chosen: str = ORDINARY) -> list[str]:
    """What is chosen stays to be chosen, also when its entry has ended."""
    apart = tax_classes(shop.country, market_today())
    return apart if chosen in (ORDINARY, *apart) else [*apart, chosen]


def _work(form: ListingForm, shop: Organization, listing: Listing | None) -> ResponseReturnValue:
    """Show the form, add rows to it, or do what it says. Pictures sent are kept even when the rest has to be mended."""
    if not form.is_submitted():
        return _form_page(form, shop, listing)
    if listing is not None:
        form = chosen(form, listing, _kept(form))
    uploaded, refused = _uploaded(form, shop)
    picture_ids = _kept(form) + uploaded
    form.keep.data = [str(picture_id) for picture_id in picture_ids]
    if "more_rows" in request.form or "by_hand" in request.form:
        return _form_page(form, shop, listing)
    is_sound = form.validate()
    is_whole = form.require_whole_rows()
    for error in refused:
        form.add_problem(error)
    if not is_sound or not is_whole or refused:
        return _form_page(form, shop, listing, 422)
    try:
        saved = _save(form, shop, listing, picture_ids)
    except (EditedMeanwhile, StockMoved):
        assert listing is not None  # new goods have nobody beside us
        return merge_page(form, listing.id, picture_ids)
    except DomainError as error:
        form.add_problem(error)
        return _form_page(form, shop, listing, 422)
    if saved.status in ON_SALE:
        flash(_("Saved and on sale.") if shop.status == "approved" else _("Saved. On sale once the shop is approved."))
    elif request.form.get("then") == "publish":
        flash(_("Saved as a draft, nothing is lost. It is not on sale yet: see what is missing."), PROBLEM)
        return go_on(f"/desk/goods/{saved.id}?shop={shop.id}")
    else:
        flash(_("Saved as a draft. Only you can see it."))
    return go_on(f"/desk/goods?shop={shop.id}")


def _save(form: ListingForm, shop: Organization, listing: Listing | None, picture_ids: list[UUID]) -> Listing:
    """What cannot go on sale yet is kept as a draft; goods on sale stay as they are."""
    actor = current_actor()
    with transaction() as session:
        if listing is None:
            saved = create_listing(session, actor, shop.id, form.terms(picture_ids))
        else:
            version = number_sent(form.version.data)
            saved = edit_listing(session, actor, listing.id, form.terms(picture_ids), version=version)
        if request.form.get("then") == "publish":
            try:
                saved = publish_listing(session, actor, saved.id, now=datetime.now(UTC))
            except (NotReadyToPublish, TooManyUnseen, BecomeTrader):
                if saved.status in ON_SALE:
                    raise
        return saved


def _kept(form: ListingForm) -> list[UUID]:
    found = []
    for text in form.keep.data or []:
        try:
            found.append(UUID(text))
        except ValueError:
            continue  # not from our page
    main = request.form.get("main", "")
    return sorted(found, key=lambda picture_id: str(picture_id) != main)


def _uploaded(form: ListingForm, shop: Organization) -> tuple[list[UUID], list[DomainError]]:
    """Each file is judged by itself: one bad picture does not cost the good ones."""
    storage: Storage = current_app.extensions["media"]
    added: list[UUID] = []
    refused: list[DomainError] = []
    for file in form.pictures.data or []:
        if not file or not file.filename:
            continue
        try:
            prepared = prepare(file.stream.read())
        except DomainError as error:
            error.field = "pictures"
            refused.append(error)
            continue
        storage.save(prepared)
        with transaction() as session:
            added.append(add_picture(session, prepared, organization_id=shop.id, alt=form.title.data or "").id)
    return added, refused


def _form_page(
    form: ListingForm, shop: Organization, listing: Listing | None, status: int = 200
) -> ResponseReturnValue:
    kept = [UUID(text) for text in form.keep.data or []]
    with reading() as session:
        pictures: list[Picture] = pictures_in_order(session, kept)
        is_sent = sends_goods(session, shop.id)
    return page(
        "catalog/listing.html", status, form=form, shop=shop, listing=listing, pictures=pictures, is_sent=is_sent
    )


def _rows(least: int) -> int:
    """More empty rows when asked for."""
    shown = len({name.split("-")[1] for name in request.form if name.startswith("variants-")})
    return max(least, shown + (SPARE_ROWS if "more_rows" in request.form else 0))
