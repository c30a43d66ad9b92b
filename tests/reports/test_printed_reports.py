"""The reports with pages of their own in print: offered where their other files are, and within what a PDF may have."""

from dataclasses import fields
from datetime import date

import pytest

from app.reports.errors import TooLongToPrint
from app.reports.queries import Scope
from app.reports.rules import AMOUNTS, BALANCES, KINDS, Period, SettlementLine
from app.reports.settlement_files import settlement_pdf
from app.reports.tables import printing
from tests.support.front import Front
from tests.support.pdf import pdf_text

MARKET = Scope(None, "Phsar", "phsar", "Asia/Phnom_Penh")
DAYS = Period(date(2026, 11, 1), date(2026, 11, 30), "Asia/Phnom_Penh")
LARGE = 987_654_321_123_456


def line(**given: object) -> SettlementLine:
    values: dict[str, object] = {
        one.name: 0 if one.name in (*AMOUNTS, *BALANCES) else "" for one in fields(SettlementLine)
    }
    return SettlementLine(**{**values, **given})  # type: ignore[arg-type]


def printed(*lines: SettlementLine, locale: str = "en") -> str:
    return pdf_text(settlement_pdf(lines, locale, MARKET, DAYS, opening=0, closing=0))


def test_each_page_offers_its_pdf_and_gives_it(front: Front) -> None:
    accountant = front.member(front.trade.operator)
    for name in ("settlement", "trial-balance", "open-items"):
        page = accountant.look(f"/books/{name}")
        assert f"/books/{name}.pdf?" in page
        assert '<option value="pdf">' in page
        answer = accountant.browser.get(f"/books/{name}.pdf")
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.headers["Content-Disposition"].startswith(f"attachment; filename={name}-")
        assert answer.data.startswith(b"%PDF-")


def test_what_is_too_long_to_print_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "MOST_PRINTED", 1)
    assert "Total" in printed(line(kind=KINDS["leg_funded"], funded=1))
    with pytest.raises(TooLongToPrint) as refused:
        printed(line(funded=1), line(funded=1))
    assert (refused.value.values["count"], refused.value.values["most"]) == (2, 1)


def test_tax_has_a_column_where_there_is_any_even_if_it_was_all_given_back() -> None:
    assert "Tax withheld" not in printed(line(kind=KINDS["leg_funded"], funded=1))
    taken, back = line(kind=KINDS["tax_withheld"], tax_withheld=5), line(kind=KINDS["tax_given_back"], tax_withheld=-5)
    words = printed(taken, back)
    assert "Tax withheld" in words
    assert "-0.000005" in words


@pytest.mark.parametrize("locale", ["en", "km"])
def test_the_largest_amounts_in_every_column_stay_whole(locale: str) -> None:
    whole = line(
        settled_on="2026-11-30 23:59:59+0700",
        kind=KINDS["leg_released"],
        seller="Sothy's Farm",
        order_number="9V4P-CGJ",
        tx_hash="0x" + "ab" * 32,
        **dict.fromkeys(AMOUNTS, LARGE),
    )
    words = printed(whole, whole, locale=locale).split()
    shown = len(AMOUNTS) - 1  # gas, which nobody pays, is not printed
    assert words.count("987,654,321.123456") == 2 * shown
    assert words.count("1,975,308,642.246912") == shown
