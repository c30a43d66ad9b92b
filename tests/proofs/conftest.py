"""Books that are really committed, sealed in several blocks, and a superuser who can change any row of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.db import session as database
from app.db.session import transaction
from app.embedded.postgres import EmbeddedPostgres
from app.ledger import recipes
from app.ledger.actions.post_journal import post_journal
from app.ledger.entries import JournalEntry, LegRef
from app.proofs.actions.seal_journals import seal_journals
from app.proofs.checking import Check, Fault
from app.proofs.queries import records
from tests.ledger.amounts import AT, log_ref
from tests.support.horizon import nobody_writes

ORDER, SHOP, OTHER_ORDER = UUID(int=0xA1), UUID(int=0xB2), UUID(int=0xA3)
LEG = LegRef(ORDER, SHOP, seller_is_market_held=True)


def entries() -> list[JournalEntry]:
    """A card order, paid out; a voucher; and a refund."""
    other = LegRef(OTHER_ORDER, SHOP, seller_is_market_held=True)
    return [
        recipes.capital_paid_in(key="capital", cents=900_000, at=AT, reference="ដើមទុន"),
        recipes.card_payment_succeeded(payment_intent="pi_1", cents=20_000, at=AT),
        recipes.charge_settled(balance_transaction="txn_1", gross=20_000, fee=610, at=AT),
        recipes.tokens_minted_to_treasury(units=200_000_000, log=log_ref()),
        recipes.leg_funded_by_card(leg=LEG, units=120_000_000, log=log_ref()),
        recipes.leg_funded_by_card(leg=other, units=80_000_000, log=log_ref()),
        recipes.leg_released(leg=LEG, net=114_000_000, fee=6_000_000, fee_vat_bps=1_000, log=log_ref(3)),
        recipes.leg_refunded_to_treasury(leg=other, units=80_000_000, refunded_before=0, log=log_ref()),
        recipes.seller_tokens_redeemed(organization_id=SHOP, units=50_000_000, log=log_ref()),
    ]


def post(*given: JournalEntry) -> list[UUID]:
    """Each in a transaction of its own, as the market books."""
    found = []
    for entry in given:
        with transaction() as session:
            found.append(post_journal(session, entry))
    return found


def settled(*given: JournalEntry) -> list[UUID]:
    """As `post`, and nobody holds up their sealing any more."""
    found = post(*given)
    nobody_writes()
    return found


def seal_in_blocks(most: int) -> None:
    nobody_writes()
    while True:
        with transaction() as session:
            if seal_journals(session, most=most) is None:
                return


@pytest.fixture
def posted(cloned_database: str) -> Iterator[list[UUID]]:
    """The ids of journals that nobody has sealed."""
    engine = database.configure(cloned_database)
    yield settled(*entries())
    engine.dispose()


@pytest.fixture
def sealed(posted: list[UUID]) -> list[UUID]:
    """Three seals of three journals, and one journal taken back after them, not sealed yet."""
    seal_in_blocks(3)
    with transaction() as session:
        lines = recipes.capital_paid_in(key="capital", cents=900, at=AT).lines
        back = recipes.taken_back(
            journal_id=posted[0], event="capital_paid_in", lines=lines, at=AT, reason="typed twice"
        )
        return [*posted, post_journal(session, back)]


@pytest.fixture
def superuser(database_server: EmbeddedPostgres, cloned_database: str) -> Iterator[Engine]:
    """Of the same database: whoever has these rights is stopped by no trigger and no key."""
    name = make_url(cloned_database).database
    assert name is not None
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(database_server.superuser_at(name)))
    yield engine
    engine.dispose()


@contextmanager
def tampering(superuser: Engine) -> Iterator[Session]:
    """Nothing of it stays."""
    with superuser.connect() as connection, Session(connection) as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        yield session
        session.rollback()


def look(session: Session) -> tuple[Check, list[Fault]]:
    session.expire_all()
    check = Check()
    return check, list(check.faults(records(session, made_at=datetime.now(UTC))))


def said(faults: list[Fault]) -> str:
    return "\n".join(str(fault) for fault in faults)
