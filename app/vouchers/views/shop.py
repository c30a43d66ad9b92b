"""A shop's own vouchers."""

from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.session import reading
from app.identity.current import acting_shop, current_actor, require_shop
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING
from app.vouchers.views import bp
from app.vouchers.views.shared import create, csv_of, form_for, stop, vouchers_page
from app.web.forms import BaseForm
from app.web.pages import flash, go_on


@bp.route("/desk/vouchers", methods=["GET", "POST"])
@require_shop
def own() -> ResponseReturnValue:
    """Make one, and see how often each was used."""
    shop_id = acting_shop(SELLING)
    with reading() as session:
        shop = shop_run_by(session, current_actor(), shop_id, SELLING)
    form = form_for(shop.currency)
    made = create(form, shop_id, currency=shop.currency, time_zone=shop.time_zone)
    if made is not None:
        flash(_("Voucher %(code)s can be used now. Give the code to your buyers.", code=made.code))
        return go_on(f"/desk/vouchers?shop={shop_id}")
    return vouchers_page("vouchers/own.html", form, shop_id, shop=shop)


@bp.post("/desk/vouchers/<uuid:voucher_id>/stop")
@require_shop
def stop_own(voucher_id: UUID) -> ResponseReturnValue:
    BaseForm().validate()
    shop_id = acting_shop(SELLING)
    stopped = stop(shop_id, voucher_id)
    flash(_("Voucher %(code)s cannot be used any more. Orders that have it keep their price.", code=stopped.code))
    return go_on(f"/desk/vouchers?shop={shop_id}")


@bp.get("/desk/vouchers.csv")
@require_shop
def own_as_csv() -> ResponseReturnValue:
    return csv_of(acting_shop(SELLING), "vouchers.csv")
