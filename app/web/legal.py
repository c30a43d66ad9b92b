"""Terms, returns and privacy: the market's rules as whole texts, with its own settings filled in.

An operator who has own texts puts them into the folder of `LEGAL_FOLDER`; those count instead of ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from flask_babel import gettext as _

from app.config.days import market_day
from app.config.settings import Settings
from app.money.amounts import percent
from app.web.filters import country_name

VERSION, SINCE = 1, date(2026, 11, 28)
"""Of our texts. A change of what they promise is a new version, named in the changelog."""


@dataclass(frozen=True)
class Answer:
    question: str
    text: str


@dataclass(frozen=True)
class OwnText:
    """What an operator wrote: answers, and the day the file was last changed."""

    answers: Sequence[Answer]
    since: date


def own_text(folder: str, name: str, locale: str) -> OwnText | None:
    """`terms.km.txt`: parts divided by empty lines; the first line of a part is its heading. None when there is none.

    Without one in the reader's language the English one counts: rules must not differ by language without anyone's word.
    """
    if not folder:
        return None
    for language in (locale, "en"):
        path = Path(folder) / f"{name}.{language}.txt"
        if path.is_file():
            parts = path.read_text("utf-8").strip().split("\n\n")
            lines = [part.strip().split("\n", 1) for part in parts if part.strip()]
            since = market_day(datetime.fromtimestamp(path.stat().st_mtime, UTC))
            return OwnText([Answer(head, body[0] if body else "") for head, *body in lines], since)
    return None


def terms(settings: Settings) -> tuple[Answer, ...]:
    """For who buys."""
    market = settings.market_name
    return (
        Answer(_("Who are we?"), _who(settings)),
        Answer(
            _("Whom do I buy from?"),
            _("From the seller named on the goods and on your receipt. %(market)s brings you together, holds your money until it is clear to whom it belongs, and decides if you cannot agree.", market=market),
        ),
        Answer(
            _("When is it a contract?"),
            _("When you have paid. The price, shipping and tax you saw before paying count; nothing is added later. If you do not pay within %(minutes)s minutes, nothing was ordered.", minutes=settings.stock_hold_minutes),
        ),
        Answer(
            _("What happens to my money?"),
            _("It waits in escrow until you say that you have the goods. If you say nothing, the seller is paid %(days)s days after the latest promised delivery. Report a problem before that and it stays held until it is decided.", days=settings.protection_days),
        ),
        Answer(
            _("What do I promise?"),
            _("To give a name, address and number at which the parcel can reach you, to look at the goods when they come, and to report honestly."),
        ),
        Answer(
            _("Who decides in a dispute?"),
            _("Somebody of the market, after both sides were heard, within %(days)s days. Without a decision all that is held comes back to you. You may still go to a court of your country.", days=settings.dispute_timeout_days),
        ),
        Answer(
            _("What do you answer for?"),
            _("For what we do ourselves: holding the money, paying it out as promised here, and looking after your data. For the goods the seller answers. Rights the law of your country gives to consumers stay yours."),
        ),
        Answer(
            _("Can these terms change?"),
            _("Yes, for orders made after the change. For an order counts the version of the day you paid."),
        ),
    )  # fmt: skip


def selling_terms(settings: Settings) -> tuple[Answer, ...]:
    """For who sells."""
    return (
        Answer(_("Who are we?"), _who(settings)),
        Answer(
            _("Who may sell?"),
            _("Whoever may sell these goods by the law of the own country and of the buyer's. We look at each shop once before it opens, and may take one off the market with a reason."),
        ),
        Answer(
            _("What may not be sold?"),
            _("What the law forbids, what is not yours to sell, copies of brands, weapons, medicine on prescription, protected animals and plants, and anything that is not as described."),
        ),
        Answer(
            _("What does it cost?"),
            _("%(commission)s of the whole order, tax on the commission included, taken when money is released to you. Nothing on what goes back to the buyer.", commission=percent(settings.commission_bps) + "%"),
        ),
        Answer(
            _("When am I paid?"),
            _("When the buyer has the goods, or %(days)s days after the latest promised delivery if nobody objects. Without a wallet of your own the market keeps your money at an address of your own and pays it to your bank when you ask.", days=settings.protection_days),
        ),
        Answer(
            _("What do I promise?"),
            _("To hand goods over by the day shown, as described and safely packed; to answer within %(hours)s hours when a buyer cancels a late order; and to use a buyer's name and address for the parcel only.", hours=settings.answer_window_hours),
        ),
        Answer(
            _("What if a buyer cancels?"),
            _("Before it has left, the buyer may cancel and gets all of it back. If the market holds your money, it signs that for you; you agree to this by selling here."),
        ),
        Answer(
            _("What about tax?"),
            _("Your prices include the tax you owe. You issue what the law asks for and pay your taxes yourself; the settlement report has the figures."),
        ),
        Answer(
            _("How do I stop?"),
            _("Close the shop for a while, or for good by erasing your account. Orders that run are seen through first."),
        ),
    )  # fmt: skip


def returns(settings: Settings) -> tuple[Answer, ...]:
    """Canceling, sending back, getting money back."""
    return (
        Answer(
            _("I changed my mind"),
            _("As long as nothing has left, cancel on the order page and get all of it back. Some sellers are asked first; after the promised day you cancel alone."),
        ),
        Answer(
            _("It does not come"),
            _("Report it on the order page before the day written there. The money stays held; if the parcel was not delivered, you get it back."),
        ),
        Answer(
            _("It is broken, wrong, or not as described"),
            _("Report it with what you see, within %(days)s days after the promised delivery. The seller can give back a part or all at once, with or without the goods. If you do not agree, the market decides.", days=settings.protection_days),
        ),
        Answer(
            _("It is fine, but I do not want it"),
            _("Ask with Send something back on the order page, before you say that you have it. What perishes, was made for you, or was opened cannot be taken back, unless the law of your country says otherwise."),
        ),
        Answer(
            _("Who pays for sending it back?"),
            _("The seller, when the goods are broken, wrong or not as described; otherwise you. Keep the carrier's receipt until the money is back."),
        ),
        Answer(
            _("How and when does the money come?"),
            _("The way you paid. We send it within a day of the escrow giving it back; a card takes a few days more to show it."),
        ),
    )  # fmt: skip


def privacy(settings: Settings) -> tuple[Answer, ...]:
    """What is kept about people, and where."""
    return (
        Answer(_("Who are we?"), _who(settings)),
        Answer(_("What do you keep about me?"), _("Your name, e-mail, addresses and orders: what is needed to send you goods and to keep books the law asks for.")),
        Answer(_("Who sees it?"), _("The seller of an order sees the name, address and number on its parcel. The people of the market see orders when they help or decide. Nobody else; we sell nothing.")),
        Answer(_("Who reads what I write to a shop?"), _("You and the shop's people. Somebody of the market reads a message only when one of you has reported it, with the few around it.")),
        Answer(_("Who sees my card?"), _("The card service only. You type the number on its page; it never passes through ours.")),
        Answer(_("What stands in the public record?"), _("Amounts, times and codes of payments. No names, no addresses of people, nothing about the goods.")),
        Answer(_("What do you store in my browser?"), _("Cookies for your language, your session, your cart and the orders you opened by a link. We load nothing from other sites and follow nobody around.")),
        Answer(
            _("How long do you keep it?"),
            _("Until you have it erased. Order numbers, goods, sums and dates stay %(years)s years without your name, because the law of bookkeeping and tax asks for it.", years=settings.books_kept_years),
        ),
        Answer(_("How do I see it, or have it erased?"), _("On “Your account”, then “Your data”. As a guest: on the page the link in your mail leads to.")),
    )  # fmt: skip


def _who(settings: Settings) -> str:
    name = settings.operator_name or settings.market_name
    where = ", ".join(part for part in (settings.operator_address, country_name(settings.market_country)) if part)
    if settings.contact_email:
        return str(_("%(market)s is run by %(name)s, %(where)s. Write to %(email)s.", market=settings.market_name, name=name, where=where, email=settings.contact_email))  # fmt: skip
    return str(_("%(market)s is run by %(name)s, %(where)s.", market=settings.market_name, name=name, where=where))
