"""Pages that answer what people ask before they trust a market with money. The figures are this market's settings."""

from dataclasses import dataclass

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.config.settings import Settings
from app.web.pages import page

bp = Blueprint("help", __name__, url_prefix="/help")
_BPS_PER_PERCENT = 100


@dataclass(frozen=True)
class Answer:
    question: str
    text: str


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
                "After the promised day you can cancel. The seller has %(hours)s hours to show that the parcel left; otherwise all of it comes back to you.",
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
                commission=_percent(settings.commission_bps),
            ),
        ),
        Answer(_("What costs nothing?"), _("Opening a shop, listing goods, and whatever is refunded to the buyer.")),
    )  # fmt: skip
    return page("help.html", title=_("Fees"), answers=answers)


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    """What is kept about people, and where."""
    answers = (
        Answer(_("What do you keep about me?"), _("Your name, e-mail, addresses and orders: what is needed to send you goods and to keep books the law asks for.")),
        Answer(_("Who sees my card?"), _("The card service only. You type the number on its page; it never passes through ours.")),
        Answer(_("What stands in the public record?"), _("Amounts, times and codes of payments. No names, no addresses of people, nothing about the goods.")),
        Answer(_("What do you store in my browser?"), _("One cookie for your language and one for your session. We load nothing from other sites and follow nobody around.")),
    )  # fmt: skip
    return page("help.html", title=_("Privacy"), answers=answers)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _percent(bps: int) -> str:
    whole, rest = divmod(bps, _BPS_PER_PERCENT)
    return f"{whole}.{rest:02d}%".replace(".00%", "%")
