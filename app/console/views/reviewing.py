"""One shop as its reviewer sees it, and what the reviewer answers."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.console.forms import ReviewForm
from app.console.views import bp
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import current_actor, require_market_role
from app.identity.queries import owners_of
from app.identity.rules.roles import OPERATOR
from app.identity.rules.shops import SHOWN, may_become
from app.identity.wallets import written
from app.parties import words
from app.parties.actions.decide_review import ask_for_more, reject_shop
from app.parties.queries import file_for_operator, history_of, name_hints, number_forms_of, oddities
from app.parties.rules.checklist import ATTESTATIONS, missing_papers
from app.parties.rules.review import Review, may_go
from app.states.edges import By
from app.web.pages import flash, go_on, page


@bp.get("/console/shops/<uuid:shop_id>")
@require_market_role(OPERATOR)
def review(shop_id: UUID) -> ResponseReturnValue:
    """All that the shop has told, what is odd about it, its documents and its history."""
    actor = current_actor()
    with reading() as session:
        found = file_for_operator(session, actor, shop_id)
        hints = name_hints(session, actor, found.shop)
        history = history_of(session, actor, shop_id, cursor=request.args.get("cursor"))
        owners = owners_of(session, [shop_id])[shop_id]
    shop = found.shop
    return page(
        "console/review.html", found=found, shop=shop, dossier=found.dossier, hints=hints, history=history,
        owners=owners, oddities=oddities(found), forms=number_forms_of(shop), words=words,
        missing=missing_papers(shop.kind, [paper.kind for paper in found.papers]),
        attested=ATTESTATIONS.get(found.dossier.attested_version or ""),
        wallet=written(shop.wallet_address) if shop.wallet_address else None, **_ways(shop.status, found.review),
    )  # fmt: skip


def _ways(status: str, state: Review) -> dict[str, bool]:
    """What the operator may do now."""
    is_new, is_open = may_become(status, "rejected", By.OPERATOR), status in SHOWN
    accepts_change = is_open and may_go(state, Review.ACCEPTED, By.OPERATOR)
    return {
        "may_approve": accepts_change or (not is_open and may_become(status, "approved", By.OPERATOR)),
        "may_ask": may_go(state, Review.MORE, By.OPERATOR),
        "may_reject": is_new and may_go(state, Review.REJECTED, By.OPERATOR),
        "may_suspend": may_become(status, "suspended", By.OPERATOR),
    }


@bp.route("/console/shops/<uuid:shop_id>/more", methods=["GET", "POST"])
@require_market_role(OPERATOR)
def ask_more(shop_id: UUID) -> ResponseReturnValue:
    """Back to the owner's checklist."""
    return _answer(
        shop_id, ask_for_more, "console/ask_more.html", _("The owners of %(shop)s get a mail of what is missing.")
    )


@bp.route("/console/shops/<uuid:shop_id>/reject", methods=["GET", "POST"])
@require_market_role(OPERATOR)
def reject(shop_id: UUID) -> ResponseReturnValue:
    return _answer(
        shop_id, reject_shop, "console/reject.html", _("%(shop)s is not accepted. Its owners get a mail of why.")
    )


def _answer(shop_id: UUID, act: Callable[..., Any], template: str, done: str) -> ResponseReturnValue:
    actor = current_actor()
    with reading() as session:
        found = file_for_operator(session, actor, shop_id)
    form = ReviewForm(data={"seen": found.dossier.version})
    if form.validate_on_submit():
        said = {"reason": form.reason.data or "", "seen": form.seen.data, "now": datetime.now(UTC)}
        try:
            in_transaction(lambda session: act(session, actor, shop_id, **said))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(done % {"shop": found.shop.name})
            return go_on("/console/shops?status=sent")
    return page(template, 422 if form.is_submitted() else 200, form=form, shop=found.shop)
