"""Trails as rows, a table at a time by COPY, as bookings, Stripe's lists and the indexer's looks would have left them.

Triggers do not run: they are what makes a row of the books cost a hundred times as much, and a fault would not pass.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql

from app.chain.contracts import ESCROW, TOKEN
from app.ledger.actions.post_journal import _payload_hash
from app.ledger.chart import CHART, AccountRef
from app.ledger.entries import JournalEntry
from app.money.references import reference_key
from app.reconciliation.queries import TRANSFER_TOPIC
from tests.planted.month import Month
from tests.planted.trail import Trail, wei_of

COLUMNS = {
    "ledger_accounts": "id number asset owner_id natural_side may_go_negative",
    "account_balances": "account_id balance",
    "journals": "id key event effective_at posted_at booked_at period payload_hash order_id organization_id stripe_id"
    " chain_id block_number block_hash tx_hash log_index details",
    "postings": "journal_id line account_id amount",
    "card_payments": "id order_group_id amount_minor currency state payment_intent_id charge_id expires_at succeeded_at"
    " created_at",
    "card_refunds": "id key payment_id order_id amount_minor currency reason state stripe_refund_id created_at settled_at",
    "stripe_balance_transactions": "id type reporting_category source_id amount fee net currency created available_on"
    " payload ingested_at booked_at",
    "stripe_payouts": "id amount currency status automatic arrival_date created payload booked_at itemized_at",
    "stripe_payout_parts": "payout_id transaction_id net",
    "stripe_retellings": "transaction_id amount fee net currency",
    "chain_logs": "block_hash log_index chain_id block_number block_time tx_hash address topics data final_at",
    "chain_blocks": "chain_id number hash parent_hash timestamp",
    "bank_receipts": "bank_reference reference_key payer_name wallet_address amount_minor received_at",
    "bank_files": "id created_by created_at paid_at bank_reference reference_key",
    "redemptions": "id organization_id form_token amount_units amount_cents bank_account state requested_by requested_at"
    " bank_file_id paid_at",
    "market_held_addresses": "organization_id address",
    "deployments": "chain_id name address code_hash block_number arguments",
}
SOMEBODY = UUID(int=1)
SEEN_AFTER = timedelta(minutes=2)
FINAL_AFTER = timedelta(minutes=15)
Rows = dict[str, list[Sequence[Any]]]


class Store:
    """The rows of one database, and what is counted of them. `conninfo`: as whoever may do everything."""

    def __init__(self, conninfo: str, zone: ZoneInfo) -> None:
        self._connection = psycopg.connect(conninfo, autocommit=True)
        self._connection.execute("SET session_replication_role = replica")
        self._connection.execute("SET synchronous_commit = off")
        self._zone = zone
        self._accounts: dict[AccountRef, UUID] = {}
        self._kept: dict[UUID, int] = {}
        self.counts: dict[str, int] = defaultdict(int)
        self.coin = self.not_booked = 0
        """Wei the treasury has left, and wei the chain took that the books do not have."""

    def close(self) -> None:
        self._connection.close()

    def open(self, month: Month) -> None:
        """What a market has before its first order: contracts, and sellers with an address."""
        contracts = {TOKEN: month.addresses.token, ESCROW: month.addresses.escrow}
        self._write(
            {
                "deployments": [(month.chain_id, name, at, bytes(32), 1, "[]") for name, at in contracts.items()],
                "market_held_addresses": [(one.id, one.address) for one in month.sellers if one.is_market_held],
            }
        )

    def keep(self, trails: Iterable[Trail], token: bytes, *, seen_at: datetime | None = None) -> None:
        """`seen_at`: when Stripe and the chain were looked at, if not right after it happened."""
        balances: dict[UUID, int] = defaultdict(int)
        rows: Rows = defaultdict(list)
        for trail in trails:
            self.coin += trail.coin
            self.not_booked -= trail.coin + sum(map(wei_of, trail.journals))
            for entry in trail.journals:
                self._journal(rows, balances, entry, seen_at)
            for name, row in _outside(trail, token, seen_at):
                rows[name].append(row)
        self._write(rows)
        self._balance(balances)

    def _journal(self, rows: Rows, balances: dict[UUID, int], entry: JournalEntry, seen_at: datetime | None) -> None:
        log, journal_id, at = entry.log, _next_id(), entry.effective_at
        period = f"{at.astimezone(self._zone):%Y-%m}"
        posted = seen_at or at + SEEN_AFTER
        where = (log.chain_id, log.block_number, log.block_hash, log.tx_hash, log.log_index) if log else (None,) * 5
        details = psycopg.types.json.Jsonb(entry.details)
        whose = (entry.order_id, entry.organization_id, entry.stripe_id)
        rows["journals"].append(
            (journal_id, entry.key, entry.event, at, posted, at, period, _payload_hash(entry), *whose, *where, details)
        )
        for number, line in enumerate(entry.lines, 1):
            account = self._account(rows, line.account)
            rows["postings"].append((journal_id, number, account, line.amount))
            balances[account] += line.amount

    def _account(self, rows: Rows, ref: AccountRef) -> UUID:
        if ref not in self._accounts:
            self._accounts[ref] = _next_id()
            chart = CHART[ref.number]
            owned = (ref.number, ref.asset, ref.owner)
            rows["ledger_accounts"].append((self._accounts[ref], *owned, chart.natural_side, chart.may_go_negative))
        return self._accounts[ref]

    def _balance(self, changes: dict[UUID, int]) -> None:
        new = {account: change for account, change in changes.items() if account not in self._kept}
        self._write({"account_balances": list(new.items())})
        with self._connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE account_balances SET balance = balance + %s WHERE account_id = %s",
                [(change, account) for account, change in changes.items() if account in self._kept],
            )
        self._kept |= dict.fromkeys(new, 0)

    def _write(self, rows: Rows) -> None:
        with self._connection.cursor() as cursor:
            for name, some in rows.items():
                columns = sql.SQL(", ").join(map(sql.Identifier, COLUMNS[name].split()))
                with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), columns)) as copy:
                    for row in some:
                        copy.write_row(row)
                self.counts[name] += len(some)

    def retell(self, name: str, told: Sequence[int | str | None]) -> None:
        """Stripe tells a balance transaction otherwise: amount, fee, net and currency, or denies it."""
        self._write({"stripe_retellings": [(name, *told)]})

    def do(self, statement: str, **values: Any) -> None:
        self._connection.execute(statement, values)

    def ready(self) -> None:
        """The planner knows what there is, as it does of rows that came over a month."""
        self._connection.execute("VACUUM ANALYZE")


_ids = 0


def _next_id() -> UUID:
    """Of rows nobody names, in the order they are made."""
    global _ids  # noqa: PLW0603 - PostgreSQL's own are in order, too
    _ids += 1
    return UUID(int=(0x0191 << 112) | (_ids << 80) | (7 << 76) | (2 << 62) | (uuid4().int & ((1 << 62) - 1)))


def _outside(trail: Trail, token: bytes, seen_at: datetime | None) -> Iterator[tuple[str, Sequence[Any]]]:
    """All but the books."""
    yield from _at_stripe(trail, seen_at)
    yield from _on_chain(trail, token, seen_at)
    yield from _at_the_bank(trail)


def _at_stripe(trail: Trail, seen_at: datetime | None) -> Iterator[tuple[str, Sequence[Any]]]:
    for one in trail.payments:
        ids = (one.id, one.id, one.cents, "USD", "succeeded", one.intent, one.charge)
        yield "card_payments", (*ids, one.at + timedelta(hours=1), one.at, one.at)
    for back in trail.refunds:
        ids = (back.id, f"refund:{back.id}", back.payment, back.order, back.cents, "USD", "asked for", back.state)
        yield "card_refunds", (*ids, back.name, back.at, back.at)
    for row in trail.balance:
        told = (row.id, row.type, row.reporting_category, row.source_id, row.amount, row.fee, row.net, row.currency)
        seen = seen_at or row.created + SEEN_AFTER
        yield "stripe_balance_transactions", (*told, row.created, row.available_on, "{}", seen, seen)
    for payout in trail.payouts:
        told = (payout.id, payout.amount, payout.currency, payout.status, payout.automatic, payout.arrival_date)
        payload = psycopg.types.json.Jsonb(payout.payload)
        booked = payout.arrival_date if payout.status == "paid" else None
        yield "stripe_payouts", (*told, payout.created, payload, booked, payout.created + SEEN_AFTER)
    for part in trail.parts:
        yield "stripe_payout_parts", part


def _on_chain(trail: Trail, token: bytes, seen_at: datetime | None) -> Iterator[tuple[str, Sequence[Any]]]:
    for log in trail.transfers:
        at = log.where
        topics = [TRANSFER_TOPIC, log.sender.rjust(32, b"\0"), log.receiver.rjust(32, b"\0")]
        where = (at.block_hash, at.log_index, at.chain_id, at.block_number, at.time, at.tx_hash, token)
        final = (seen_at or at.time + FINAL_AFTER) if log.is_final else None
        yield "chain_logs", (*where, topics, log.units.to_bytes(32), final)
    for gone in trail.orphans:
        yield "chain_blocks", (gone.chain_id, gone.block_number, gone.block_hash[::-1], bytes(32), gone.time)


def _at_the_bank(trail: Trail) -> Iterator[tuple[str, Sequence[Any]]]:
    for receipt in trail.receipts:
        key = reference_key(receipt.reference)
        yield "bank_receipts", (receipt.reference, key, "Dara Chan", receipt.wallet, receipt.cents, receipt.at)
    for file in trail.files:
        key = reference_key(file.reference)
        yield "bank_files", (file.id, SOMEBODY, file.at, file.at, file.reference, key)
        for redemption, seller, cents in file.parts:
            asked = (redemption, seller, redemption, cents * 10_000, cents, "{}", "paid", SOMEBODY, file.at)
            yield "redemptions", (*asked, file.id, file.at)
