"""The whole books as text: beancount and hledger, which we did not write, accept it and come to our balances."""

import csv
import io
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from beancount import loader
from beancount.core.data import Open, Transaction
from beancount.core.realization import compute_balance, realize
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bookkeeping.models import Reversal
from app.cli.books_commands import books
from app.db import session as database
from app.db.session import transaction
from app.identity.models import User
from app.ledger import recipes
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import DECIMALS, token_account
from app.ledger.entries import Holder
from app.ledger.models import AccountBalance, Asset, LedgerAccount
from app.ledger.period_models import PeriodEvent
from app.ledger.plain_text import account_name, commodity, exact
from app.ledger.trial_balance import trial_balance
from tests.ledger.amounts import AT, log_ref
from tests.ledger.machine.happenings import WALLET
from tests.ledger.machine.issued import IssuedBooks
from tests.ledger.machine.resold import ResoldBooks
from tests.ledger.machine.story import Run, recipes_of, story
from tests.proofs.conftest import SHOP, settled
from tests.support.debian import found_or_installed
from tests.support.horizon import nobody_writes

Balances = dict[tuple[str, str], Decimal]


SELLER: Holder = (token_account("1230", SHOP), token_account("2200", SHOP))
OCTOBER = datetime(2026, 10, 20, tzinfo=UTC)


@pytest.fixture
def whole(sealed: list[UUID]) -> list[UUID]:
    """With the chain's own coin, an account that is a seller's in part and in part nobody's, and a month that was closed before an entry of it came, which is taken back as well."""
    with transaction() as session:
        accountant = User(email="sokha@books.example", password="!", active=True, fs_uniquifier="sokha")
        session.add(accountant)
        session.flush()
        session.add(PeriodEvent(kind="soft_closed", period="2026-10", actor_id=accountant.id))
    late = recipes.capital_paid_in(key="late", cents=12_345, at=OCTOBER)
    journals = settled(
        recipes.gas_topped_up(chain_id=31337, block_number=9, wei=3 * 10**18 + 1, at=AT),
        recipes.gas_spent(purpose="release", wei=21_000 * 1_000_000_007, log=log_ref()),
        recipes.stray_transfer(source=SELLER, target=WALLET, units=2_000_001, log=log_ref()),
        *(
            recipes.transfer_refused(target=target, is_ours=False, units=1_000_001, who=b"x", log=log_ref())
            for target in (SELLER, WALLET)
        ),
        late,
    )
    back = recipes.taken_back(
        journal_id=journals[-1], event="capital_paid_in", lines=late.lines, at=OCTOBER, reason="typed twice"
    )
    return [*sealed, *journals, *settled(back)]


@pytest.fixture(params=[IssuedBooks, ResoldBooks])
def everything(request: pytest.FixtureRequest, cloned_database: str) -> Iterator[set[str]]:
    """Every recipe there is under a policy of the token, booked at least once; gives the assets."""
    engine = database.configure(cloned_database)
    runs, booked = story(request.param)
    assert booked == recipes_of(request.param)
    with transaction() as session:
        people = [User(email=f"{name}@x.example", password="!", fs_uniquifier=name) for name in ("sokha", "dara")]
        session.add_all(people)
        session.flush()
        for number, run in enumerate(runs):
            book(session, number, run, [one.id for one in people])
    nobody_writes()
    yield {"USD", "CTM", "GAS"}
    engine.dispose()


def book(session: Session, number: int, run: Run, people: list[UUID]) -> None:
    """A run of the machine, beside other runs; what it turned back two people agreed to."""
    ids: dict[UUID | None, UUID | None] = {None: None}
    for journal_id, entry in run:
        at = replace(entry, key=f"{number}:{entry.key}", reverses_id=ids[entry.reverses_id])
        ids[journal_id] = posted = post_journal(session, at)
        if at.reverses_id is not None:
            asked, answered = people
            facts = {"form_token": uuid4(), "reason": "wrong", "state": "agreed", "asked_by": asked}
            facts |= {"decided_by": answered, "decided_at": AT, "journal_id": at.reverses_id, "reversal_id": posted}
            session.add(Reversal(**facts))
    session.flush()


def trial() -> dict[tuple[str, str], Decimal]:
    """What the trial balance of the month ends with, debit positive, by number and asset."""
    with transaction() as session:
        return {
            (line.number, line.asset): Decimal(exact(line.closing, DECIMALS[line.asset]))
            for line in trial_balance(session, f"{AT:%Y-%m}")
            if line.closing
        }


def by_number(balances: Balances) -> dict[tuple[str, str], Decimal]:
    """Owners added up: `Liabilities:2200-SellersBalance:O-…` is 2200."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (name, asset), amount in balances.items():
        sums[name.split(":")[1].partition("-")[0], asset] += amount
    return {key: amount for key, amount in sums.items() if amount}


def test_with_every_recipe_booked_both_come_to_our_trial_balance(everything: set[str], tmp_path: Path) -> None:
    wanted = trial()
    assert {asset for _, asset in wanted} == everything
    for theirs in (by_beancount(export(tmp_path, "beancount")), by_hledger(export(tmp_path, "hledger"))):
        assert theirs == ours()
        assert by_number(theirs) == wanted


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


def by_beancount(file: Path) -> Balances:
    """Balances of every account, once `bean-check` has accepted the file."""
    checked = subprocess.run(
        [sys.executable, "-m", "beancount.scripts.check", str(file)], check=False, capture_output=True, text=True
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
    entries, errors, _ = loader.load_file(str(file))
    assert not errors
    root = realize(entries)
    assert compute_balance(root).is_empty()
    theirs: Balances = {}
    for name in {entry.account for entry in entries if isinstance(entry, Open)}:
        node = root
        for part in name.split(":"):
            node = node[part]
        for position in node.balance:
            theirs[name, position.units.currency] = position.units.number
    return theirs


def by_hledger(file: Path) -> Balances:
    """Balances of every account that are not 0, once `hledger check` has accepted the file."""
    checked = hledger("-f", str(file), "check", "--strict")
    assert checked.returncode == 0, checked.stderr
    said = hledger("-f", str(file), "balance", "--flat", "--no-total", "--layout=bare", "-O", "csv")
    assert said.returncode == 0, said.stderr
    lines = csv.DictReader(io.StringIO(said.stdout))
    theirs = {(one["account"], one["commodity"].strip('"')): Decimal(one["balance"]) for one in lines}
    return {key: value for key, value in theirs.items() if value}


@pytest.mark.parametrize(("kind", "read"), [("beancount", by_beancount), ("hledger", by_hledger)])
def test_both_accept_the_books_and_come_to_the_balance_of_every_account(
    whole: list[UUID], tmp_path: Path, kind: str, read: Callable[[Path], Balances]
) -> None:
    assert read(export(tmp_path, kind)) == ours()


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
