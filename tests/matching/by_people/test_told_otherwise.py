"""What Stripe first told and then tells otherwise: an exception, resolved by two people, and everything ties out again."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from app.db.session import reading, transaction
from app.matching.rules import Kind
from app.onramp import stripe_gateway
from app.onramp.actions.ingest_balance import ingest_balance
from app.onramp.stripe_values import BalanceRow
from app.reconciliation.plain import from_json
from app.reconciliation.queries import last_tie_out
from tests.closing.kept_books import Books
from tests.matching.resolving import agree, balance, exceptions, match, propose


@pytest.fixture
def charge(books: Books) -> BalanceRow:
    """Of a card that was charged 100 dollars, as Stripe has it; not kept yet."""
    front, trade = books.front, books.trade
    visitor = front.visitor()
    visitor.add(trade.goods(trade.shop_of(), price=10_000))
    back = front.pay_at_card_service(visitor.pay(visitor.check_out()).headers["Location"])
    assert back is not None
    assert visitor.browser.get(urlsplit(back).path).status_code == 303
    front.stripe.advance_clock(3_600)
    (row,) = stripe_gateway.balance_rows_since(None)
    return row


def told(*rows: BalanceRow) -> None:
    with transaction() as session:
        ingest_balance(session, rows)


def findings(books: Books) -> set[tuple[str, str]]:
    """Reasons and culprits, single things only, of a tie-out that is made now."""
    books.compare()
    with reading() as session:
        run = last_tie_out(session)
        assert run is not None
        return {(one.reason.value, one.culprit) for one in from_json(run.content).findings if one.kind != "row"}


def last_ties() -> bool:
    with reading() as session:
        run = last_tie_out(session)
        return run is not None and run.ties


def retellings() -> int:
    with reading() as session:
        return int(session.scalar(text("SELECT count(*) FROM stripe_retellings")) or 0)


def test_a_fee_that_changed_later_is_told_and_the_difference_booked(books: Books, charge: BalanceRow) -> None:
    told(replace(charge, fee=charge.fee - 5, net=charge.net + 5))
    match()
    assert charge.id not in exceptions()
    assert findings(books) == {("FEE", charge.id)}
    match()
    assert exceptions()[charge.id] == "FEE"
    agree(books.operator, propose(books.accountant, charge.id, Kind.CORRECT))
    match()
    assert charge.id not in exceptions()
    assert balance("5100") == charge.fee
    assert findings(books) == set()
    assert last_ties()
    assert retellings() == 1


def test_a_movement_that_stripe_denies_later_is_told_and_taken_back(books: Books, charge: BalanceRow) -> None:
    fee = replace(charge, id="txn_ghost", type="charge", source_id="ch_ghost", amount=500, fee=0, net=500)
    told(charge, fee)
    found = findings(books)
    assert ("MISSING_STRIPE", "stripe:txn_ghost") in found
    match()
    assert exceptions()["txn_ghost"] == "MISSING_STRIPE"
    agree(books.operator, propose(books.accountant, "txn_ghost", Kind.TAKE_BACK))
    match()
    assert "txn_ghost" not in exceptions()
    assert findings(books) == set()
    assert last_ties()


def test_what_is_told_as_before_again_needs_nobody(books: Books, charge: BalanceRow) -> None:
    told(charge)
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO stripe_retellings (transaction_id, amount, fee, net, currency)"
                " SELECT id, amount, fee + 9, net - 9, currency FROM stripe_balance_transactions"
            )
        )
    match()
    assert exceptions()[charge.id] == "FEE"
    assert findings(books) == set()
    match()
    assert charge.id not in exceptions()
    assert retellings() == 2
