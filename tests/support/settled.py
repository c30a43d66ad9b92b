"""Settlement on a real node and a real database, driven step by step: no worker process, no waiting."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from eth_account import Account
from sqlalchemy import select

from app.chain.actions.deploy_contracts import deploy_contract
from app.chain.contracts import ANCHOR, ESCROW, TOKEN
from app.chain.events import (
    OwnTransactionFailed,
    OwnTransactionFinal,
    OwnTransactionMined,
    TransactionFinal,
    TransactionRolledBack,
    TransactionSeen,
)
from app.chain.keys import Keys
from app.chain.reads import token_balances, total_supply
from app.config import current
from app.config.settings import Settings
from app.db import session as database
from app.db.session import reading, transaction
from app.embedded.postgres import EmbeddedPostgres
from app.events import bus
from app.identity.models import Organization
from app.ledger.actions.post_journal import post_journal
from app.ledger.queries import balance
from app.ledger.recipes import capital_paid_in, card_payment_succeeded
from app.settlement import handlers
from app.settlement.actions.allow_escrow import allow_escrow
from app.settlement.actions.open_escrow import open_escrow
from app.settlement.models import ChainIntent, Escrow
from app.settlement.queries import contract_addresses
from app.settlement.rules import LegPlan
from app.settlement.worker import SettlementWorker
from tests.support.evm import EvmChain
from tests.support.postgres import a_clone
from tests.support.template import TEMPLATE

SEED = "11" * 32
SETTLEMENT_SUBSCRIBERS = {
    TransactionSeen: [handlers.follow_head],
    TransactionRolledBack: [handlers.follow_head],
    TransactionFinal: [handlers.make_final],
    OwnTransactionFailed: [handlers.retry_failed],
    OwnTransactionFinal: [handlers.book_gas],
    OwnTransactionMined: [handlers.follow_replacement],
}
DAY = 86_400


def settings_for(database_url: str, rpc_url: str, **others: object) -> Settings:
    return Settings(
        database_url=database_url,
        chain_rpc_url=rpc_url,
        secret_key="k" * 40,
        key_seed=SEED,
        stripe_api_key="sk_test_x",
        stripe_webhook_secret="whsec_x",
        environment="test",
        log_level="WARNING",
        mailbox="on",
        list_seconds=0,  # a test looks at once at what it has changed
        **others,  # type: ignore[arg-type]
    )


class Settled:
    """The settlement side of a market whose contracts stand already (`deployed`)."""

    def __init__(self, chain: EvmChain, database_url: str) -> None:
        self.chain = chain
        current.install(settings_for(database_url, chain.url))
        self.engine = database.configure(database_url)
        self.events: list[object] = []
        bus.install(SETTLEMENT_SUBSCRIBERS)
        self.keys = Keys(SEED)
        self.worker = SettlementWorker()
        self.rpc = self.worker.rpc

    def close(self) -> None:
        if self.worker._lock is not None:
            self.worker._lock.close()
        self.engine.dispose()
        bus.install({})

    def settle(self, rounds: int = 8) -> None:
        """Let the worker do all it can, and the chain make it final; what that brings about as well."""
        for _ in range(4):
            for _ in range(rounds):
                self.worker.round()
                self.chain.mine()
            self.chain.finalize()
            self.worker.round()
            if not self._has_work():
                return

    def _has_work(self) -> bool:
        """Intents the worker would still act on; one that is held back for a reason is not."""
        with reading() as session:
            open_intents = select(ChainIntent.id).where(
                (ChainIntent.state == "sent") | ((ChainIntent.state == "planned") & ChainIntent.problem.is_(None))
            )
            return session.scalar(open_intents.limit(1)) is not None

    def shop(self, *, wallet: bytes | None = None) -> UUID:
        with transaction() as session:
            row = Organization(
                kind="company",
                status="approved",
                name="Sothy's Farm",
                slug=f"shop-{uuid4().hex[:8]}",
                country="KH",
                currency="USD",
                time_zone="Asia/Phnom_Penh",
                wallet_address=wallet,
            )
            session.add(row)
            session.flush()
            return row.id

    def escrow(
        self, *amounts: int, paid_by: str = "card", buyer: bytes | None = None, shops: list[UUID] | None = None
    ) -> tuple[UUID, list[UUID]]:
        """A placed checkout of one order per amount (cents): (group id, order ids)."""
        group_id, order_ids = uuid4(), [uuid4() for _ in amounts]
        shops = shops or [self.shop() for _ in amounts]
        now = datetime.fromtimestamp(self.chain.now(), UTC)
        with transaction() as session:
            open_escrow(
                session,
                order_group_id=group_id,
                paid_by=paid_by,
                buyer_address=buyer,
                fund_by=now + timedelta(hours=12),
                legs=[
                    LegPlan(order_id, shop, cents, 500, now + timedelta(days=3), now + timedelta(days=14))
                    for order_id, shop, cents in zip(order_ids, shops, amounts, strict=True)
                ],
            )
        return group_id, order_ids

    def card_paid(self, group_id: UUID, cents: int) -> None:
        from app.settlement.actions.fund_escrow import fund_by_card

        with transaction() as session:
            post_journal(
                session,
                card_payment_succeeded(
                    payment_intent=f"pi_{group_id.hex}", cents=cents, at=datetime(2026, 11, 21, tzinfo=UTC)
                ),
            )
            fund_by_card(session, group_id)

    def books(self, number: str, asset: str = "CTM", owner: UUID | None = None) -> int:
        with reading() as session:
            return balance(session, number, asset, owner)

    def on_chain(self, address: bytes) -> int:
        with reading() as session:
            token = contract_addresses(session)[TOKEN]
        return token_balances(self.rpc, token, [address], self.chain.head())[address]

    def supply(self) -> int:
        with reading() as session:
            token = contract_addresses(session)[TOKEN]
        return total_supply(self.rpc, token, self.chain.head())

    def escrow_address(self) -> bytes:
        with reading() as session:
            return contract_addresses(session)[ESCROW]

    def stored_escrow(self, group_id: UUID) -> Escrow:
        from app.settlement.queries import escrow_of_group

        with reading() as session:
            found = escrow_of_group(session, group_id)
            assert found is not None
            return found

    def wallet(self, name: str) -> Account:
        return Account.from_key(bytes(31) + name.encode()[:1])

    def books_equal_chain(self) -> None:
        """Every mirrored address holds on chain what the books say, and supply is the sum."""
        assert self.books("1200") == self.on_chain(self.keys.address("treasury"))
        assert self.books("1205") == self.on_chain(self.keys.address("fees"))
        assert self.books("1206") == self.on_chain(self.keys.address("taxes"))
        assert self.books("1210") == self.on_chain(self.escrow_address())
        assert self.books("3910") == self.supply()
        mirrored = sum(self.books(number) for number in ("1200", "1205", "1206", "1210", "1230", "1250"))
        assert mirrored == self.supply()
        assert self.books("3900", "CTM") == -self.books("3900", "USD") * 10_000


@contextmanager
def settling(chain: EvmChain, database_url: str) -> Iterator[Settled]:
    """A settlement side until the end of the block."""
    market = Settled(chain, database_url)
    yield market
    market.close()


@pytest.fixture(scope="session")
def deployed(evm_session: EvmChain, database_server: EmbeddedPostgres) -> Iterator[str]:
    """Name of a database to clone, which knows the contracts of this process's node and a market's own capital.

    Made once: deploying takes longer than most tests do.
    """
    name = f"deployed_{uuid4().hex[:12]}"
    database_server.create_database(name, template=TEMPLATE)
    with settling(evm_session, database_server.url_of(name)) as market:
        _deploy(market)
    yield name
    database_server.drop_database(name)


@pytest.fixture
def deployed_database(database_server: EmbeddedPostgres, deployed: str) -> Iterator[str]:
    """URL of a database of the test's own in which the contracts are deployed. Gone afterwards."""
    with a_clone(database_server, deployed) as url:
        yield url


@pytest.fixture
def settled(evm: EvmChain, deployed_database: str) -> Iterator[Settled]:
    with settling(evm, deployed_database) as market:
        yield market


def _deploy(market: Settled) -> None:
    treasury = market.keys.treasury()
    market.chain.call("anvil_setBalance", treasury.address, hex(10**21))
    token, _ = deploy_contract(
        market.rpc, treasury, TOKEN, ("Phsar Dollar", "CTM", 6, treasury.address, treasury.address)
    )
    escrow, _ = deploy_contract(market.rpc, treasury, ESCROW, (treasury.address,))
    allow_escrow(market.rpc, treasury, token, escrow)
    deploy_contract(market.rpc, treasury, ANCHOR, (treasury.address,))
    with transaction() as session:
        post_journal(session, capital_paid_in(key="capital:test", cents=1_000_000, at=datetime.now(UTC)))
