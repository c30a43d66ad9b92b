"""Pages that answer what people ask before they trust a market with money. The figures are this market's settings."""

from collections.abc import Sequence

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.config.settings import Settings
from app.money.amounts import percent
from app.web import legal
from app.web.languages import current_locale
from app.web.legal import Answer
from app.web.pages import page

bp = Blueprint("help", __name__, url_prefix="/help")


@bp.get("/protection")
def protection() -> ResponseReturnValue:
    """What happens to a buyer's money, and when."""
    settings = _settings()
    answers = (
        Answer(
            _("Where is my money while I wait?"),
            _("In escrow: a contract that can pay the seller or give it back to you, and nobody else. Not even we can take it out."),
        ),
        Answer(
            _("When is the seller paid?"),
            _(
                "When you say that you have the goods. If nobody says anything, %(days)s days after the latest promised delivery.",
                days=settings.protection_days,
            ),
        ),
        Answer(
            _("What if nothing arrives?"),
            _("Tell us on the order page before the date written there. Your money then stays held until it is decided."),
        ),
        Answer(
            _("What if the seller does not ship?"),
            _(
                "As long as nothing has left, you can cancel on the order page. Some sellers are asked first; after the promised day you cancel alone. Such a seller then has %(hours)s hours to show that the parcel left; otherwise all of it comes back to you.",
                hours=settings.answer_window_hours,
            ),
        ),
        Answer(
            _("What if something is wrong with the goods?"),
            _("Report it on the order page. The seller can refund you at once. If you do not agree, somebody of the market decides how the money is shared between the two of you."),
        ),
        Answer(_("How does a refund reach me?"), _("The way you paid. A card takes a few days to show it.")),
    )  # fmt: skip
    return page("help.html", title=_("How buying is protected"), answers=answers)


@bp.get("/fees")
def fees() -> ResponseReturnValue:
    """What trading here costs."""
    settings = _settings()
    answers = (
        Answer(_("What does buying cost?"), _("The price, the shipping and the tax you see before you pay. Nothing is added later.")),
        Answer(
            _("What does selling cost?"),
            _(
                "%(commission)s of the whole order, tax on the commission included. It is taken when the money is released to you.",
                commission=percent(settings.commission_bps) + "%",
            ),
        ),
        Answer(_("What costs nothing?"), _("Opening a shop, listing goods, and whatever is refunded to the buyer.")),
    )  # fmt: skip
    return page("help.html", title=_("Fees"), answers=answers)


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    return _legal("privacy", _("Privacy"), legal.privacy(_settings()))


@bp.get("/terms")
def terms() -> ResponseReturnValue:
    return _legal("terms", _("Terms of buying"), legal.terms(_settings()))


@bp.get("/selling-terms")
def selling_terms() -> ResponseReturnValue:
    return _legal("selling-terms", _("Terms of selling"), legal.selling_terms(_settings()))


@bp.get("/returns")
def returns() -> ResponseReturnValue:
    return _legal("returns", _("Canceling and returns"), legal.returns(_settings()))


def _legal(name: str, title: str, ours: Sequence[Answer]) -> ResponseReturnValue:
    """The operator's own text where there is one; either names the day it counts from."""
    own = legal.own_text(_settings().legal_folder, name, current_locale())
    if own is not None:
        return page("help.html", title=title, answers=own.answers, since=own.since)
    return page("help.html", title=title, answers=ours, since=legal.SINCE, version=legal.VERSION)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
