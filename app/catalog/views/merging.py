"""Somebody else saved the same goods meanwhile: both changes beside each other, and one button that saves them merged."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import MultiDict

from app.catalog.forms.listing import ListingForm
from app.catalog.forms.listing_said import PRICES, form_data, said, sent_again, typed
from app.catalog.forms.names import names_text
from app.catalog.forms.tiers import tiers_text
from app.catalog.models import Listing
from app.catalog.queries.desk import listing_to_edit
from app.catalog.rules.merging import CHOICES, MINE, THEIRS, Difference, Said, merge, take_theirs
from app.db.session import reading
from app.identity.current import current_actor
from app.media.queries import pictures_in_order
from app.money.amounts import Money
from app.pricing.rules.tiers import read_kept
from app.web.filters import money, number
from app.web.pages import page

TAKE = "take-"


def signed(listing: Listing, local_language: str) -> str:
    """What the listing says now, for the page to bring back."""
    return _signer().dumps([str(listing.id), said(listing, local_language)])


def read_signed(text: str | None, listing: Listing) -> Said | None:
    """None for what is not ours, or about other goods."""
    try:
        about, what = _signer().loads(text or "")
    except BadSignature:
        return None
    return what if about == str(listing.id) else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="what a listing said")


def chosen(form: ListingForm, listing: Listing, picture_ids: list[UUID]) -> ListingForm:
    """The form as it is after what was chosen on the page of two changes. What is theirs counts as unchanged, so that
    a third change of it is not undone either."""
    keys = [name.removeprefix(TAKE) for name in request.form if name.startswith(TAKE) and request.form[name] == THEIRS]
    theirs = read_signed(form.was.data, listing)
    if not keys or theirs is None:
        return form
    made = _filled(form, take_theirs(typed(form, picture_ids), theirs, keys), listing, form.version.data, form.was.data)
    tokens = [(name, request.form.get(name, "")) for name in ("csrf_token", "form_token")]
    return _offered(form, type(form)(formdata=MultiDict([*sent_again(made), *tokens])))


def merge_page(form: ListingForm, listing_id: UUID, picture_ids: list[UUID]) -> ResponseReturnValue:
    """What both changed, to be chosen; beside it what only one of them changed. Nothing typed is lost."""
    with reading() as session:
        now = listing_to_edit(session, current_actor(), listing_id)
        merged = merge(read_signed(form.was.data, now), said(now, form.local_language), typed(form, picture_ids))
        shown = {text for one in merged.differences if one.name == "pictures" for text in (*one.theirs, *one.mine)}
        pictures = {str(row.id): row for row in pictures_in_order(session, [UUID(text) for text in shown])}
    made = _filled(form, merged.said, now, str(now.version), signed(now, form.local_language))
    rows = [_row(form, one, now, merged.said) for one in merged.differences]
    return page(
        "catalog/merge.html", 409, form=made, shop=now.organization, listing=now, pairs=sent_again(made),
        open_rows=[row for row in rows if not row.one.decided], theirs=[row for row in rows if row.one.decided == THEIRS],
        mine=[row for row in rows if row.one.decided == MINE], pictures=pictures, then=request.form.get("then", "save"),
    )  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One difference in words: texts, or ids of pictures."""

    one: Difference
    label: str
    was: Any
    theirs: Any
    mine: Any


def _row(form: ListingForm, one: Difference, listing: Listing, merged: Said) -> Row:
    was, theirs, mine = (_words(form, one.name, value, listing.currency) for value in (one.was, one.theirs, one.mine))
    return Row(one, _label(form, one, merged), "" if one.was is None else was, theirs, mine)


def _label(form: ListingForm, one: Difference, merged: Said) -> str:
    if one.choice is None:
        return _("Pictures") if one.name == "pictures" else str(form[one.name].label.text)
    row = merged[CHOICES].get(one.choice) or one.theirs or one.mine
    name = row["named"] or row["local_named"] or row["sku"]
    if one.name is None:
        return _("Choice “%(name)s”", name=name)
    field = _("Picture") if one.name == "picture" else str(form.variants[0].form[one.name].label.text)
    return field if len(merged[CHOICES]) == 1 else _("Choice “%(name)s”: %(field)s", name=name, field=field)


def _words(form: ListingForm, name: str | None, value: Any, currency: str) -> Any:
    if name is None:
        return _("Taken away") if value is None else _whole(value, currency)
    if value is None or value in ("", [], {}):
        return ""
    if name in ("pictures", "picture"):
        return [value] if isinstance(value, str) else value
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name in PRICES:
        return money(Money(value, currency))
    if name == "other_names":
        return names_text(value)
    if name == "tiers":
        return tiers_text(read_kept(value), currency)
    if name in ("category", "condition", "tax_class"):
        return dict(form[name].choices).get(value, value)
    return number(value) if isinstance(value, int) else value


def _whole(row: Said, currency: str) -> str:
    price = money(Money(row["price"], currency)) if row["price"] else ""
    stock = _("%(count)s in stock", count=number(row["stock"] or 0))
    return " · ".join(part for part in (row["named"] or row["sku"], price, stock) if part)


def _filled(form: ListingForm, what: Said, listing: Listing, version: str | None, was: str | None) -> ListingForm:
    data = {**form_data(what, listing.currency), "version": version, "was": was}
    return _offered(form, type(form)(formdata=None, data=data))


def _offered(form: ListingForm, made: ListingForm) -> ListingForm:
    for name in ("category", "condition", "tax_class"):
        made[name].choices = form[name].choices
    return made
