"""Prices as a visitor wants to read them. What is charged stays in US dollars, and what a seller asks stays as asked.

Whatever is converted says that it is about so much, and is rounded to what notes and coins can pay: nobody pays it.
"""

from dataclasses import dataclass

from flask import Flask

from app.db.session import reading
from app.fx.queries import all_rates
from app.fx.rules import DatedRate
from app.money.amounts import Money, in_cash
from app.web.currencies import CHARGED, current_currency
from app.web.kept import kept_list
from app.web.languages import current_locale
from app.web.money_text import format_money

ABOUT = "≈\u00a0"


@dataclass(frozen=True)
class Shown:
    """A price in the reader's currency, with the rate it was converted at."""

    amount: Money
    dated: DatedRate

    @property
    def text(self) -> str:
        return ABOUT + format_money(self.amount, current_locale())


def shown_rate() -> DatedRate | None:
    """The rate of the reader's currency; None for dollars, and for a currency that no rate is on file for."""
    wanted = current_currency()
    return None if wanted == CHARGED else kept_list(("rates",), _rates).get(wanted)


def shown(price: Money) -> Shown | None:
    """`price`, which is in US dollars, as the reader reads prices; None when that is in dollars."""
    dated = shown_rate()
    return Shown(in_cash(dated.rate.from_usd(price)), dated) if dated else None


def price_text(price: Money, asked: Money | None = None) -> str:
    """What stands for a price: exactly what the seller asks where that is the reader's currency, else about so much."""
    locale, wanted = current_locale(), current_currency()
    if asked is not None and asked.currency == wanted != CHARGED:
        return format_money(asked, locale)
    found = shown(price)
    return found.text if found else format_money(price, locale)


def _rates() -> dict[str, DatedRate]:
    with reading() as session:
        return all_rates(session)


def install_shown_prices(app: Flask) -> None:
    app.jinja_env.filters.update(price=price_text)
    app.jinja_env.globals.update(shown_price=shown)
