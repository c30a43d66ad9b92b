"""The market's own vouchers: the sellers get their full price, the market pays the difference."""

from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.config.current import settings
from app.identity.current import require_market_role
from app.identity.rules.roles import OPERATOR
from app.vouchers.views import bp
from app.vouchers.views.shared import create, csv_of, form_for, stop, vouchers_page
from app.web.forms import BaseForm
from app.web.pages import flash, go_on


@bp.route("/console/vouchers", methods=["GET", "POST"])
@require_market_role(OPERATOR)
def markets() -> ResponseReturnValue:
    form = form_for("USD")
    made = create(form, None, currency="USD", time_zone=settings().market_time_zone)
    if made is not None:
        flash(_("Voucher %(code)s can be used now, for goods of every seller.", code=made.code))
        return go_on("/console/vouchers")
    return vouchers_page("vouchers/markets.html", form, None)


@bp.post("/console/vouchers/<uuid:voucher_id>/stop")
@require_market_role(OPERATOR)
def stop_markets(voucher_id: UUID) -> ResponseReturnValue:
    BaseForm().validate()
    stopped = stop(None, voucher_id)
    flash(_("Voucher %(code)s cannot be used any more. Orders that have it keep their price.", code=stopped.code))
    return go_on("/console/vouchers")


@bp.get("/console/vouchers.csv")
@require_market_role(OPERATOR)
def markets_as_csv() -> ResponseReturnValue:
    return csv_of(None, "market-vouchers.csv")
