"""What both desks' pages of vouchers have in common."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.catalog.queries.categories import categories
from app.catalog.rules.texts import pick
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import Actor
from app.identity.current import current_actor
from app.money.amounts import BPS_PER_PERCENT, Money
from app.money.currencies import currency as currency_of
from app.vouchers.actions.create_voucher import create_voucher
from app.vouchers.actions.stop_voucher import stop_voucher
from app.vouchers.errors import NotYourGoods
from app.vouchers.forms import VoucherForm, voucher_form
from app.vouchers.models import Voucher
from app.vouchers.queries import every_voucher, listings_with_skus, voucher_page
from app.vouchers.views import bp
from app.web.languages import current_locale
from app.web.pages import page
from app.web.spreadsheets import csv_line

COLUMNS = (
    "code", "percent", "amount", "currency", "minimum", "from", "until", "most_uses", "most_per_buyer", "paid_uses",
    "held_uses", "given_usd", "made", "stopped",
)  # fmt: skip


def form_for(currency: str) -> VoucherForm:
    """Empty, or as it was sent."""
    form = voucher_form(currency)()
    with reading() as session:
        form.offer_categories((tile.id, pick(tile.names, current_locale()).text) for tile in categories(session))
    return form


def create(form: VoucherForm, organization_id: UUID | None, *, currency: str, time_zone: str) -> Voucher | None:
    """The new voucher; None when the form is only shown, or has to be mended first."""
    if not form.validate_on_submit():
        return None
    make = partial(_made, current_actor(), form, organization_id, currency, time_zone)
    try:
        return in_transaction(make)
    except DomainError as refusal:
        form.add_problem(refusal)
        return None


def _made(
    actor: Actor, form: VoucherForm, organization_id: UUID | None, currency: str, time_zone: str, session: Session
) -> Voucher:
    listings, wanted = {}, form.named_skus() if organization_id else []
    if wanted and organization_id:
        listings = listings_with_skus(session, organization_id, wanted)
    if len(listings) < len(wanted):
        raise NotYourGoods(field="skus")
    terms = form.terms(currency=currency, time_zone=time_zone, listing_ids=set(listings.values()))
    return create_voucher(session, actor, organization_id, terms, form_token=form.token, now=datetime.now(UTC))


def stop(organization_id: UUID | None, voucher_id: UUID) -> Voucher:
    actor, now = current_actor(), datetime.now(UTC)
    return in_transaction(lambda session: stop_voucher(session, actor, organization_id, voucher_id, now=now))


def vouchers_page(
    template: str, form: VoucherForm, organization_id: UUID | None, **context: object
) -> ResponseReturnValue:
    """The form and the list, the newest first."""
    with reading() as session:
        found = voucher_page(session, current_actor(), organization_id, cursor=request.args.get("cursor"))
    status = 422 if form.is_submitted() else 200
    return page(template, status, form=form, vouchers=found, now=datetime.now(UTC), **context)


def csv_of(organization_id: UUID | None, name: str) -> Response:
    """Every voucher with how often it was used; UTF-8 with a byte-order mark, which spreadsheets need for Khmer."""
    with reading() as session:
        rows = [_line(row) for row in every_voucher(session, current_actor(), organization_id)]
    lines = "".join(csv_line(line) for line in (COLUMNS, *rows))
    answer = Response("\ufeff" + lines, mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _line(row: tuple) -> Iterable[str]:
    voucher, paid, held, cents = row
    percent = str(voucher.percent_bps // BPS_PER_PERCENT) if voucher.percent_bps else ""
    return (
        voucher.code,
        percent,
        _decimal(voucher.amount_minor, voucher.currency),
        voucher.currency,
        _decimal(voucher.minimum_minor, voucher.currency),
        _moment(voucher.starts_at),
        _moment(voucher.ends_at),
        str(voucher.most_uses or ""),
        str(voucher.most_per_buyer or ""),
        str(paid),
        str(held),
        _decimal(int(cents), "USD"),
        _moment(voucher.created_at),
        _moment(voucher.stopped_at),
    )


def _moment(value: datetime | None) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds") if value else ""


def _decimal(minor: int | None, code: str) -> str:
    """What a spreadsheet reads as a number."""
    if minor is None:
        return ""
    places = currency_of(code).iso
    whole, fraction = divmod(minor, 10**places)
    return f"{whole}.{fraction:0{places}d}" if places else str(whole)


@bp.app_template_global("voucher_worth")
def voucher_worth(voucher: Voucher) -> Money | int:
    """Money, or whole percent."""
    if voucher.amount_minor is not None:
        return Money(voucher.amount_minor, voucher.currency)
    return (voucher.percent_bps or 0) // BPS_PER_PERCENT
