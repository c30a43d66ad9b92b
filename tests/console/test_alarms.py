"""An alarm is raised once for a real cause, told by mail, kept, and cleared by itself when the cause is gone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update

from app.bookkeeping.actions.book_capital import book_capital
from app.chain.errors import DeepReorg
from app.config import current
from app.config.days import market_day
from app.console import jobs
from app.console.actions.acknowledge_alarm import acknowledge_alarm
from app.console.actions.record_alarms import record_alarms
from app.console.actions.retry_job import retry_job
from app.console.causes import causes_at_node, causes_in_tables
from app.console.models import Alarm
from app.console.queries import failed
from app.console.rules import ALARM_WORDS, AlarmKind
from app.db.session import in_transaction, reading, transaction
from app.fx.actions.load_rates import NewRate, load_rates
from app.identity.errors import OperatorNeeded
from app.identity.models import Organization
from app.jobs.failed import JobNotFailed
from app.jobs.queue import enqueue
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import usd_account
from app.ledger.entries import JournalEntry, credit, debit
from app.notify.actions.send_mail import send_mail
from app.proofs import jobs as proofs
from app.reconciliation import jobs as reconciliation
from tests.console.test_desk import acts, kept_webhook, market_member, stuck_intent
from tests.support.front import Front
from tests.support.horizon import nobody_writes
from tests.support.outcome import mails_to
from tests.support.trade import Trade
from tests.support.waiting import wait_for
from tests.support.working import work_until_empty

OPERATOR = "operator@phsar.example"


def open_kinds() -> set[str]:
    """What a look right now leaves open."""
    jobs.look_for_alarms()
    with reading() as session:
        return {alarm.kind for alarm in session.query(Alarm).filter_by(cleared_at=None)}


def seen_at(moment: datetime) -> set[AlarmKind]:
    """Causes by our tables at another time of the clock."""
    with reading() as session:
        look = causes_in_tables(session, current.settings(), moment)
    return {kind for kind, facts in look.items() if facts is not None}


def capital(cents: int) -> None:
    """Paid in, or with a minus out of the bank account."""
    lines = (debit(usd_account("1010"), cents), credit(usd_account("3000"), cents))
    with transaction() as session:
        post_journal(session, JournalEntry(f"capital:{cents}", "capital_paid_in", datetime.now(UTC), lines))


def test_a_market_at_rest_has_no_alarm(trade: Trade) -> None:
    trade.settle()
    assert open_kinds() == set()


def test_it_is_raised_once_told_once_acknowledged_and_cleared(trade: Trade) -> None:
    trade.settle()
    treasury = trade.keys.treasury().address
    trade.chain.call("anvil_setBalance", treasury, hex(10**15))
    assert open_kinds() == open_kinds() == {AlarmKind.SIGNER_LOW_GAS}
    (mail,) = mails_to(OPERATOR)
    assert "0.001" in mail
    with reading() as session:
        alarm = session.query(Alarm).one()
        assert alarm.facts["address"] == treasury
    with pytest.raises(OperatorNeeded), transaction() as session:
        acknowledge_alarm(session, market_member(trade, "accountant"), alarm.id, now=datetime.now(UTC))
    for _ in range(2):
        with transaction() as session:
            acknowledge_alarm(session, trade.operator, alarm.id, now=datetime.now(UTC))
    assert len(acts("alarm.acknowledge")) == 1
    trade.chain.call("anvil_setBalance", treasury, hex(10**18))
    assert open_kinds() == set()
    trade.chain.call("anvil_setBalance", treasury, hex(10**15))
    assert open_kinds() == {AlarmKind.SIGNER_LOW_GAS}
    assert len(mails_to(OPERATOR)) == 1
    with reading() as session:
        assert session.query(Alarm).one().acknowledged_by == trade.operator.user_id


def test_a_cause_that_is_back_after_a_while_is_a_new_alarm(trade: Trade) -> None:
    now = datetime.now(UTC)
    for minutes, facts in ((0, {"count": 1}), (1, None), (30, {"count": 2})):
        with transaction() as session:
            record_alarms(session, {AlarmKind.STUCK_INTENTS: facts}, now + timedelta(minutes=minutes))
    assert len(mails_to(OPERATOR)) == 2
    with reading() as session:
        assert session.query(Alarm).count() == 2


def test_minting_beyond_the_reserve(trade: Trade) -> None:
    capital(-1_000_001)
    trade.paid_group({trade.goods(trade.shop_of()): 1})
    assert open_kinds() == {AlarmKind.MINT_REFUSED}
    with transaction() as session:
        book_capital(session, trade.operator, cents=2_000_000, reference="IN", at=trade.now())
    trade.settle()
    assert open_kinds() == set()


def test_a_node_that_does_not_answer_hides_nothing_else(trade: Trade) -> None:
    trade.chain.call("anvil_setBalance", trade.keys.treasury().address, "0x0")
    trade.settle(rounds=1)
    assert AlarmKind.SIGNER_LOW_GAS in open_kinds()
    reached = current.settings()
    current.install(replace(reached, chain_rpc_url="http://127.0.0.1:1"))
    assert {AlarmKind.SIGNER_LOW_GAS, AlarmKind.NODE_SILENT} <= open_kinds()
    current.install(reached)
    assert causes_at_node(reached)[AlarmKind.NODE_SILENT] is None


def test_a_difference_between_stripe_ledger_and_chain(front: Front, trade: Trade) -> None:
    trade.settle()
    lines = (debit(usd_account("1100"), 500), credit(usd_account("3000"), 500))
    with transaction() as session:
        post_journal(session, JournalEntry("stripe:txn_forged", "charge_settled", trade.now(), lines))
    reconciliation.check()
    assert open_kinds() == {AlarmKind.DRIFT}
    operator = front.member(trade.operator)
    assert "Stripe, ledger and chain differ" in operator.look("/console")
    compared = operator.send(operator.look("/console"), "/books/compare")
    assert compared.headers["Location"] == "/console"
    assert seen_at(datetime.now(UTC) + timedelta(hours=2)) >= {AlarmKind.TIE_OUT_LATE}


def test_a_final_block_that_is_gone(trade: Trade) -> None:
    trade.settle()
    with transaction() as session:
        session.execute(text("UPDATE chain_blocks SET hash = sha256(hash)"))
    trade.chain.mine()
    with pytest.raises(DeepReorg) as halt:
        trade.worker.round()
    trade.worker._halt(str(halt.value))
    assert open_kinds() == {AlarmKind.INDEXER_HALTED}
    assert ALARM_WORDS[AlarmKind.INDEXER_HALTED].what % {"reason": halt.value} in str(mails_to(OPERATOR))


def test_a_chain_that_stands_still_and_a_worker_that_does_not_look(trade: Trade) -> None:
    trade.settle()
    impatient = replace(current.settings(), no_block_seconds=1)

    def stands_still() -> bool:
        trade.worker.round()
        with reading() as session:
            return causes_in_tables(session, impatient, datetime.now(UTC))[AlarmKind.NO_BLOCK] is not None

    wait_for(stands_still, what="a block older than a second")
    assert seen_at(datetime.now(UTC) + timedelta(minutes=5)) == {AlarmKind.SETTLEMENT_SILENT}


def test_tasks_messages_mails_and_rates_that_wait(trade: Trade) -> None:
    trade.settle()
    stuck_intent("mint:refused")
    kept_webhook("evt_waits", problem=None)
    assert open_kinds() == {AlarmKind.STUCK_INTENTS, AlarmKind.WEBHOOKS_WAIT}
    current.install(replace(current.settings(), smtp_url="smtp://127.0.0.1:1"))
    with transaction() as session:
        send_mail(session, key="x", recipient="a@b.example", locale="en", subject="x", body="x")
    assert AlarmKind.MAILS_WAIT in seen_at(datetime.now(UTC) + timedelta(hours=2))


def test_old_rates_of_a_currency_that_a_shop_sells_in(trade: Trade) -> None:
    trade.settle()
    in_a_week = datetime.now(UTC) + timedelta(days=7)
    assert AlarmKind.FX_STALE not in seen_at(in_a_week)
    trade.shop_of(currency="KHR")
    assert AlarmKind.FX_STALE in seen_at(in_a_week)
    with transaction() as session:
        load_rates(session, [NewRate("KHR", in_a_week.date(), 4_060_000_000, "test")])
    assert AlarmKind.FX_STALE not in seen_at(in_a_week)


def test_old_rates_of_a_tax_office_that_invoices_use(trade: Trade) -> None:
    """Whoever loads none is asked for none, and nobody is for a country without registered shops."""
    trade.settle()
    today = market_day(trade.now())
    later = trade.now() + timedelta(days=36)
    load = lambda day: in_transaction(  # noqa: E731
        lambda session: load_rates(session, [NewRate("KHR", day, 4_031_000_000, "office")], of_tax_office=True)
    )
    trade.shop_of(country="KH", is_tax_registered=True)
    assert AlarmKind.TAX_RATES_STALE not in seen_at(later)
    load(today)
    assert AlarmKind.TAX_RATES_STALE not in seen_at(later - timedelta(days=1))
    assert AlarmKind.TAX_RATES_STALE in seen_at(later)
    with transaction() as session:
        session.execute(update(Organization).values(is_tax_registered=False))
    assert AlarmKind.TAX_RATES_STALE not in seen_at(later)
    with transaction() as session:
        session.execute(update(Organization).values(is_tax_registered=True))
    load(today + timedelta(days=1))
    assert AlarmKind.TAX_RATES_STALE not in seen_at(later)


def test_a_job_that_failed_for_good_runs_again_when_an_operator_says_so(front: Front, trade: Trade) -> None:
    trade.settle()
    with transaction() as session:
        enqueue(session, "of.another.version", subject="x")
    work_until_empty(front.settings.database_url, {})
    assert open_kinds() == {AlarmKind.FAILED_JOBS}
    with reading() as session:
        (job,) = failed(session, trade.operator).rows
    assert (job.task_name, job.args) == ("of.another.version", {"subject": "x"})
    operator = front.member(trade.operator)
    pressed = operator.send(operator.look("/console/jobs"), f"/console/jobs/{job.id}/retry")
    assert pressed.status_code == 303
    done: list[str] = []
    work_until_empty(
        front.settings.database_url,
        {"notify.deliver_mails": lambda: None, "of.another.version": lambda **about: done.append(about["subject"])},
    )
    assert done == ["x"]
    assert open_kinds() == set()
    with pytest.raises(JobNotFailed), transaction() as session:
        retry_job(session, trade.operator, job.id)
    assert len(acts("job.retry")) == 1


def test_journals_that_nobody_seals_and_seals_that_nobody_puts_on_chain(trade: Trade) -> None:
    trade.settle()  # the treasury's coin is counted
    now = datetime.now(UTC)
    late = {AlarmKind.SEALING_LATE, AlarmKind.ANCHOR_LATE}
    assert seen_at(now + timedelta(hours=2)) & late == set()
    assert seen_at(now + timedelta(hours=4)) & late == {AlarmKind.SEALING_LATE}
    nobody_writes()
    proofs.seal()
    assert seen_at(now + timedelta(hours=49)) & late == set()
    assert seen_at(now + timedelta(hours=51)) & late == {AlarmKind.ANCHOR_LATE}
    trade.settle()
    nobody_writes()
    proofs.seal()  # what the anchor cost is booked
    assert seen_at(now + timedelta(days=9)) & late == set()  # nothing new, nothing late
    capital(70_000)
    nobody_writes()
    proofs.seal()
    assert seen_at(now + timedelta(hours=51)) & late == {AlarmKind.ANCHOR_LATE}


def test_books_that_were_changed(trade: Trade) -> None:
    nobody_writes()
    proofs.seal()
    proofs.verify()
    assert AlarmKind.BOOKS_CHANGED not in open_kinds()
    with trade.engine.begin() as connection:
        connection.execute(text("ALTER TABLE journals DISABLE TRIGGER journals_append_only"))
        connection.execute(text("UPDATE journals SET details = '{}' WHERE event = 'capital_paid_in'"))
        connection.execute(text("ALTER TABLE journals ENABLE TRIGGER journals_append_only"))
    proofs.verify()
    assert AlarmKind.BOOKS_CHANGED in open_kinds()
