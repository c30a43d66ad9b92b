"""The shop's customer groups and who is in them."""

from functools import partial
from uuid import UUID

from flask import current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from app.config.settings import Settings
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import acting_shop, current_actor, require_shop, require_signed_in
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING
from app.pricing.actions.ask_buyers import ask_buyers
from app.pricing.actions.make_group import make_group
from app.pricing.actions.remove_member import remove_member
from app.pricing.forms import BuyersForm, GroupForm
from app.pricing.queries import group_run_by, groups_with_counts, members_of_group
from app.pricing.views import bp
from app.web.forms import BaseForm
from app.web.limits import UPLOAD, limiter
from app.web.pages import flash, go_on, page


@bp.route("/desk/customers", methods=["GET", "POST"])
@require_shop
def groups() -> ResponseReturnValue:
    """All of them, and a form for a new one."""
    shop_id, form = acting_shop(SELLING), GroupForm()
    if form.validate_on_submit():
        try:
            made = in_transaction(lambda session: make_group(session, current_actor(), shop_id, form.name.data or ""))
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("Made. Now name its buyers."))
            return go_on(f"/desk/customers/{made}?shop={shop_id}")
    with reading() as session:
        shop = shop_run_by(session, current_actor(), shop_id, SELLING)
        rows = groups_with_counts(session, current_actor(), shop_id)
    return page("pricing/groups.html", 422 if form.is_submitted() else 200, form=form, shop=shop, rows=rows)


@bp.route("/desk/customers/<uuid:group_id>", methods=["GET", "POST"])
@require_signed_in
@limiter.limit(UPLOAD, methods=["POST"])
def group(group_id: UUID) -> ResponseReturnValue:
    """Who is in it, who was asked, and a form to name more."""
    form, actor = BuyersForm(), current_actor()
    with reading() as session:
        shown = group_run_by(session, actor, group_id)
        shop = shop_run_by(session, actor, shown.organization_id, SELLING)
    if form.validate_on_submit():
        try:
            count = in_transaction(partial(_ask, group_id, form.addresses()))
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(
                ngettext("%(num)s buyer was asked by mail.", "%(num)s buyers were asked by mail.", count)
                if count
                else _("All of these were asked before.")
            )
            return go_on(f"/desk/customers/{group_id}")
    with reading() as session:
        members = members_of_group(session, group_id, cursor=request.args.get("cursor"))
    return page(
        "pricing/group.html", 422 if form.is_submitted() else 200,
        form=form, group=shown, shop=shop, rows=members.rows, next_cursor=members.next_cursor,
    )  # fmt: skip


@bp.post("/desk/customers/members/<uuid:member_id>/remove")
@require_signed_in
def remove(member_id: UUID) -> ResponseReturnValue:
    BaseForm().validate()
    group_id = in_transaction(lambda session: remove_member(session, current_actor(), member_id))
    flash(_("Taken out. From now on this buyer pays what everybody pays."))
    return go_on(f"/desk/customers/{group_id}")


def _ask(group_id: UUID, emails: list[str], session: Session) -> int:
    settings: Settings = current_app.config["SETTINGS"]
    link = f"{settings.public_url}/account/prices"
    return ask_buyers(session, current_actor(), group_id, emails, market=settings.market_name, link=link)
