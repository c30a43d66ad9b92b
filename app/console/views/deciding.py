"""Which shops may sell."""

from datetime import UTC, datetime
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.catalog.queries.desk import newest_goods
from app.console.forms import SuspendForm
from app.console.views import bp
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actions.approve_shop import suspend_shop
from app.identity.current import current_actor, require_market_role
from app.identity.queries import owners_of, shop_by_id, shops_by_status
from app.identity.rules.roles import OPERATOR
from app.parties.actions.decide_review import accept_review
from app.parties.queries import sent_for_review
from app.parties.words import KIND_WORDS
from app.web.forms import BaseForm
from app.web.pages import flash, go_on, page

STATUSES = ("pending", "approved", "paused", "suspended", "rejected")
SENT = "sent"


@bp.get("/console/shops")
@require_market_role(OPERATOR)
def shops() -> ResponseReturnValue:
    """Those that wait for approval first; what was sent for review, and the others, by their tab."""
    asked = request.args.get("status", "")
    if asked == SENT:
        return _sent()
    status = asked if asked in STATUSES else STATUSES[0]
    with reading() as session:
        found = shops_by_status(session, current_actor(), status, cursor=request.args.get("cursor"))
        ids = [shop.id for shop in found.rows]
        owners, goods = owners_of(session, ids), newest_goods(session, ids)
    states = (SENT, *STATUSES)
    return page("console/shops.html", shops=found, state=status, states=states, owners=owners, goods=goods)


def _sent() -> ResponseReturnValue:
    """The queue: new shops, and what open shops have changed, the oldest first."""
    with reading() as session:
        found = sent_for_review(session, current_actor(), cursor=request.args.get("cursor"))
    return page("console/sent.html", shops=found, state=SENT, states=(SENT, *STATUSES), kind_words=KIND_WORDS)


@bp.post("/console/shops/<uuid:shop_id>/approve")
@require_market_role(OPERATOR)
def approve(shop_id: UUID) -> ResponseReturnValue:
    """From a list, or from the shop's own page: then `seen` says which version of its dossier was looked at."""
    BaseForm().validate()
    actor, now, seen = current_actor(), datetime.now(UTC), request.form.get("seen", type=int)
    shop = in_transaction(lambda session: accept_review(session, actor, shop_id, seen=seen, now=now))
    flash(_("%(shop)s may sell now. Its owners get a mail.", shop=shop.name))
    return go_on("/console/shops?status=sent" if seen is not None else "/console/shops")


@bp.route("/console/shops/<uuid:shop_id>/suspend", methods=["GET", "POST"])
@require_market_role(OPERATOR)
def suspend(shop_id: UUID) -> ResponseReturnValue:
    form, actor = SuspendForm(), current_actor()
    with reading() as session:
        shop = shop_by_id(session, actor, shop_id)
    if form.validate_on_submit():
        try:
            in_transaction(lambda session: suspend_shop(session, actor, shop_id, reason=form.reason.data or ""))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("%(shop)s is off the market. Its running orders go on.", shop=shop.name))
            return go_on("/console/shops?status=suspended")
    return page("console/suspend.html", 422 if form.is_submitted() else 200, form=form, shop=shop)
