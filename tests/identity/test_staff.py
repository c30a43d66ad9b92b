"""`phsar staff …`: how an empty market gets its first operator."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from flask import Flask

from app.db.session import reading, transaction
from app.identity.actions.register_user import register_user
from app.identity.commands import staff
from app.identity.passwords import hash_password
from app.identity.queries import market_organization
from tests.support.visitor import Visitor

EMAIL, PASSWORD = "first@market.example", "four words nobody guesses"


@pytest.fixture
def newcomer(database_app: Flask) -> Visitor:
    """Somebody with an account in a market that has nobody else."""
    with database_app.app_context(), transaction() as session:
        register_user(session, email=EMAIL, password_hash=hash_password(PASSWORD), confirmed_at=datetime.now(UTC))
    visitor = Visitor(database_app)
    visitor.sign_in(EMAIL, PASSWORD)
    return visitor


def test_a_person_opens_the_operators_desk_once_the_role_is_granted(newcomer: Visitor) -> None:
    assert newcomer.open("/console").status_code in (403, 404)
    done = CliRunner().invoke(staff, ["grant", EMAIL, "operator"])
    assert done.exit_code == 0, done.output
    assert newcomer.open("/console").status_code == 200
    with reading() as session:
        assert market_organization(session).name == "Phsar"
    assert CliRunner().invoke(staff, ["list"]).output == f"operator    {EMAIL}\n"


def test_another_role_replaces_the_first(newcomer: Visitor) -> None:
    for role in ("operator", "accountant"):
        CliRunner().invoke(staff, ["grant", EMAIL, role])
    assert newcomer.open("/console").status_code in (403, 404)
    assert newcomer.open("/books").status_code == 200


def test_somebody_without_an_account_and_a_role_that_does_not_exist_are_refused(database_app: Flask) -> None:
    nobody = CliRunner().invoke(staff, ["grant", "nobody@market.example", "operator"])
    assert nobody.exit_code == 2
    assert "registers on the market's pages first" in nobody.output
    assert "accountant" in CliRunner().invoke(staff, ["grant", EMAIL, "king"]).output
