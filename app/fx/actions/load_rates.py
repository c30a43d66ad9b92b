"""Loading exchange rates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.errors import N_, Invalid
from app.events.bus import publish
from app.fx.events import RatesLoaded
from app.fx.models import FxRate, TaxOfficeRate
from app.money.amounts import MICRO
from app.money.currencies import CURRENCIES


class UnusableRate(Invalid):
    code = "unusable-rate"
    message = N_("%(currency)s on %(as_of)s: %(reason)s")


@dataclass(frozen=True)
class NewRate:
    """`per_usd_micro`: how many whole units of the currency one US dollar buys, times one million."""

    currency: str
    as_of: date
    per_usd_micro: int
    source: str


def load_rates(session: Session, rates: Iterable[NewRate], *, of_tax_office: bool = False) -> int:
    """Store rates; one that is there for the same day is replaced. Returns how many.

    Those of a tax office are for documents only: no price follows them. A line that says one dollar is one dollar is passed over. Raises UnusableRate for an unknown currency, any other
    dollar rate, or a rate that is not positive; then none is stored.
    """
    rows = [_checked(rate) for rate in rates if rate != NewRate("USD", rate.as_of, MICRO, rate.source)]
    if not rows:
        return 0
    statement = insert(TaxOfficeRate if of_tax_office else FxRate)
    statement = statement.on_conflict_do_update(
        index_elements=["currency", "as_of"],
        set_={"per_usd_micro": statement.excluded.per_usd_micro, "source": statement.excluded.source},
    )
    session.execute(statement, rows)
    if not of_tax_office:
        publish(session, RatesLoaded(frozenset(str(row["currency"]) for row in rows)))
    return len(rows)


def _checked(rate: NewRate) -> dict[str, object]:
    problem = None
    if rate.currency not in CURRENCIES:
        problem = N_("the market does not trade in this currency.")
    elif rate.currency == "USD":
        problem = N_("rates are against the US dollar, so it has none itself.")
    elif rate.per_usd_micro <= 0:
        problem = N_("a rate is more than zero.")
    if problem:
        raise UnusableRate(currency=rate.currency, as_of=rate.as_of, reason=problem)
    return vars(rate)
