"""Documents: added, taken away, removed. A file is only ever handed out as something to save."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Response, current_app
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import Actor, market_role
from app.identity.current import acting_shop, current_actor, require_shop, require_signed_in
from app.identity.rules.roles import OPERATOR, OWNING
from app.parties.actions.keep_paper import StoredFile, add_paper, remove_paper
from app.parties.forms import PaperForm
from app.parties.handing_out import handed_out
from app.parties.models import Paper
from app.parties.queries import file_of_own, paper_seen_by
from app.parties.rules.checklist import PaperKind, missing_papers
from app.parties.rules.papers import MOST_BYTES
from app.parties.storage import PaperStorage
from app.parties.views import bp
from app.parties.words import PAPER_WORDS
from app.web.forms import BaseForm
from app.web.limits import UPLOAD, limiter
from app.web.pages import flash, go_on, page


@bp.route("/desk/approval/papers", methods=["GET", "POST"])
@require_shop
@limiter.limit(UPLOAD, methods=["POST"])
def papers() -> ResponseReturnValue:
    shop_id, actor = acting_shop(OWNING), current_actor()
    with reading() as session:
        found = file_of_own(session, actor, shop_id)
    missing = missing_papers(found.shop.kind, [paper.kind for paper in found.papers])
    form = PaperForm(data={"kind": next(iter(missing), PaperKind.OTHER)})
    if form.validate_on_submit():
        try:
            _keep(actor, shop_id, form)
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("The document is here. Only you, other owners and our reviewers can open it."))
            return go_on(f"/desk/approval/papers?shop={shop_id}")
    return page(
        "parties/papers.html", 422 if form.is_submitted() else 200, form=form, shop=found.shop, papers=found.papers,
        missing=missing, words=PAPER_WORDS, megabytes=MOST_BYTES // 2**20,
    )  # fmt: skip


@bp.get("/papers/<uuid:paper_id>")
@require_signed_in
def paper(paper_id: UUID) -> Response:
    """For the shop's owners and for operators; whoever of the market opens one is written down."""
    actor = current_actor()
    found = in_transaction(lambda session: _opened(session, actor, paper_id))
    return handed_out(found, _storage().read(found.key))


@bp.post("/papers/<uuid:paper_id>/remove")
@require_signed_in
def drop_paper(paper_id: UUID) -> ResponseReturnValue:
    BaseForm().validate()
    actor, now = current_actor(), datetime.now(UTC)
    shop_id = in_transaction(lambda session: remove_paper(session, actor, paper_id, now=now))
    flash(_("Removed."))
    return go_on(f"/desk/approval/papers?shop={shop_id}")


def _opened(session: Session, actor: Actor, paper_id: UUID) -> Paper:
    found = paper_seen_by(session, actor, paper_id)
    if market_role(actor, OPERATOR):
        record_act(session, actor.user_id, "paper.open", found.organization_id, paper_id=str(found.id))
    return found


def _keep(actor: Actor, shop_id: UUID, form: PaperForm) -> None:
    """The file first. One whose row could not be written is taken away again."""
    storage = _storage()
    key = storage.save(form.content)
    said = {
        "kind": form.kind.data,
        "name": form.file.data.filename or "",
        "form_token": form.token,
        "now": datetime.now(UTC),
    }
    stored = StoredFile.of(key, form.media_type, form.content)
    try:
        in_transaction(lambda session: add_paper(session, actor, shop_id, stored, **said))
    except Exception:
        storage.remove(key)
        raise


def _storage() -> PaperStorage:
    storage: PaperStorage = current_app.extensions["papers"]
    return storage
