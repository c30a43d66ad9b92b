"""`/styleguide`: every component in every state, on one page that is looked at and tested. Not in production.

Its texts are samples of what features will say, so they are not translated; what the components say themselves is.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, FileField, PasswordField, RadioField, SelectField
from wtforms.validators import Email, InputRequired, Length

from app.errors import Conflict, Unavailable
from app.money.amounts import Money, TokenAmount
from app.web.address_form import AddressFields
from app.web.fields import LineField, MoneyField, ParagraphsField, QuantityField
from app.web.forms import BaseForm
from app.web.navigation import Desk, NavItem, add_desk
from app.web.pages import OK, PROBLEM, flash, go_on, page

bp = Blueprint("styleguide", __name__, url_prefix="/styleguide")
_SAMPLE_DESK = Desk("sample", "Seller desk", (
    NavItem("Today", "/styleguide/desk", "layout-dashboard"), NavItem("Goods", "/styleguide/goods", "package"),
    NavItem("Orders to ship", "/styleguide/to-ship", "truck"), NavItem("Money", "/styleguide/money", "wallet"),
    NavItem("Reports", "/styleguide/reports", "file-spreadsheet"),
))  # fmt: skip
add_desk(_SAMPLE_DESK)
LONG = "Hand-pounded, twice-sifted, sun-dried Kampot black peppercorns of the first harvest " * 3


class SampleForm(AddressFields, BaseForm):
    """One field of each kind."""

    title = LineField("Title", [InputRequired()], longest=80)
    email = LineField("E-mail", [InputRequired(), Email()], description="We send the receipt here.")
    password = PasswordField("Password", [InputRequired(), Length(min=12)])
    price = MoneyField("Price", [InputRequired()], currency="KHR")
    quantity = QuantityField("Quantity", [InputRequired()], least=3, most=42, step=1, unit="kg")
    category = SelectField(
        "Category", choices=[("", "Choose one"), ("rice", "Rice and grains"), ("silk", "Silk and cloth")]
    )
    story = ParagraphsField("Story of the goods", longest=500)
    payment = RadioField(
        "How do you want to pay?", choices=[("card", "Card"), ("wallet", "Your own wallet"), ("bank", "Bank transfer")]
    )
    pictures = FileField("Pictures")
    agreed = BooleanField("I have read what happens if nothing arrives", [InputRequired()])


@bp.route("", methods=["GET", "POST"])
def show() -> ResponseReturnValue:
    """All components. Send the form empty, or full of nonsense, to see its errors."""
    form = SampleForm(data={"quantity": 3, "price": Money(1_200_000, "KHR"), "payment": "card"})
    form.offer_countries(default="KH")
    status = 200
    if "change_country" not in request.form and form.is_submitted():
        if form.validate():
            flash("Saved. It is on the shelf now.", OK)
            return go_on("/styleguide")
        status = 422
    return page("styleguide/components.html", status, form=form, **samples(datetime.now(UTC)))


@bp.get("/desk")
def desk() -> ResponseReturnValue:
    """A desk page: side menu, verdict, table with totals."""
    return page("styleguide/desk.html", desk_key="sample", **samples(datetime.now(UTC)))


@bp.get("/market")
def market() -> ResponseReturnValue:
    """A front page made of components only, to weigh it and look at it as a buyer would."""
    return page("styleguide/market.html", **samples(datetime.now(UTC)))


@bp.get("/confirm")
def confirm() -> ResponseReturnValue:
    return page(
        "confirm.html", title="Take this listing down?", text="Buyers no longer find it. Orders that run are not touched.",
        action="/styleguide/confirm", label="Take it down", back="/styleguide",
    )  # fmt: skip


@bp.post("/confirm")
def confirmed() -> ResponseReturnValue:
    flash("It is taken down. You can put it up again at any time.", OK)
    flash("This is how a problem looks on top of a page.", PROBLEM)
    return go_on("/styleguide")


@bp.get("/errors/<kind>")
def error(kind: str) -> ResponseReturnValue:
    """The page of each kind of error."""
    if kind == "conflict":
        raise Conflict
    if kind == "unavailable":
        raise Unavailable
    raise RuntimeError(kind)


def samples(now: datetime) -> dict[str, Any]:
    """Values for the samples, of every type the filters know."""
    return {
        "now": now,
        "recent": now - timedelta(minutes=4),
        "arrival": now + timedelta(days=4),
        "total": Money(11_690, "USD"),
        "held": TokenAmount(72_500_000),
        "long": LONG,
        "khmer": "ម្រេចខ្មៅកំពត ហាលថ្ងៃ គុណភាពល្អបំផុតពីកសិដ្ឋានរបស់សុធី",
        "amounts": [Money(minor, code) for minor, code in (
            (1450, "USD"), (2790, "SGD"), (990, "BND"), (4_800_000, "KHR"), (15_000_000, "IDR"), (12_500_000, "LAK"),
            (6_490, "MYR"), (4_500_000, "MMK"), (38_000, "PHP"), (120_050, "THB"), (350_000, "VND"), (-123_456, "KHR"))],
        "address": {"name": "Chan Dara", "street": "12 Street 240", "area": "Chaktomuk", "district": "Daun Penh",
                    "city": "Phnom Penh", "postal_code": "120207", "country": "KH"},
        "tx_hash": bytes(range(32)),
    }  # fmt: skip
