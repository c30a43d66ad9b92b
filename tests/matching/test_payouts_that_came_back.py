"""A payout that a bank sent back is matched with the line of the bank's statement by which it came."""

from datetime import UTC, datetime

from app.db.session import in_transaction, reading
from app.ledger.models import Journal
from app.matching.actions.match_items import match_items
from app.matching.models import MatchOutcome
from app.payouts.actions.record_return import CameBack
from tests.payouts.test_returns import Bank
from tests.support.front import Front
from tests.support.trade import Trade


def test_money_that_came_back_and_its_line_are_one_item(front: Front, trade: Trade) -> None:
    bank = Bank(front, trade)
    redemption, _file = bank.paid()
    line, _other = bank.take_in()
    bank.comes_back(redemption, CameBack(line_id=line.id))
    in_transaction(lambda session: match_items(session, now=datetime.now(UTC), whole=True))
    with reading() as session:
        journal = session.query(Journal).filter_by(event="redemption_returned").one()
        outcome = session.query(MatchOutcome).filter_by(journal_id=journal.id, family="bank").one()
    assert (outcome.state, outcome.outside, outcome.booked) == ("matched", 4_800, 4_800)
