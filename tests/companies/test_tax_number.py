"""A company's tax number is looked at as a shop's is: an odd one is kept, and who looks after it is told."""

import pytest

from app.companies.actions.open_company import CompanyTerms, edit_company, open_company
from app.companies.models import Company
from app.companies.queries import odd_tax_number
from app.companies.schemas import CompanySchema
from app.db.session import reading, transaction
from app.identity.queries import actor_of
from app.parties.rules.numbers import Oddity
from tests.companies.test_company_orders import Company as Mekong
from tests.companies.test_company_orders import company  # noqa: F401 - a fixture
from tests.support.front import Front
from tests.support.programs import Program, a_token, as_documented
from tests.support.trade import Trade

GOOD = {
    "KH": "K001-123 456 789", "TH": "0105556000017", "VN": "0100109106", "ID": "01.300.066.6-091.000", "SG": "M90312345A",
    "MY": "C1234567890", "PH": "123-456-789-00000", "LA": "whatever-1", "MM": "123456789", "BN": "RC12345678",
}  # fmt: skip
ODD = {"KH": "K001-123", "TH": "123", "VN": "12", "MM": "12345"}


def odd_of(trade: Trade, country: str, number: str) -> Oddity | None:
    boss = trade.person()
    with transaction() as session:
        made = open_company(session, boss, CompanyTerms("Mekong Foods", "company", country, tax_number=number))
    with reading() as session:
        return odd_tax_number(session.get_one(Company, made))


@pytest.mark.parametrize(("country", "number"), GOOD.items())
def test_a_number_as_its_country_writes_it_is_not_spoken_of(trade: Trade, country: str, number: str) -> None:
    assert odd_of(trade, country, number) is None


@pytest.mark.parametrize(("country", "number"), ODD.items())
def test_a_number_of_another_form_is_odd_and_kept(trade: Trade, country: str, number: str) -> None:
    assert odd_of(trade, country, number) is Oddity.OTHER_FORM


def test_check_digits_that_do_not_fit_are_noticed(trade: Trade) -> None:
    assert odd_of(trade, "TH", "0105556000018") is Oddity.CHECK_FAILED


def test_a_company_without_a_number_is_told_nothing(trade: Trade) -> None:
    assert odd_of(trade, "KH", "") is None


def test_an_approver_reads_it_on_the_companys_page_until_it_is_mended_and_a_purchaser_never(
    front: Front,
    company: Mekong,  # noqa: F811
) -> None:
    boss, path = front.member(company.approver), f"/companies/{company.id}"
    assert "Look at the tax number once more" in boss.look(path)
    assert "Look at the tax number once more" not in front.member(company.purchaser).look(path)
    settings = boss.look(f"{path}/settings")
    assert "TIN, for example K001-123456789." in settings
    mended = {"name": "Mekong Foods", "tax_number": "K001-123456789"}
    assert boss.send(settings, f"{path}/settings", **mended).status_code == 303
    assert "Look at the tax number once more" not in boss.look(path)


def test_a_program_reads_it_as_a_code(front: Front, trade: Trade, company: Mekong) -> None:  # noqa: F811
    program = Program(front.app, a_token(company.approver, "companies"))
    shown = program.ask("GET", f"/companies/{company.id}")
    as_documented(CompanySchema, shown)
    assert shown["tax_number_oddity"] == "other_form"
    with transaction() as session:
        boss = actor_of(session, company.approver.user_id)
        edit_company(session, boss, company.id, name="Mekong Foods", tax_number="K001-123456789", needs_po=True)
    assert program.ask("GET", f"/companies/{company.id}")["tax_number_oddity"] is None
