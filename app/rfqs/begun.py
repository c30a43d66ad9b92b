"""What a shop has of a quote so far: the last version, or the draft that was kept since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.config.current import settings
from app.config.days import market_today
from app.errors import Conflict
from app.identity.actor import Actor
from app.identity.models import Organization
from app.identity.rules.roles import SELLING
from app.money.amounts import BPS_PER_PERCENT, Money
from app.rfqs.actions.lock_request import state_of
from app.rfqs.forms import QuoteForm, Row, day_of, quote_form, rows_for
from app.rfqs.models import Asked, Counter, Quote, QuoteDraft, Rfq
from app.rfqs.price_list import filled_from
from app.rfqs.queries import asked_shown, draft_of, goods_of_shop, lines_of, quote_lines, versions_of
from app.rfqs.rules.life import QuoteState, require_quotable
from app.rfqs.rules.lines import code_meant
from app.rfqs.rules.quoting import QuotedLine

USUAL_DAYS = 30


@dataclass
class Begun:
    """What one who sells for the shop goes on with: the last version, or the draft that was kept since."""

    asked: Asked
    rfq: Rfq
    last: Quote | None
    counter: Counter | None
    draft: QuoteDraft | None
    draft_by: str
    rows: list[Row]

    @property
    def shop(self) -> Organization:
        return self.asked.organization

    @property
    def version(self) -> int:
        return self.last.version if self.last else 0

    @property
    def draft_number(self) -> int:
        return self.draft.number if self.draft else 0

    @property
    def refusal(self) -> Conflict | None:
        """Why no quote can be written now."""
        last = QuoteState(self.last.state) if self.last else None
        try:
            require_quotable(state_of(self.rfq, datetime.now(UTC)), last)
        except Conflict as refusal:
            return refusal
        return None

    @property
    def typed(self) -> dict[str, str]:
        """What stands in the fields beside the lines: as it was kept, or as the last version was."""
        if self.draft is not None:
            fields: dict[str, str] = self.draft.content["fields"]
            return fields
        form = quote_form(self.shop.currency)(formdata=None, data=kept_fields(self.last, settings().market_time_zone))
        form.offer()
        return form.typed({field.name: str(field._value()) for field in form if hasattr(field, "_value")})  # noqa: SLF001

    def content(self, fields: Mapping[str, str], cells: Mapping[str, list[str]] | None = None) -> dict[str, Any]:
        """As a draft is kept: the lines as they stand here, but for those of `cells`."""
        lines = {str(row.line.position): row.cells for row in self.rows}
        return {"fields": dict(fields), "rows": {**lines, **(cells or {})}}

    def form(self) -> QuoteForm:
        """As it is sent, or as it was kept, or as the last version was."""
        made = quote_form(self.shop.currency)
        kept = kept_fields(self.last, settings().market_time_zone)
        form = made(data=kept)
        if self.draft is not None and not form.is_submitted():
            form = made(formdata=MultiDict({"seen": kept["seen"], **self.typed}))
        form.offer()
        if not form.is_submitted():
            form.draft.data = str(self.draft_number)
        return form

    def read(self) -> QuoteForm:
        """What is kept, judged as if it were sent from the page now: what is wrong stands beside each field."""
        typed = MultiDict({"seen": str(self.version), "draft": str(self.draft_number), **self.typed})
        form = quote_form(self.shop.currency)(formdata=typed, meta={"csrf": False})
        form.offer()
        form.validate()
        return form


def begin(session: Session, actor: Actor, asked_id: UUID) -> Begun:
    """Raises RequestNotFound for who does not sell for the shop."""
    found, rfq, _buyer = asked_shown(session, actor, asked_id, SELLING)
    lines = lines_of(session, rfq.id)
    last, counter = next(iter(versions_of(session, found.id).items()), (None, None))
    kept = quote_lines(session, [last.id])[last.id] if last else {}
    draft, draft_by = draft_of(session, found.id)
    rows = rows_for(lines, found.organization.currency, shop_id=found.organization_id, last=kept)
    if draft is not None:
        typed = filled_from(draft.content["rows"])
        for row in rows:
            row.read(typed)
    return Begun(found, rfq, last, counter, draft, draft_by, rows)


def kept_fields(last: Quote | None, zone: str) -> dict[str, Any]:
    """Of the last version; its day only while it lies ahead."""
    usual = market_today() + timedelta(days=USUAL_DAYS)
    if last is None:
        return {"seen": "0", "valid_on": usual}
    day = day_of(last.valid_until, zone)
    return {
        "seen": str(last.version),
        "freight": Money(last.freight_minor, last.currency),
        "days": last.freight_days,
        "incoterm": last.incoterm,
        "named_place": last.incoterm_place,
        "valid_on": day if day > market_today() else usual,
        "deposit": last.deposit_bps // BPS_PER_PERCENT or None,
        "shipment": last.shipment_bps // BPS_PER_PERCENT or None,
        "contract": last.contract,
    }


def quoted_lines(session: Session, begun: Begun) -> list[QuotedLine]:
    """Of the lines as they stand, their codes looked up at once; what is wrong with one stands beside it then."""
    codes = {code_meant(row.code) for row in begun.rows if row.code and not row.is_left_out}
    goods = goods_of_shop(session, begun.shop.id, codes)
    return [line for line in (row.quoted(goods) for row in begun.rows) if line is not None]
