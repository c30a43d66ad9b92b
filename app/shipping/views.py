"""How a shop sends goods."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.session import reading, transaction
from app.errors import DomainError
from app.identity.current import acting_shop, current_actor, require_shop
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING
from app.shipping.actions.set_rates import set_rates
from app.shipping.forms import method_name, rates_form, rows_of
from app.shipping.queries import all_rates
from app.web.pages import flash, go_on, page

bp = Blueprint("shipping", __name__)
bp.add_app_template_filter(method_name)


@bp.route("/desk/shipping", methods=["GET", "POST"])
@require_shop
def rates() -> ResponseReturnValue:
    shop_id = acting_shop(SELLING)
    with reading() as session:
        shop = shop_run_by(session, current_actor(), shop_id, SELLING)
        kept = all_rates(session, shop_id)
    rows, unknown = rows_of(kept, shop.currency), max((rate.unknown_grams for rate in kept), default=0)
    form = rates_form(shop.currency, shop.country, known=len(rows))(data={"rates": rows, "unknown_grams": unknown})
    if form.is_submitted() and all((form.validate(), form.require_whole_rows())):
        try:
            with transaction() as session:
                set_rates(session, current_actor(), shop_id, form.terms())
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("Saved. Buyers see these methods at once."))
            return go_on(f"/desk/shipping?shop={shop_id}")
    return page("shipping/rates.html", 422 if form.is_submitted() else 200, form=form, shop=shop)
