"""The whole of it: a month is made and kept with its faults, matched, and what was found is held against what was hidden."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random
from uuid import uuid4

from sqlalchemy import text

from app.banking.actions.keep_statement import StatementFile, keep_statement
from app.banking.rules import read_statement
from app.chain.keys import Keys
from app.config import current
from app.db import session as database
from app.db.session import in_transaction, reading, transaction
from app.events import bus
from app.identity.actor import Actor, Membership
from app.identity.models import User
from app.identity.rules.roles import ACCOUNTANT, MARKET
from app.ledger.actions.keep_time_zone import keep_time_zone
from app.matching.actions.match_items import MEMORY, match_items
from app.onramp.stripe_values import BalanceRow
from app.reconciliation.actions.record_tie_out import record_tie_out
from app.reconciliation.balances import gas_rows, read_ledger
from app.reconciliation.rules import ChainView, TieOut
from app.reconciliation.sql_files import statement
from tests.banking.files import camt, entry
from tests.planted.faults import FAULTS, Found
from tests.planted.hiding import Hidden, Hiding, chosen
from tests.planted.month import CARD, REFUNDED, WALLET, ZONE, Addresses, Month
from tests.planted.storing import SOMEBODY, Store
from tests.planted.trail import BankEntry
from tests.support.settled import SEED, settings_for

AT_ONCE = 4_000
BARE, WHOLE, LATER_MATCH, WHOLE_AGAIN = (
    "bare join",
    "whole match",
    "match of what came later",
    "whole match, nothing new",
)
LATER = (CARD, REFUNDED, WALLET)
"""Of which faults come after the month was matched."""
SOURCES = ("stripe_balance_transactions", "journals", "chain_logs")
BARE_JOIN = """
CREATE TEMPORARY TABLE joined ON COMMIT DROP AS
SELECT t.id, t.net, t.fee, t.currency, t.created, j.id AS journal_id, j.event, j.effective_at, j.block_hash AS booked_in,
  l.tx_hash, l.block_hash, l.topics, l.data, l.block_time, l.final_at
