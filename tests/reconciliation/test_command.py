"""`phsar books tie-out`, as an accountant types it, against a real card service and chain."""

import json
from urllib.parse import urlsplit

from click.testing import CliRunner
from eth_utils.crypto import keccak
from sqlalchemy import text

from app.chain.contracts import TOKEN
from app.cli.books_commands import books
from app.db.session import reading, transaction
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import usd_account
from app.ledger.entries import JournalEntry, credit, debit
from app.reconciliation import jobs
from app.reconciliation.queries import last_tie_out
from app.settlement.queries import contract_addresses
from tests.support.front import Front
from tests.support.trade import Trade


def test_it_prints_the_table_and_keeps_it_when_everything_ties(front: Front, trade: Trade) -> None:
    trade.settle()
    done = CliRunner().invoke(books, ["tie-out"])
    assert done.exit_code == 0, done.output
    assert "Everything ties out" in done.output
    with reading() as session:
        run = last_tie_out(session)
    assert run is not None
    assert run.ties


def test_it_exits_with_1_and_names_the_culprit(front: Front, trade: Trade) -> None:
    trade.settle()
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO stripe_balance_transactions (id, type, reporting_category, amount, fee, net, currency,"
                " created, available_on, payload) VALUES ('txn_x', 'tax_fee', 'tax_fee', -500, 0, -500, 'USD', now(),"
                " now(), '{}')"
            )
        )
    told = CliRunner().invoke(books, ["tie-out"])
    assert told.exit_code == 1
    assert "UNKNOWN_TYPE transaction txn_x: -5.00 USD" in told.output
    plain = CliRunner().invoke(books, ["tie-out", "--json"])
    assert plain.exit_code == 1
    content = json.loads(plain.output)
    assert content["ties"] is False
    assert [one["culprit"] for one in content["findings"] if one["reason"] == "UNKNOWN_TYPE"] == ["txn_x"]


def told(front: Front) -> str:
    """What the command says of a market in which something was tampered with: it exits with 1."""
    done = CliRunner().invoke(books, ["tie-out"])
    assert done.exit_code == 1, done.output
    assert "It does not tie out" in done.output
    return done.output


def alter_stripe(front: Front, transaction_id: str, cents: int) -> None:
    """Change a balance transaction behind everybody's back, in the card service's own state."""
    front.stripe.stop()
    state = json.loads(front.stripe.state_file.read_text())
    row = state["tables"]["balance_transaction"][transaction_id]
    row["amount"], row["net"] = row["amount"] + cents, row["net"] + cents
    front.stripe.state_file.write_text(json.dumps(state))
    front.stripe.start()


def test_each_leg_of_the_match_is_named_when_it_was_tampered_with(front: Front, trade: Trade) -> None:
    """Stripe, then the chain, then the ledger: one market, put right again after each."""
    visitor = front.visitor()
    visitor.add(trade.goods(trade.shop_of(), price=5_000))
    back = front.pay_at_card_service(visitor.pay(visitor.check_out()).headers["Location"])
    assert back is not None
    visitor.browser.get(urlsplit(back).path)
    front.stripe.advance_clock(60)
    trade.settle()
    assert CliRunner().invoke(books, ["tie-out"]).exit_code == 0
    (charge,) = front.stripe.client().v1.balance_transactions.list().data

    alter_stripe(front, charge.id, 100)
    assert f"AMOUNT transaction {charge.id}: +1.00 USD" in told(front)
    alter_stripe(front, charge.id, -100)
    assert CliRunner().invoke(books, ["tie-out"]).exit_code == 0

    with reading() as session:
        token = "0x" + contract_addresses(session)[TOKEN].hex()
    slot = "0x" + keccak(bytes(12) + trade.escrow_address() + bytes(32)).hex()
    held = trade.on_chain(trade.escrow_address())
    for units in (held - 1, held):
        trade.chain.call("anvil_setStorageAt", token, slot, "0x" + units.to_bytes(32).hex())
        trade.settle()
        if units < held:
            assert "UNEXPLAINED row escrow: -0.000001 CTM" in told(front)
    assert CliRunner().invoke(books, ["tie-out"]).exit_code == 0

    lines = (debit(usd_account("1100"), 500), credit(usd_account("3000"), 500))
    with transaction() as session:
        post_journal(session, JournalEntry("stripe:txn_forged", "charge_settled", trade.now(), lines))
    assert "MISSING_STRIPE journal stripe:txn_forged: -5.00 USD" in told(front)


def test_the_job_keeps_what_it_finds(front: Front, trade: Trade) -> None:
    trade.settle()
    jobs.check()
    with reading() as session:
        assert last_tie_out(session) is not None


def test_a_market_that_has_just_begun_has_nothing_to_compare_and_fails_no_job(front: Front, trade: Trade) -> None:
    with transaction() as session:
        before = last_tie_out(session)
        session.execute(text("DELETE FROM chain_cursors"))
    jobs.check()
    with reading() as session:
        assert last_tie_out(session) == before
