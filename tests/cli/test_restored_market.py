"""A restored database is older than the chain and Stripe: it reads what happened since, or names what it cannot know."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.cli.backup.archive import proved
from app.cli.backup.put_back import put_back
from app.cli.backup.take import take_backup
from app.db.session import engine, reading, snapshot, transaction
from app.embedded.postgres import EmbeddedPostgres
from app.ledger.models import Journal
from app.onramp import jobs as onramp
from app.orders.actions.confirm_receipt import confirm_receipt
from app.reconciliation.outside import check_now, look_at_chain, look_at_stripe
from app.reconciliation.queries import tie_out
from app.reconciliation.rules import Reason
from app.settlement.models import EscrowLeg
from app.settlement.worker import SettlementWorker
from app.wiring import create_app
from tests.support.front import Front
from tests.support.trade import Trade, buyer_of

AFTERWARDS = "restored_market"


@contextmanager
def restored(front: Front, archive: Path, server: EmbeddedPostgres, folder: Path) -> Iterator[None]:
    """The market goes on from the archive, over another database; chain and Stripe are where they were."""
    server.create_database(AFTERWARDS)
    front.settings = replace(front.settings, database_url=server.url_of(AFTERWARDS))
    given = {name.upper(): str(value) for name, value in vars(front.settings).items()}
    with proved(archive) as found:
        put_back(found, folder, given, None)
    trade = front.trade
    if trade.worker._lock is not None:
        trade.worker._lock.close()
        trade.worker._lock = None
    trade.engine.dispose()
    front.app = create_app(front.settings)
    trade.engine, trade.worker = engine(), SettlementWorker()
    try:
        yield
    finally:
        if trade.worker._lock is not None:
            trade.worker._lock.close()
            trade.worker._lock = None
        engine().dispose()
        server.drop_database(AFTERWARDS)


def at_card_page(front: Front, variant_id: UUID) -> str:
    """A guest who is about to type the card; gives the address of the page."""
    visitor = front.visitor()
    visitor.add(variant_id)
    return visitor.pay(visitor.check_out()).headers["Location"]


def paid(front: Front, page_url: str) -> None:
    """The card is charged; nobody comes back to the market, and the market has not been told."""
    assert front.pay_at_card_service(page_url) is not None
    front.stripe.advance_clock(60)


def go_on(front: Front) -> None:
    """All that a running market does by itself: ask Stripe, work the queue, read the chain, send what is due."""
    for _ in range(2):
        onramp.look_again()
        onramp.sync_balance()
        front.work()
        front.trade.worker._due_at = 0.0  # the worker counts its coin every few seconds only
        front.trade.settle()


def journals() -> int:
    with reading() as session:
        return session.query(Journal).count()


def gas_booked() -> Counter[str]:
    with reading() as session:
        return Counter(event for (event,) in session.query(Journal.event).filter(Journal.event.startswith("gas_")))


@pytest.mark.chain
def test_payments_and_releases_made_after_the_backup_are_read_again(
    front: Front, trade: Trade, database_server: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onramp, "LOOK_AGAIN_AFTER", timedelta(0))
    shop = trade.shop_of()
    group = trade.shipped_order(shop, price=8_000)
    page = at_card_page(front, trade.goods(shop, price=5_000, title="Palm sugar"))
    archive, manifest = take_backup(front.settings, tmp_path / "none", tmp_path / "market.tar", with_keys=False)

    paid(front, page)
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), group.orders[0].id, now=trade.now())
    go_on(front)
    before = journals()
    assert before > manifest.counts["journals"]
    nonces = trade.rpc.transaction_count(trade.keys.address("treasury"))

    with restored(front, archive, database_server, tmp_path / "var"):
        assert journals() == manifest.counts["journals"]
        go_on(front)
        found = check_now()
        assert journals() == before
        with reading() as session:
            legs = session.query(EscrowLeg).order_by(EscrowLeg.id).all()
            assert [(leg.final_funded, leg.final_released > 0) for leg in legs] == [(True, True), (True, False)]
        assert trade.rpc.transaction_count(trade.keys.address("treasury")) == nonces
        assert found.ties, found.findings
        paid(front, at_card_page(front, trade.goods(shop, price=3_000, title="Salt")))
        go_on(front)
        assert trade.rpc.transaction_count(trade.keys.address("treasury")) > nonces


def test_gas_is_booked_again_though_the_backup_is_older_than_the_first_count_of_coin(
    front: Front, trade: Trade, database_server: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Coin that was never counted must not hide what transactions after the backup cost."""
    monkeypatch.setattr(onramp, "LOOK_AGAIN_AFTER", timedelta(0))
    with monkeypatch.context() as patched:
        patched.setattr(SettlementWorker, "_count_gas", lambda _worker: None)
        page = at_card_page(front, trade.goods(trade.shop_of(), price=5_000))
        trade.settle()
        archive, _ = take_backup(front.settings, tmp_path / "none", tmp_path / "market.tar", with_keys=False)
    assert "gas_topped_up" not in gas_booked()
    paid(front, page)
    go_on(front)
    before = gas_booked()
    assert before["gas_topped_up"] == 1
    with restored(front, archive, database_server, tmp_path / "var"):
        go_on(front)
        assert gas_booked() == before
        assert check_now().ties


def test_an_order_the_backup_never_knew_is_named(
    front: Front, trade: Trade, database_server: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onramp, "LOOK_AGAIN_AFTER", timedelta(0))
    variant_id = trade.goods(trade.shop_of(), price=5_000)
    trade.settle()
    archive, _ = take_backup(front.settings, tmp_path / "none", tmp_path / "market.tar", with_keys=False)
    paid(front, at_card_page(front, variant_id))
    go_on(front)
    assert check_now().pending == ()
    (charge,) = front.stripe.client().v1.charges.list().data
    (deposit,) = {log["transactionHash"] for log in trade.chain.call("eth_getLogs", deposits_of(trade))}

    with restored(front, archive, database_server, tmp_path / "var"):
        go_on(front)
        named = {(one.kind, one.culprit, one.amount) for one in check_now().pending}
        assert named == {
            ("charge_without_payment", charge.id, charge.amount),
            ("escrow_without_order", deposit, charge.amount * 10_000),
        }
        with snapshot() as session:
            later = tie_out(session, look_at_chain(), look_at_stripe(), now=datetime.now(UTC) + timedelta(days=3))
        assert [(one.reason, one.detail) for one in later.findings] == [(Reason.MISSING_RECORD, charge.id)]


def deposits_of(trade: Trade) -> dict[str, str]:
    """A filter for the transfers into the escrow contract."""
    return {"fromBlock": "0x0", "toBlock": "latest", "address": "0x" + trade.escrow_address().hex()}
