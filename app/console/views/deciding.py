"""Which shops may sell."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.catalog.queries.desk import newest_goods
from app.console.forms import SuspendForm
from app.console.views import bp
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actions.approve_shop import approve_shop, suspend_shop
from app.identity.actions.see_shop import see_shop
from app.identity.current import current_actor, require_market_role
from app.identity.queries import owners_of, shop_by_id, shops_by_status
from app.identity.rules.roles import OPERATOR
from app.web.forms import BaseForm
from app.web.pages import flash, go_on, page

STATUSES = ("pending", "unseen", "approved", "paused", "suspended")
"""`unseen`: private persons that sell already and were not looked at yet."""


@bp.get("/console/shops")
@require_market_role(OPERATOR)
def shops() -> ResponseReturnValue:
    """Those that wait for approval first; the others by their tab."""
    asked = request.args.get("status", "")
    status = asked if asked in STATUSES else STATUSES[0]
    with reading() as session:
        found = shops_by_status(session, current_actor(), status, cursor=request.args.get("cursor"))
        ids = [shop.id for shop in found.rows]
        owners, goods = owners_of(session, ids), newest_goods(session, ids)
    return page("console/shops.html", shops=found, state=status, states=STATUSES, owners=owners, goods=goods)


@bp.post("/console/shops/<uuid:shop_id>/approve")
@require_market_role(OPERATOR)
def approve(shop_id: UUID) -> ResponseReturnValue:
    BaseForm().validate()
    actor = current_actor()
    shop = in_transaction(lambda session: approve_shop(session, actor, shop_id))
    flash(_("%(shop)s may sell now. Its owners get a mail.", shop=shop.name))
    return go_on("/console/shops")


@bp.post("/console/shops/<uuid:shop_id>/seen")
@require_market_role(OPERATOR)
def see(shop_id: UUID) -> ResponseReturnValue:
    """A private person that sells already was looked at and may go on without the limits of a newcomer."""
    BaseForm().validate()
    actor = current_actor()
    shop = in_transaction(lambda session: see_shop(session, actor, shop_id))
    flash(_("Noted. %(shop)s sells on without the limits of a newcomer.", shop=shop.name))
    return go_on("/console/shops?status=unseen")


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
