"""The checklist: what is done, what is missing, what the operator said, and sending it."""

from datetime import UTC, datetime
from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import acting_shop, current_actor, require_shop
from app.identity.rules.roles import OWNING
from app.parties.actions.send_for_review import send_for_review
from app.parties.queries import file_of_own, last_reason, own_oddities
from app.parties.rules.review import Happening, Review, may_go
from app.parties.views import bp
from app.parties.words import REVIEW_LOOKS, REVIEW_WORDS, STEP_WORDS
from app.states.edges import By
from app.web.forms import BaseForm
from app.web.pages import flash, go_on, page


def checklist_path(shop_id: UUID) -> str:
    return f"/desk/approval?shop={shop_id}"


@bp.route("/desk/approval", methods=["GET", "POST"])
@require_shop
def checklist() -> ResponseReturnValue:
    """Every step has a page of its own and keeps what was said; sent once all are done."""
    shop_id, actor, form = acting_shop(OWNING), current_actor(), BaseForm()
    if form.validate_on_submit():
        try:
            in_transaction(lambda session: send_for_review(session, actor, shop_id, now=datetime.now(UTC)))
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("Sent. We look at it within two working days and write to you; list your goods meanwhile."))
            return go_on(checklist_path(shop_id))
    with reading() as session:
        found = file_of_own(session, actor, shop_id)
        suspended_for = last_reason(session, shop_id, Happening.SUSPENDED) if found.shop.status == "suspended" else ""
    return page(
        "parties/checklist.html", 422 if form.is_submitted() else 200, form=form, found=found, shop=found.shop,
        steps=found.steps, step_words=STEP_WORDS, review_words=REVIEW_WORDS, review_looks=REVIEW_LOOKS,
        may_send=may_go(found.review, Review.SENT, By.SELLER), suspended_for=suspended_for,
        is_odd=bool(own_oddities(found)),
    )  # fmt: skip
