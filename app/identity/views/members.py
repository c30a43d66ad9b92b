"""A shop's people: who works there, who is invited, and what an owner changes about it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actions.change_member import change_role, hand_over, remove_member, require_handed_over
from app.identity.actions.invite_member import invite_member, send_invitation_again, withdraw_invitation
from app.identity.current import acting_shop, current_actor, require_shop, require_signed_in
from app.identity.errors import ShopNotFound
from app.identity.forms import HandOverForm, InviteForm, RoleForm
from app.identity.models import Organization
from app.identity.queries import invitations_of, member_of_shop, members_of, shop_run_by
from app.identity.rules.roles import OWNING, SALES
from app.identity.views import bp
from app.identity.words import ROLE_NOTES, ROLE_WORDS
from app.web.forms import BaseForm
from app.web.languages import current_locale
from app.web.limits import INVITE, SEND_MAIL, limiter
from app.web.pages import flash, go_on, page

ROLES: dict[str, Any] = {"role_words": ROLE_WORDS, "role_notes": ROLE_NOTES}


def members_path(shop_id: UUID) -> str:
    return f"/desk/members?shop={shop_id}"


@bp.get("/desk/members")
@require_shop
def members() -> ResponseReturnValue:
    """For everybody who works there; addresses, invitations and buttons for owners only."""
    shop_id, actor = acting_shop(), current_actor()
    with reading() as session:
        shop = shop_run_by(session, actor, shop_id)
        found = members_of(session, actor, shop_id, cursor=request.args.get("cursor"))
        invited = invitations_of(session, actor, shop_id)
    return page(
        "identity/members.html", shop=shop, members=found, invited=invited, me=actor.user_id,
        is_owner=actor.member_of(shop_id, OWNING), now=datetime.now(UTC), **ROLES,
    )  # fmt: skip


@bp.route("/desk/members/invite", methods=["GET", "POST"])
@require_shop
@limiter.limit(INVITE, methods=["POST"])
def invite() -> ResponseReturnValue:
    shop_id, actor = acting_shop(OWNING), current_actor()
    form = InviteForm(data={"role": SALES})
    if form.validate_on_submit():
        said = {"email": form.email.data, "role": form.role.data, "form_token": form.token, "locale": current_locale()}
        try:
            invited = in_transaction(
                lambda session: invite_member(session, actor, shop_id, now=datetime.now(UTC), **said)
            )
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("A mail with a link is on its way to %(email)s.", email=invited.email))
            return go_on(members_path(shop_id))
    with reading() as session:
        shop = shop_run_by(session, actor, shop_id, OWNING)
    return page("identity/invite.html", 422 if form.is_submitted() else 200, form=form, shop=shop, **ROLES)


@bp.post("/desk/members/invitations/<uuid:invitation_id>/resend")
@require_signed_in
@limiter.limit(SEND_MAIL, methods=["POST"])
def invite_again(invitation_id: UUID) -> ResponseReturnValue:
    BaseForm().validate()
    actor, now = current_actor(), datetime.now(UTC)
    sent = in_transaction(lambda session: send_invitation_again(session, actor, invitation_id, now=now))
    flash(_("A new link is on its way to %(email)s; the earlier one ends.", email=sent.email))
    return go_on(members_path(sent.organization_id))


@bp.post("/desk/members/invitations/<uuid:invitation_id>/withdraw")
@require_signed_in
def withdraw(invitation_id: UUID) -> ResponseReturnValue:
    BaseForm().validate()
    actor, now = current_actor(), datetime.now(UTC)
    shop_id = in_transaction(lambda session: withdraw_invitation(session, actor, invitation_id, now=now))
    flash(_("The invitation is withdrawn: its link no longer works."))
    return go_on(members_path(shop_id))


@bp.route("/desk/members/<uuid:member_id>/role", methods=["GET", "POST"])
@require_shop
def role(member_id: UUID) -> ResponseReturnValue:
    shop_id, actor = acting_shop(OWNING), current_actor()
    with reading() as session:
        member = member_of_shop(session, actor, shop_id, member_id)
    form = RoleForm(data={"role": member.role})
    if form.validate_on_submit():
        wanted = form.role.data
        try:
            in_transaction(lambda session: change_role(session, actor, shop_id, member_id, wanted))
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("The role is changed."))
            return go_on(members_path(shop_id))
    status = 422 if form.is_submitted() else 200
    return page("identity/member_role.html", status, form=form, shop_id=shop_id, member=member, **ROLES)


@bp.route("/desk/members/<uuid:member_id>/remove", methods=["GET", "POST"])
@require_shop
def remove(member_id: UUID) -> ResponseReturnValue:
    """Asks first. The same way an owner removes somebody, and everybody leaves."""
    shop_id, actor = acting_shop(), current_actor()
    with reading() as session:
        member = member_of_shop(session, actor, shop_id, member_id)
        shop = shop_run_by(session, actor, shop_id)
    form, is_me = BaseForm(), member.user_id == actor.user_id
    if form.validate_on_submit():
        try:
            in_transaction(lambda session: remove_member(session, actor, shop_id, member_id))
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("You do not work for %(shop)s any more.", shop=shop.name) if is_me else _("Removed."))
            return go_on("/account" if is_me else members_path(shop_id))
    status = 422 if form.is_submitted() else 200
    return page("identity/member_remove.html", status, form=form, shop=shop, member=member, is_me=is_me)


@bp.route("/desk/members/<uuid:member_id>/owner", methods=["GET", "POST"])
@require_shop
def pass_on(member_id: UUID) -> ResponseReturnValue:
    """The shop gets another owner, and who gives it chooses what to stay as. Pressed twice, it is done once."""
    shop_id, actor = acting_shop(), current_actor()
    with reading() as session:
        shop = shop_run_by(session, actor, shop_id)
        if not actor.member_of(shop_id, OWNING):
            if request.method == "GET":
                raise ShopNotFound
            require_handed_over(session, actor, shop_id, member_id)
            return _passed_on(shop)
        member = member_of_shop(session, actor, shop_id, member_id)
    form = HandOverForm(data={"keep": SALES})
    if form.validate_on_submit():
        keep = form.keep.data
        try:
            in_transaction(lambda session: hand_over(session, actor, shop_id, member_id, keep=keep))
        except DomainError as error:
            form.add_problem(error)
        else:
            return _passed_on(shop)
    status = 422 if form.is_submitted() else 200
    return page("identity/hand_over.html", status, form=form, shop=shop, member=member, **ROLES)


def _passed_on(shop: Organization) -> ResponseReturnValue:
    flash(_("%(shop)s has a new owner.", shop=shop.name))
    return go_on(members_path(shop.id))
