"""The whole books as text: beancount and hledger, which we did not write, accept it and come to our balances."""

import csv
import io
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from beancount import loader
from beancount.core.data import Open, Transaction
from beancount.core.realization import compute_balance, realize
from click.testing import CliRunner
from sqlalchemy import select

from app.cli.books_commands import books
from app.db.session import transaction
from app.identity.models import User
from app.ledger import recipes
from app.ledger.models import AccountBalance, Asset, LedgerAccount
from app.ledger.period_models import PeriodEvent
from app.ledger.plain_text import account_name, commodity, exact
from tests.ledger.amounts import AT, log_ref
from tests.proofs.conftest import settled
from tests.support.debian import found_or_installed

Balances = dict[tuple[str, str], Decimal]


OCTOBER = datetime(2026, 10, 20, tzinfo=UTC)


@pytest.fixture
def whole(sealed: list[UUID]) -> list[UUID]:
    """With the chain's own coin, and a month that was closed before an entry of it came, which is taken back as well."""
    with transaction() as session:
        accountant = User(email="sokha@books.example", password="!", active=True, fs_uniquifier="sokha")
        session.add(accountant)
        session.flush()
        session.add(PeriodEvent(kind="soft_closed", period="2026-10", actor_id=accountant.id))
    late = recipes.capital_paid_in(key="late", cents=12_345, at=OCTOBER)
    journals = settled(
        recipes.gas_topped_up(chain_id=31337, block_number=9, wei=3 * 10**18 + 1, at=AT),
        recipes.gas_spent(purpose="release", wei=21_000 * 1_000_000_007, log=log_ref()),
        late,
    )
    back = recipes.taken_back(
        journal_id=journals[-1], event="capital_paid_in", lines=late.lines, at=OCTOBER, reason="typed twice"
    )
    return [*sealed, *journals, *settled(back)]


def export(folder: Path, kind: str) -> Path:
    file = folder / f"books.{kind}"
    done = CliRunner().invoke(books, ["export", "--format", kind, str(file)])
    assert done.exit_code == 0, done.output
    return file


def ours() -> Balances:
    """Balances of every account in each asset that are not 0."""
    with transaction() as session:
        rows = session.execute(
            select(LedgerAccount, AccountBalance.balance, Asset.exponent)
            .join(AccountBalance, AccountBalance.account_id == LedgerAccount.id)
            .join(Asset, Asset.code == LedgerAccount.asset)
        ).all()
        return {
            (account_name(one.number, one.owner_id), commodity(one.asset)): Decimal(exact(int(balance), exponent))
            for one, balance, exponent in rows
            if balance
        }


def hledger(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = found_or_installed(lambda: shutil.which("hledger"), "hledger")
    assert program, "This test needs hledger, a package of Debian: apt install hledger."
    return subprocess.run(
        [program, *arguments], check=False, capture_output=True, text=True, env={"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    )


def test_beancount_accepts_the_books_and_comes_to_the_balance_of_every_account(
    whole: list[UUID], tmp_path: Path
) -> None:
    file = export(tmp_path, "beancount")
    checked = subprocess.run(
        [sys.executable, "-m", "beancount.scripts.check", str(file)], check=False, capture_output=True, text=True
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
    entries, errors, _ = loader.load_file(str(file))
    assert not errors
    root = realize(entries)
    theirs: Balances = {}
    names = {entry.account for entry in entries if isinstance(entry, Open)}
    for name in names:
        node = root
        for part in name.split(":"):
            node = node[part]
        for position in node.balance:
            theirs[name, position.units.currency] = position.units.number
    assert theirs == ours()
    assert {asset for _, asset in theirs} == {"USD", "CTM", "GAS"}
    assert compute_balance(root).is_empty()


def test_hledger_accepts_the_books_and_comes_to_the_balance_of_every_account(whole: list[UUID], tmp_path: Path) -> None:
    file = export(tmp_path, "hledger")
    checked = hledger("-f", str(file), "check", "--strict")
    assert checked.returncode == 0, checked.stderr
    said = hledger("-f", str(file), "balance", "--flat", "--no-total", "--layout=bare", "-O", "csv")
    assert said.returncode == 0, said.stderr
    lines = list(csv.DictReader(io.StringIO(said.stdout)))
    theirs = {(one["account"], one["commodity"].strip('"')): Decimal(one["balance"]) for one in lines}
    assert {key: value for key, value in theirs.items() if value} == ours()


def test_what_came_late_or_takes_another_back_says_so_in_the_month_that_took_it(
    whole: list[UUID], tmp_path: Path
) -> None:
    entries, errors, _ = loader.load_file(str(export(tmp_path, "beancount")))
    assert not errors
    by_journal = {UUID(one.meta["journal"]): one for one in entries if isinstance(one, Transaction)}
    *_, late, back = (by_journal[journal] for journal in whole)
    for one in (late, back):
        assert (one.meta["late-for"], one.meta["effective"][:10]) == ("2026-10", "2026-10-20")
        assert f"{one.date:%Y-%m}" == "2026-11"
    assert back.meta["reverses"] == late.meta["journal"]
    assert sum(line.units.number for one in (late, back) for line in one.postings if line.account.startswith("A")) == 0


def test_hledger_counts_what_came_late_in_the_month_that_took_it(whole: list[UUID], tmp_path: Path) -> None:
    said = hledger("-f", str(export(tmp_path, "hledger")), "print", "tag:late-for=2026-10", "-O", "csv")
    assert said.returncode == 0, said.stderr
    found = list(csv.DictReader(io.StringIO(said.stdout)))
    assert {one["date"][:7] for one in found} == {"2026-11"}
    assert {one["description"] for one in found} == {"capital_paid_in", "capital_paid_in_taken_back"}


@pytest.mark.parametrize("kind", ["beancount", "hledger"])
def test_the_same_books_give_the_same_bytes(whole: list[UUID], tmp_path: Path, kind: str) -> None:
    first = export(tmp_path, kind).read_bytes()
    assert export(tmp_path, kind).read_bytes() == first
    assert all(str(journal).encode() in first for journal in whole)


@pytest.mark.parametrize("kind", ["beancount", "hledger"])
def test_one_smallest_unit_more_is_refused(sealed: list[UUID], tmp_path: Path, kind: str) -> None:
    file = export(tmp_path, kind)
    text = file.read_text()
    wrong = re.sub(r"(Expenses:5100.* )6\.10 ((~ 0 )?\"?USD\"?\n)(?=[^\n]*$|$)", r"\g<1>6.11 \2", text)
    assert wrong != text
    file.write_text(wrong)
    if kind == "beancount":
        assert loader.load_file(str(file))[1]
    else:
        assert hledger("-f", str(file), "check").returncode != 0


@pytest.mark.parametrize(
    ("amount", "exponent", "shown"),
    [(1, 18, "0.000000000000000001"), (-5, 2, "-0.05"), (7, 0, "7"), (-120_000_000, 6, "-120.000000")],
)
def test_amounts_have_all_their_decimals(amount: int, exponent: int, shown: str) -> None:
    assert exact(amount, exponent) == shown
