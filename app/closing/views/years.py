"""A year of the books: its months, what it earned and cost, and how the next one begins."""

from flask.typing import ResponseReturnValue

from app.closing.errors import NoSuchYear
from app.closing.sql_files import statement
from app.closing.views import bp
from app.db.session import report_snapshot
from app.identity.current import require_market_role
from app.identity.rules.roles import READING_BOOKS
from app.ledger.chart import GAS, TOKEN, USD
from app.ledger.months import CLOSED, months, span
from app.reconciliation.plain import amount_text
from app.web.pages import page


@bp.get("/books/years/<int:year>")
@require_market_role(*READING_BOOKS)
def one_year(year: int) -> ResponseReturnValue:
    """Raises NoSuchYear for one before the first entry, or that has not begun."""
    with report_snapshot() as session:
        first, last = span(session)
        if not int(first[:4]) <= year <= int(last[:4]):
            raise NoSuchYear
        rows = months(session, f"{year}-01", f"{year}-12")
        moments = {"starts_at": rows[0].starts_at, "ends_at": rows[-1].ends_at}
        found = session.execute(statement("results"), moments).all()
    moved: dict[str, dict[str, tuple[int, int]]] = {asset: {} for asset in (USD, TOKEN, GAS)}
    for row in found:
        moved[row.asset][row.period] = int(row.income), int(row.expenses)
    return page(
        "closing/year.html",
        year=year,
        months=rows,
        moved={asset: each for asset, each in moved.items() if each or asset == USD},
        totals={asset: tuple(map(sum, zip(*each.values(), strict=True))) for asset, each in moved.items() if each},
        is_closed=rows[-1].state == CLOSED,
        amount_text=amount_text,
    )
