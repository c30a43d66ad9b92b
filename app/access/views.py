"""The page of a person's tokens."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.access.actions.make_token import make_token
from app.access.actions.revoke_token import revoke_token
from app.access.forms import SELF, TokenForm
from app.access.models import ApiToken
from app.access.queries import own_tokens
from app.access.rules import SCOPES
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import Actor
from app.identity.current import current_actor, require_signed_in
from app.identity.queries import shops_of
from app.web.forms import BaseForm
from app.web.limits import SIGN_IN, limiter
from app.web.pages import flash, go_on, page

bp = Blueprint("access", __name__)


@bp.get("/account/tokens")
@require_signed_in
def tokens() -> ResponseReturnValue:
    """What programs may do for this person, and the form for another one."""
    form = _form(formdata=None)
    return _page(form)


@bp.post("/account/tokens")
@require_signed_in
@limiter.limit(SIGN_IN)
def make() -> ResponseReturnValue:
    """The secret is on the answer to this form and nowhere else, so nothing leads on from here."""
    form, actor = _form(), current_actor()
    if not form.validate_on_submit():
        return _page(form, 422)
    try:
        made, secret = in_transaction(partial(_make, actor, form))
    except DomainError as error:
        form.add_problem(error)
        return _page(form, 422)
    return page("access/made.html", name=made.name, prefix=made.prefix, secret=secret)


@bp.post("/account/tokens/<uuid:token_id>/revoke")
@require_signed_in
def revoke(token_id: UUID) -> ResponseReturnValue:
    BaseForm().validate()
    actor = current_actor()
    in_transaction(lambda session: revoke_token(session, actor, token_id, now=datetime.now(UTC)))
    flash(_("Revoked. It opens nothing any more."))
    return go_on("/account/tokens")


def _make(actor: Actor, form: TokenForm, session: Session) -> tuple[ApiToken, str | None]:
    return make_token(session, actor, form.terms(), form_token=form.token, now=datetime.now(UTC))


def _form(**options: None) -> TokenForm:
    actor = current_actor()
    with reading() as session:
        shops = shops_of(session, actor)
    form = TokenForm(data={"whom": str(shops[0].id) if len(shops) == 1 else SELF, "days": "90"}, **options)
    form.offer(actor, shops)
    return form


def _page(form: TokenForm, status: int = 200) -> ResponseReturnValue:
    with reading() as session:
        found = own_tokens(session, current_actor(), cursor=request.args.get("cursor"))
    return page("access/tokens.html", status, form=form, found=found, scopes=SCOPES, now=datetime.now(UTC))
