"""Where each side of a dispute adds what shows its case, and reads what the other side added."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import current_actor, require_signed_in
from app.identity.rules.roles import SELLING
from app.media.private_files import PrivateFile
from app.orders.actions.add_evidence import add_buyers_evidence, add_sellers_evidence
from app.orders.both_sides import both_sides
from app.orders.models import Order
from app.orders.queries import chain_now, order_bought, order_sold
from app.orders.return_forms import EvidenceForm
from app.orders.viewing import viewing
from app.orders.views import bp
from app.orders.views.shared import told
from app.orders.views.sold_page import line_names
from app.orders.views.uploads import uploaded
from app.web.limits import UPLOAD, limiter
from app.web.pages import flash, go_on, page

Find = Callable[[Session], Order]
Add = Callable[[Session, UUID, list[PrivateFile]], Any]


@bp.route("/orders/<number>/evidence", methods=["GET", "POST"])
@limiter.limit(UPLOAD, methods=["POST"])
def evidence(number: str) -> ResponseReturnValue:
    """The buyer's."""
    form, viewer = EvidenceForm(), viewing()

    def add(session: Session, order_id: UUID, files: list[PrivateFile]) -> None:
        text, now = form.text.data or "", datetime.now(UTC)
        add_buyers_evidence(session, viewer, order_id, text=text, files=files, form_token=form.token, now=now)

    return _evidence(lambda session: order_bought(session, viewer, number), form, add, for_seller=False)


@bp.route("/desk/orders/<number>/evidence", methods=["GET", "POST"])
@limiter.limit(UPLOAD, methods=["POST"])
@require_signed_in
def sellers_evidence(number: str) -> ResponseReturnValue:
    """The shop's."""
    form, actor = EvidenceForm(), current_actor()

    def add(session: Session, order_id: UUID, files: list[PrivateFile]) -> None:
        text, now = form.text.data or "", datetime.now(UTC)
        add_sellers_evidence(session, actor, order_id, text=text, files=files, form_token=form.token, now=now)

    return _evidence(lambda session: order_sold(session, actor, number), form, add, for_seller=True)


def _evidence(find: Find, form: EvidenceForm, add: Add, *, for_seller: bool) -> ResponseReturnValue:
    if request.method == "GET":
        return _page(find, form, for_seller=for_seller)
    with reading() as session:
        order = find(session)
    if form.validate_on_submit():
        files = uploaded(form.files)
        if not form.files.errors:
            try:
                in_transaction(lambda session: add(session, order.id, files))
            except DomainError as refusal:
                form.add_problem(refusal)
            else:
                flash(_("Added. The other side and the market can read it."))
                where = "orders.sellers_evidence" if for_seller else "orders.evidence"
                return go_on(url_for(where, number=order.number))
    return _page(find, form, for_seller=for_seller)


def _page(find: Find, form: EvidenceForm, *, for_seller: bool) -> ResponseReturnValue:
    with reading() as session:
        order = find(session)
        (part,) = told(session, [order], for_seller=for_seller)
        both = both_sides(session, order)
        dispute = both.dispute
        is_open = bool(
            dispute
            and dispute.state == "open"
            and (dispute.evidence_until is None or chain_now(session) <= dispute.evidence_until)
        )
    return page(
        "orders/evidence.html" if not for_seller else "orders/evidence_desk.html",
        422 if form.is_submitted() else 200,
        order=order,
        part=part,
        dispute=dispute,
        evidence=both.evidence,
        returns=both.returns,
        files=both.files,
        names=line_names(order),
        is_open=is_open and (not for_seller or current_actor().member_of(order.organization_id, SELLING)),
        form=form,
    )
