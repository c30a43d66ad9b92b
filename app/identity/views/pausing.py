"""Closing the shop for a while, and opening it again."""

from datetime import UTC, datetime

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actions.pause_shop import pause_shop, reopen_shop
from app.identity.current import acting_shop, current_actor, require_shop, require_signed_in
from app.identity.forms import PauseForm
from app.identity.queries import shop_run_by
from app.identity.rules.roles import OWNING
from app.identity.views import bp
from app.web.forms import BaseForm
from app.web.pages import flash, go_on, page


@bp.route("/desk/shop/pause", methods=["GET", "POST"])
@require_shop
def pause() -> ResponseReturnValue:
    """Says what it means before it is done, and for how long."""
    shop_id, actor = acting_shop(OWNING), current_actor()
    with reading() as session:
        shop = shop_run_by(session, actor, shop_id, OWNING)
    form = PauseForm(data={"until": shop.paused_until, "note": shop.pause_note})
    if form.validate_on_submit():
        words = {"until": form.until.data, "note": form.note.data or "", "now": datetime.now(UTC)}
        try:
            in_transaction(lambda session: pause_shop(session, actor, shop_id, **words))
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("Your shop is closed for now. Orders that run go on."))
            return go_on(f"/desk/shop?shop={shop_id}")
    return page("identity/pause.html", 422 if form.is_submitted() else 200, form=form, shop=shop)


@bp.post("/desk/shop/reopen")
@require_signed_in
def reopen() -> ResponseReturnValue:
    BaseForm().validate()
    shop_id, actor = acting_shop(OWNING), current_actor()
    in_transaction(lambda session: reopen_shop(session, actor, shop_id))
    flash(_("Your shop is open again."))
    return go_on(f"/desk/shop?shop={shop_id}")