FROM journals AS j
FULL JOIN stripe_balance_transactions AS t ON t.id = j.stripe_id
FULL JOIN chain_logs AS l ON l.tx_hash = j.tx_hash
"""
RETELLINGS: tuple[tuple[str, str, Callable[[BalanceRow], Sequence[int | str | None]]], ...] = (
    ("fee changed later", "FEE", lambda row: (row.amount, row.fee + 1, row.net - 1, row.currency)),
    ("amount changed later", "AMOUNT", lambda row: (row.amount - 1, row.fee, row.net - 1, row.currency)),
    ("denied later", "MISSING_STRIPE", lambda _row: (None,) * 4),
)
LAST_OF_EACH = 10
NEWEST_BLOCK = 10**9
Say = Callable[[str], None]


@dataclass
class Verdict:
    """What was hidden, before the month was matched and after; what is wrong with what was found; seconds by what took them."""

    hidden: list[Hidden] = field(default_factory=list)
    hidden_later: list[Hidden] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    """Rows of Stripe, books and chain together, by what took them in."""
    rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """`month` as `2026-10`; `faults` is how many are hidden in it, `later` how many orders come after it was matched."""

    orders: int
    seed: int
    month: str
    faults: int
    later: int

    @property
    def start(self) -> datetime:
        return datetime.strptime(f"{self.month}-01", "%Y-%m-%d").replace(tzinfo=ZONE)

    @property
    def days(self) -> int:
        return ((self.start + timedelta(days=31)).replace(day=1) - self.start).days


def newest_month(today: date) -> str:
    """That is over for so long that all has followed what follows."""
    return f"{today - timedelta(days=45):%Y-%m}"


def play(plan: Plan, database_url: str, conninfo: str, say: Say) -> Verdict:
    """In an empty, migrated database. `conninfo`: the same one, as whoever may do everything."""
    verdict, chance = Verdict(), Random(plan.seed)
    current.install(settings_for(database_url, "http://127.0.0.1:1"))
    engine = database.configure(database_url)
    bus.install({})
    keys = Keys(SEED)
    addresses = Addresses(
        b"\x0a" * 20, b"\x0b" * 20, keys.address("treasury"), keys.address("fees"), keys.address("taxes")
    )
    month = Month(plan.seed, plan.start, addresses, current.settings().chain_id)
    store = Store(conninfo, ZONE)
    try:
        _open(store, month)
        began = time.monotonic()
        charges = _keep_month(store, month, plan, chance, verdict)
        say(f"{plan.orders:,} orders of {plan.month}, seed {plan.seed}: kept in {time.monotonic() - began:.0f} s")
        verdict.seconds[BARE] = _bare_join()
        _tie_out(store, month)
        _measure(verdict, store, WHOLE, lambda: _match(whole=True))
        _judge(verdict, [one.found for one in verdict.hidden], "the month")
        _require_all_gas(verdict, store)
        _keep_later(store, month, plan, chance, verdict)
        verdict.hidden_later += _told_otherwise(store, chance.sample(charges, len(RETELLINGS)))
        _tie_out(store, month)
        _measure(verdict, store, LATER_MATCH, lambda: _match(whole=False))
        everything = [one.found for one in (*verdict.hidden, *verdict.hidden_later)]
        _judge(verdict, everything, "what came later")
        _require_all_gas(verdict, store)
        if changed := _measure(verdict, store, WHOLE_AGAIN, lambda: _match(whole=True)):
            verdict.problems.append(f"matched whole again, {changed} items are otherwise than the short run left them")
        verdict.rows = dict(store.counts)
        _require_all_matched(verdict)
    finally:
        store.close()
        engine.dispose()
    return verdict


def _open(store: Store, month: Month) -> None:
    with transaction() as session:
        keep_time_zone(session, str(ZONE))
        session.add(User(id=SOMEBODY, email="sokha@books.example", fs_uniquifier=str(SOMEBODY), name="Sokha"))
    store.open(month)


def _keep_month(store: Store, month: Month, plan: Plan, chance: Random, verdict: Verdict) -> list[BalanceRow]:
    """Gives charges of the month that nothing is wrong with."""
    hiding = Hiding(chance, chosen(chance, plan.faults), orders=plan.orders, days=plan.days)
    lines: dict[tuple[date, str], list[BankEntry]] = defaultdict(list)
    stories = hiding.through(month.stories(plan.orders, plan.days))
    charges: list[BalanceRow] = []
    while some := list(islice(stories, AT_ONCE)):
        store.keep(some, month.addresses.token)
        charges += [one.row("charge") for one in some if one.kind == CARD and one.is_sound][:LAST_OF_EACH]
        for trail in some:
            for line in trail.bank:
                lines[line.day, line.currency].append(line)
    _keep_statements(lines)
    store.do("UPDATE bank_lines SET kept_at = booked_on + 1")  # each came the morning after
    store.ready()
    verdict.hidden = hiding.hidden
    return charges


def _keep_statements(lines: dict[tuple[date, str], list[BankEntry]]) -> None:
    """A file a day, read as any other."""
    accountant = Actor(SOMEBODY, (Membership(uuid4(), MARKET, ACCOUNTANT),))
    for (day, currency), some in sorted(lines.items()):
        entries = [
            entry(
                f"{abs(line.cents) // 100}.{abs(line.cents) % 100:02d}", "CRDT" if line.cents > 0 else "DBIT",
                day=f"{day}", reference=line.reference, words=line.words, currency=currency,
            )
            for line in some
        ]  # fmt: skip
        content = camt(entries, iban=f"SG12DBSS000{currency}").replace(
            b'Ccy="USD">100.00', f'Ccy="{currency}">100.00'.encode()
        )
        file = StatementFile(f"{day} {currency}.xml", content, "camt053", "")
        read = read_statement(content, file.format, currency)
        in_transaction(lambda session, file=file, read=read: keep_statement(session, accountant, file, read))


def _keep_later(store: Store, month: Month, plan: Plan, chance: Random, verdict: Verdict) -> None:
    """Orders of some days ago that are seen now, after the month was matched."""
    now = datetime.now(UTC)
    faults = [fault for fault in FAULTS if fault.kind in LATER]
    hiding = Hiding(chance, chance.sample(faults, min(plan.later // 40, len(faults))), orders=plan.later, days=1)
    at = now - timedelta(days=14)
    orders = (month.order(at + timedelta(seconds=n)) for n in range(plan.later))
    store.keep(hiding.through(orders), month.addresses.token, seen_at=now)
    verdict.hidden_later = hiding.hidden


def _told_otherwise(store: Store, charges: Iterable[BalanceRow]) -> list[Hidden]:
    """Of rows of the month that were matched long ago."""
    found = []
    for row, (name, reason, tell) in zip(charges, RETELLINGS, strict=True):
        store.retell(row.id, tell(row))
        card = {("card", reason, _intent_of(row))} if reason != "FEE" else set()
        found.append(Hidden(name, {("stripe", reason, row.id), *card}))
    return found


def _intent_of(row: BalanceRow) -> str:
    query = text("SELECT payment_intent_id FROM card_payments WHERE charge_id = :source")
    with reading() as session:
        return str(session.scalar(query, {"source": row.source_id}))


def _match(*, whole: bool) -> int:
    return in_transaction(lambda session: match_items(session, now=datetime.now(UTC), whole=whole))


def _measure(verdict: Verdict, store: Store, name: str, match: Callable[[], int]) -> int:
    verdict.sizes[name] = sum(store.counts[table] for table in SOURCES)
    began = time.monotonic()
    changed = match()
    verdict.seconds[name] = time.monotonic() - began
    return changed


def _bare_join() -> float:
    """What Stripe, books and chain say put side by side, and nothing said about it, with the memory that a match has. The quickest of three."""
    took = []
    for _ in range(3):
        with transaction() as session:
            session.execute(text(f"SET LOCAL work_mem = '{MEMORY}'"))
            began = time.monotonic()
            session.execute(text(BARE_JOIN))
            took.append(time.monotonic() - began)
    return min(took)


def _judge(verdict: Verdict, planted: Iterable[Found], what: str) -> None:
    with reading() as session:
        rows = session.execute(
            text("SELECT family, reason, reference FROM match_exceptions WHERE state = 'open'")
        ).all()
    found, wanted = {(row.family, row.reason, row.reference) for row in rows}, set().union(*planted)
    verdict.problems += [f"{what}: not found: {' '.join(one)}" for one in sorted(wanted - found)]
    verdict.problems += [f"{what}: false alarm: {' '.join(one)}" for one in sorted(found - wanted)]


def _tie_out(store: Store, month: Month) -> None:
    """Of the coin that the treasury has left, by which the match knows gas that was booked wrong."""
    at = month.addresses
    view = ChainView(
        month.chain_id, NEWEST_BLOCK, bytes(32), at.token, at.treasury, at.fees, at.taxes, at.escrow, {}, 0, store.coin
    )
    with transaction() as session:
        ledger = read_ledger(session.execute(statement("ledger_balances"), {"block": view.block_number}))
        rows = tuple(gas_rows(ledger, view, not_booked=0))
        record_tie_out(session, TieOut(datetime.now(UTC), view.block_number, view.block_hash, rows, (), ()))


def _require_all_gas(verdict: Verdict, store: Store) -> None:
    """To the wei."""
    with reading() as session:
        told = session.scalar(
            text("SELECT difference FROM match_exceptions WHERE family = 'drift' AND reference = 'gas'")
        )
    if told != -store.not_booked:
        verdict.problems.append(f"gas differs by {told} wei, and {store.not_booked} were not booked")


def _require_all_matched(verdict: Verdict) -> None:
    """No item passes in silence: as many as there are things have an outcome."""
    with reading() as session:
        rows = session.execute(
            text(
                "SELECT family, count(DISTINCT reference) FILTER (WHERE state <> 'gone') AS found,"
                " CASE family WHEN 'stripe' THEN (SELECT count(*) FROM stripe_balance_transactions)"
                " WHEN 'payout' THEN (SELECT count(*) FROM stripe_payouts)"
                " WHEN 'chain' THEN (SELECT count(DISTINCT tx_hash) FROM chain_logs)"
                " WHEN 'card' THEN (SELECT count(*) FROM card_payments) + (SELECT count(*) FROM card_refunds)"
                " ELSE 0 END AS least FROM match_outcomes GROUP BY family ORDER BY family"
            )
        ).all()
    for row in rows:
        if row.found < row.least:
            verdict.problems.append(f"{row.family}: {row.least - row.found} items without an outcome")
