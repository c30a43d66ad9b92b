"""The page behind the link of an invitation."""

from datetime import UTC, datetime

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actions.accept_invitation import accept_invitation
from app.identity.current import current_account, current_actor, require_signed_in
from app.identity.queries import invitation_with
from app.identity.rules.invitations import InvitationState, state_of
from app.identity.views import bp
from app.identity.words import ROLE_NOTES, ROLE_WORDS
from app.web.forms import BaseForm
from app.web.limits import REGISTER, limiter
from app.web.pages import flash, go_on, page


@bp.get("/join/<secret>")
def join(secret: str) -> ResponseReturnValue:
    """Says who asks and for what; a guest is led to sign in or to register with that address, and back here."""
    return _join_page(secret, BaseForm())


@bp.post("/join/<secret>")
@require_signed_in
@limiter.limit(REGISTER, methods=["POST"])
def accept(secret: str) -> ResponseReturnValue:
    form, actor = BaseForm(), current_actor()
    if form.validate():
        try:
            shop = in_transaction(lambda session: accept_invitation(session, actor, secret, now=datetime.now(UTC)))
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("Welcome to %(shop)s. Its desk is yours now.", shop=shop.name))
            return go_on(f"/desk?shop={shop.id}")
    return _join_page(secret, form, 422)


def _join_page(secret: str, form: BaseForm, status: int = 200) -> ResponseReturnValue:
    account = current_account()
    with reading() as session:
        invitation, shop_name = invitation_with(session, secret)
    state = state_of(
        accepted_at=invitation.accepted_at,
        withdrawn_at=invitation.withdrawn_at,
        expires_at=invitation.expires_at,
        now=datetime.now(UTC),
    )
    is_mine = account is not None and account.email == invitation.email and account.confirmed_at is not None
    return page(
        "identity/join.html", status, form=form, invitation=invitation, shop_name=shop_name, account=account,
        is_mine=is_mine, is_open=state is InvitationState.OPEN, here=f"/join/{secret}",
        role=ROLE_WORDS[invitation.role], note=ROLE_NOTES[invitation.role],
    )  # fmt: skip
