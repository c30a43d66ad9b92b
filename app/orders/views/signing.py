"""What a party with an own wallet signs for an exit of its leg, as typed data for the browser."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.db.session import reading
from app.errors import N_, Invalid
from app.identity.current import current_actor
from app.orders.models import Order
from app.orders.queries import order_bought, order_sold
from app.orders.signing import to_sign
from app.orders.viewing import viewing
from app.orders.views import bp
from app.settlement.actions.exit_leg import BY_BUYER, BY_SELLER
from app.web.fields import number_sent
from app.web.languages import current_locale
from app.web.money_input import read_money


class UnknownAct(Invalid):
    code = "unknown-act"
    message = N_("There is nothing like this to sign.")


NO_PART = 999_999_999
"""A position no order has."""


@bp.get("/orders/<number>/message/<kind>")
def message(number: str, kind: str) -> ResponseReturnValue:
    """`?amount=` for a refund, as typed; `?part=` for the release of a part. The answer is `{document, deadline}`; the deadline is by the chain's clock."""
    with reading() as session:
        order = _order(session, number, kind)
        return jsonify(to_sign(session, order, kind, **_how_much(kind)))


def _order(session: Session, number: str, kind: str) -> Order:
    if kind in BY_BUYER:
        return order_bought(session, viewing(), number)
    if kind in BY_SELLER:
        return order_sold(session, current_actor(), number)
    raise UnknownAct


def _how_much(kind: str) -> dict[str, int]:
    """Nothing for all that is left."""
    typed, part = request.args.get("amount", ""), request.args.get("part", "")
    return {
        **({"cents": read_money(typed, "USD", current_locale()).minor} if kind == "refund" and typed else {}),
        **({"part": number_sent(part, NO_PART)} if part.isdecimal() else {}),
    }
