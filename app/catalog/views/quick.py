"""One used thing on sale in under a minute: photo first; category and price are suggested from what is on the market."""

from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.catalog.actions.create_listing import create_listing
from app.catalog.actions.publish_listing import publish_listing
from app.catalog.forms.quick import FirstForm, QuickForm, first_form, quick_form
from app.catalog.models import Listing
from app.catalog.queries.categories import categories
from app.catalog.queries.similar import Similar, similar_goods
from app.catalog.rules.listings import CONDITIONS, ListingTerms, VariantTerms
from app.catalog.views import bp
from app.db.session import in_transaction, reading, transaction
from app.errors import DomainError
from app.identity.actions.create_shop import ShopTerms
from app.identity.actions.open_private_stall import open_private_stall
from app.identity.current import current_account, current_actor, require_signed_in
from app.identity.models import Organization
from app.identity.queries import actor_of, shop_run_by
from app.identity.rules.countries import COUNTRIES
from app.identity.rules.roles import SELLING
from app.media.actions.add_picture import add_picture
from app.media.pictures import prepare
from app.media.queries import pictures_in_order
from app.media.storage import Storage
from app.shipping.actions.set_rates import set_rates
from app.shipping.queries import sends_goods
from app.shipping.rules import IN_PERSON, MEET, MEETING_DAYS, SEND, RateTerms
from app.web.limits import UPLOAD, limiter
from app.web.pages import flash, go_on, page

ONE_PIECE = "piece"


@bp.route("/sell/quick", methods=["GET", "POST"])
@require_signed_in
@limiter.limit(UPLOAD, methods=["POST"])
def quick() -> ResponseReturnValue:
    """Who has no shop begins to sell as a private person with the same form."""
    shop = _shop()
    form = _form(shop)
    if not form.is_submitted():
        return _page(form, shop)
    is_pictured = _take_photo(form, shop)
    if "suggest" in request.form or "change_country" in request.form:
        return _page(form, shop)
    if not form.validate() or not is_pictured:
        return _page(form, shop, 422)
    try:
        listing = in_transaction(partial(_save, form, shop))
    except DomainError as refusal:
        form.add_problem(refusal)
        return _page(form, shop, 422)
    flash(_("It is on sale. Show the page to whoever may want it."))
    return go_on(url_for("catalog.product", slug=listing.slug))


@bp.get("/sell/quick/suggestion")
@require_signed_in
def suggestion() -> ResponseReturnValue:
    """The part of the page with category and price of similar goods, for `?title=` and `?condition=`."""
    shop, condition = _shop(), request.args.get("condition", "good")
    currency = request.args.get("currency", "")
    known = {code for country in COUNTRIES.values() for code in country.currencies}
    with reading() as session:
        found = similar_goods(
            session,
            title=request.args.get("title", ""),
            condition=condition if condition in CONDITIONS else "good",
            currency=shop.currency if shop else currency if currency in known else "USD",
        )
    return render_template("catalog/_suggestion.html", similar=found)


def _shop() -> Organization | None:
    """The person's first shop in which it may sell, if there is one and it can send goods."""
    actor = current_actor()
    shops = actor.organizations(SELLING)
    if not shops:
        return None
    with reading() as session:
        return shop_run_by(session, actor, shops[0], SELLING)


def _form(shop: Organization | None) -> QuickForm:
    usual: dict[str, Any] = {"condition": "good"}
    form: QuickForm
    if shop is not None:
        form = quick_form(shop.currency)(data=usual)
    else:
        account = current_account()
        asked = request.form.get("country", "")
        home = COUNTRIES[asked if asked in COUNTRIES else current_app.config["SETTINGS"].market_country]
        usual |= {"country": home.code, "name": account.name if account else ""}
        form = first_form(home.currencies[0])(data=usual)
        form.offer_countries()
    with reading() as session:
        form.offer(categories(session))
    return form


def _take_photo(form: QuickForm, shop: Organization | None) -> bool:
    """What was photographed is kept when the rest has to be mended."""
    storage: Storage = current_app.extensions["media"]
    file = form.photo.data
    if not file or not file.filename:
        if not _kept(form):
            form.photo.errors = [*form.photo.errors, _("Take a photo of it, or choose one.")]
        return bool(_kept(form))
    try:
        prepared = prepare(file.stream.read())
    except DomainError as refusal:
        refusal.field = "photo"
        form.add_problem(refusal)
        return False
    storage.save(prepared)
    with transaction() as session:
        shop_id = shop.id if shop else None
        form.kept.data = str(add_picture(session, prepared, organization_id=shop_id, alt=form.title.data or "").id)
    return True


def _kept(form: QuickForm) -> list[UUID]:
    try:
        return [UUID(form.kept.data or "")]
    except ValueError:
        return []


def _save(form: QuickForm, shop: Organization | None, session: Session) -> Listing:
    """Shop, way of handing over and goods are one fact: on sale, or nothing of it."""
    actor, now = current_actor(), datetime.now(UTC)
    if shop is None:
        assert isinstance(form, FirstForm)
        opened = open_private_stall(session, actor, _stall(form), now=now)
        actor = actor_of(session, actor.user_id)
        set_rates(session, actor, opened.id, _ways(form))
        shop_id = opened.id
    else:
        shop_id = shop.id
    assert form.price.data is not None
    terms = ListingTerms(
        category_id=UUID(form.category.data),
        titles=form.titles(),
        descriptions=form.texts(),
        condition=form.condition.data,
        unit=ONE_PIECE,
        variants=[VariantTerms(sku="", price_minor=form.price.data.minor, stock=1)],
        picture_ids=_kept(form),
        allows_offers=True,
    )
    listing = create_listing(session, actor, shop_id, terms)
    return publish_listing(session, actor, listing.id, now=now)


def _stall(form: FirstForm) -> ShopTerms:
    return ShopTerms(
        name=form.name.data or "",
        kind="private_person",
        country=form.country.data,
        place=form.place.data or "",
    )


def _ways(form: FirstForm) -> list[RateTerms]:
    """Meeting costs nothing; a price for postage makes it a second way."""
    ways = [RateTerms("domestic", MEET, "", *MEETING_DAYS, 0, kind=IN_PERSON, place=form.meet.data or "")]
    if form.postage.data is not None:
        ways.append(RateTerms("domestic", SEND, "", 1, 7, form.postage.data.minor))
    return ways


def _page(form: QuickForm, shop: Organization | None, status: int = 200) -> ResponseReturnValue:
    with reading() as session:
        pictures = pictures_in_order(session, _kept(form))
        similar = _similar(session, form)
        is_sent = shop is None or sends_goods(session, shop.id)
    if similar is not None and not form.category.data:
        form.category.data = str(similar.category_id)
    return page(
        "catalog/quick.html",
        status,
        form=form,
        shop=shop,
        is_first=shop is None,
        is_sent=is_sent,
        picture=pictures[0] if pictures else None,
        similar=similar,
    )


def _similar(session: Session, form: QuickForm) -> Similar | None:
    if not form.title.data or form.condition.data not in CONDITIONS:
        return None
    return similar_goods(session, title=form.title.data, condition=form.condition.data, currency=form.price.currency)
