"""The pages of webhooks, of a shop and of a company that buys: where news goes, what was told, and telling it again."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import require_shop, require_signed_in
from app.identity.queries import shop_run_by
from app.web.fields import number_sent
from app.web.forms import BaseForm
from app.web.pages import PROBLEM, flash, go_on, page
from app.web.problem_words import sentence
from app.webhooks.actions.keep_endpoint import (
    add_endpoint,
    change_endpoint,
    remove_endpoint,
    rotate_secret,
    switch_endpoint,
)
from app.webhooks.actions.send_again import send_again, send_test
from app.webhooks.errors import EndpointDisabled
from app.webhooks.forms import EndpointForm, RotateForm
from app.webhooks.models import WebhookEndpoint
from app.webhooks.places import DESK, acting, acting_for, base, keep_company, kinds_here, place_of
from app.webhooks.queries import deliveries_of, delivery_shown, endpoint_shown, endpoints_of
from app.webhooks.rules import KEEPING, message_id

bp = Blueprint("webhooks", __name__, url_prefix=DESK)
company = Blueprint("webhooks_of_company", __name__, url_prefix="/companies/<uuid:company_id>/webhooks")
company.url_value_preprocessor(keep_company)
BLUEPRINTS = (bp, company)


@bp.get("")
@require_shop
def endpoints() -> ResponseReturnValue:
    return _list(_form(kinds=list(kinds_here())))


@company.get("", endpoint="endpoints")
@require_signed_in
def of_company() -> ResponseReturnValue:
    return _list(_form(kinds=list(kinds_here())))


@bp.post("")
@company.post("")
@require_signed_in
def add() -> ResponseReturnValue:
    """The secret is on the answer to this form and nowhere else."""
    form, actor, organization_id = _form(), acting(), acting_for()
    if not form.validate_on_submit():
        return _list(form, 422)
    try:
        made, secret = in_transaction(
            lambda session: add_endpoint(session, actor, organization_id, form.terms(), form_token=form.token)
        )
    except DomainError as error:
        form.add_problem(error)
        return _list(form, 422)
    return _page("webhooks/secret.html", made.organization_id, endpoint=made, secret=secret)


@bp.route("/<uuid:endpoint_id>", methods=["GET", "POST"])
@company.route("/<uuid:endpoint_id>", methods=["GET", "POST"])
@require_signed_in
def show(endpoint_id: UUID) -> ResponseReturnValue:
    """One endpoint: what it is told, and what it was told."""
    actor = acting()
    with reading() as session:
        endpoint = endpoint_shown(session, actor, endpoint_id)
    form = _form(url=endpoint.url, kinds=endpoint.kinds)
    if form.validate_on_submit():
        try:
            in_transaction(lambda session: change_endpoint(session, actor, endpoint_id, form.terms()))
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("Saved."))
            return go_on(f"{base()}/{endpoint_id}")
    return _show(endpoint, form, 422 if form.is_submitted() else 200)


@bp.post("/<uuid:endpoint_id>/secret")
@company.post("/<uuid:endpoint_id>/secret")
@require_signed_in
def rotate(endpoint_id: UUID) -> ResponseReturnValue:
    form, actor = RotateForm(), acting()
    form.validate()
    seen = number_sent(form.seen.data)
    with reading() as session:
        endpoint = endpoint_shown(session, actor, endpoint_id)
    secret = in_transaction(
        lambda session: rotate_secret(session, actor, endpoint_id, seen=seen, now=datetime.now(UTC))
    )
    return _page("webhooks/secret.html", endpoint.organization_id, endpoint=endpoint, secret=secret, is_rotated=True)


@bp.post("/<uuid:endpoint_id>/test")
@company.post("/<uuid:endpoint_id>/test")
@require_signed_in
def test(endpoint_id: UUID) -> ResponseReturnValue:
    form, actor = BaseForm(), acting()
    form.validate()
    try:
        in_transaction(
            lambda session: send_test(session, actor, endpoint_id, form_token=form.token, now=datetime.now(UTC))
        )
    except EndpointDisabled as error:
        flash(sentence(error), PROBLEM)
    else:
        flash(_("On its way. Load this page again in a moment to see what the address answered."))
    return go_on(f"{base()}/{endpoint_id}")


@bp.post("/<uuid:endpoint_id>/<any(on, off):verb>")
@company.post("/<uuid:endpoint_id>/<any(on, off):verb>")
@require_signed_in
def switch(endpoint_id: UUID, verb: str) -> ResponseReturnValue:
    BaseForm().validate()
    actor, now = acting(), datetime.now(UTC)
    in_transaction(lambda session: switch_endpoint(session, actor, endpoint_id, on=verb == "on", now=now))
    flash(_("On: it is told what happens from now on.") if verb == "on" else _("Off: nothing is sent there any more."))
    return go_on(f"{base()}/{endpoint_id}")


@bp.route("/<uuid:endpoint_id>/remove", methods=["GET", "POST"])
@company.route("/<uuid:endpoint_id>/remove", methods=["GET", "POST"])
@require_signed_in
def remove(endpoint_id: UUID) -> ResponseReturnValue:
    """Asks once: what it was told goes with it."""
    form, actor = BaseForm(), acting()
    with reading() as session:
        endpoint = endpoint_shown(session, actor, endpoint_id)
    if form.validate_on_submit():
        in_transaction(lambda session: remove_endpoint(session, actor, endpoint_id))
        flash(_("Removed."))
        return go_on(base() if base() != DESK else f"{DESK}?shop={endpoint.organization_id}")
    return page(
        "confirm.html",
        title=_("Remove this webhook?"),
        text=_("%(url)s is told nothing more, and the list of what it was told goes with it.", url=endpoint.url),
        action=f"{base()}/{endpoint_id}/remove",
        label=_("Remove"),
        back=f"{base()}/{endpoint_id}",
    )


@bp.get("/messages/<uuid:delivery_id>")
@company.get("/messages/<uuid:delivery_id>")
@require_signed_in
def message(delivery_id: UUID) -> ResponseReturnValue:
    """One message: what was sent, and what the address answered."""
    actor = acting()
    with reading() as session:
        delivery = delivery_shown(session, actor, delivery_id)
        endpoint = endpoint_shown(session, actor, delivery.endpoint_id)
    return _page(
        "webhooks/message.html",
        endpoint.organization_id,
        delivery=delivery,
        endpoint=endpoint,
        message_id=message_id(delivery.id),
    )


@bp.post("/messages/<uuid:delivery_id>/again")
@company.post("/messages/<uuid:delivery_id>/again")
@require_signed_in
def again(delivery_id: UUID) -> ResponseReturnValue:
    BaseForm().validate()
    actor, now = acting(), datetime.now(UTC)
    try:
        in_transaction(lambda session: send_again(session, actor, delivery_id, now=now))
    except EndpointDisabled as error:
        flash(sentence(error), PROBLEM)
    else:
        flash(_("It is sent once more, under the same id."))
    return go_on(f"{base()}/messages/{delivery_id}")


def _form(**data: Any) -> EndpointForm:
    form = EndpointForm(data=data)
    form.offer(kinds_here())
    return form


def _list(form: EndpointForm, status: int = 200) -> ResponseReturnValue:
    organization_id = acting_for()
    with reading() as session:
        found = endpoints_of(session, acting(), organization_id)
    return _page("webhooks/endpoints.html", organization_id, status, endpoints=found, form=form)


def _show(endpoint: WebhookEndpoint, form: EndpointForm, status: int) -> ResponseReturnValue:
    with reading() as session:
        found = deliveries_of(session, endpoint.id, cursor=request.args.get("cursor"))
    rotating = RotateForm(formdata=None, data={"seen": str(endpoint.secret_version)})
    return _page(
        "webhooks/endpoint.html",
        endpoint.organization_id,
        status,
        endpoint=endpoint,
        form=form,
        found=found,
        rotating=rotating,
    )


def _page(template: str, organization_id: UUID, status: int = 200, **words: Any) -> ResponseReturnValue:
    with reading() as session:
        shop = shop_run_by(session, acting(), organization_id, KEEPING)
    return page(template, status, shop=shop, place=place_of(shop), **words)
