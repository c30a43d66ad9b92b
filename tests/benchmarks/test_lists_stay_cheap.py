"""What a list costs does not grow with the years: no page reads more rows than it shows and counts to."""

import re
from datetime import UTC, datetime, timedelta

from app.db.session import engine, transaction
from app.identity.models import Organization
from app.onramp import jobs
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.ship_order import ship_order
from app.payouts.actions.decide_redemption import approve_redemption
from app.payouts.actions.make_bank_file import make_bank_file
from app.payouts.actions.mark_paid import mark_paid
from app.payouts.actions.request_redemption import request_redemption
from app.payouts.actions.set_bank_account import set_bank_account
from app.payouts.rules import bank_account
from benchmarks.desks import Desk, People, Sellers, desks
from benchmarks.history import copy_history
from benchmarks.plans import Read, reads_of, sent_for
from tests.support.front import Front
from tests.support.signing_in import sign_in
from tests.support.trade import Shop, buyer_of

TIMES = 1_500
MOST = 300
"""Rows that one scan of a page may go through. The busy shop has 750 orders, the market 1,500."""


GROWING = {
    "busy shop: today": "adds up what went to the shop's own wallet, leg by leg",
    "busy shop: money": "the same",
    "settlement": "as long as its period: it reads the lines it shows, and what came to 2200 since",
    "/books/open-items": "reads the books whole",
    "operator: /books$": "says what all accounts hold and how old all that is in escrow is",
}
"""Pages whose cost does grow with what was traded, by a pattern of their names, and why."""
FEW = {"organizations", "users"}
"""There are forty, so they are read whole, once for each row beside them."""


def _people(front: Front) -> People:
    """One order of the busy shop, from the cart to the seller's bank; then thousands like it."""
    trade = front.trade
    busy, quiet, *others = [trade.shop_of(name=f"Shop {number}") for number in range(40)]
    buyer = front.visitor()
    buyer.add(trade.goods(busy))
    front.come_back(buyer, front.pay_at_card_service(buyer.pay(buyer.check_out()).headers["Location"]))
    front.work()
    trade.settle()
    group = front.group()
    with transaction() as session:
        ship_order(session, busy.owner, group.orders[0].id, carrier="VET", tracking="1", now=trade.now())
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), group.orders[0].id, now=trade.now())
        account = bank_account(holder="Sothy", bank="ABA Bank", number="000 123 456", bic="ABAAKHPP")
        set_bank_account(session, busy.owner, busy.id, account)
    trade.settle()
    front.stripe.advance_clock(30)
    jobs.sync_balance()
    with transaction() as session:
        asked = request_redemption(session, busy.owner, busy.id, cents=500, form_token=busy.id).id
    with transaction() as session:
        approve_redemption(session, trade.operator, asked, now=trade.now())
    trade.settle()
    with transaction() as session:
        file = make_bank_file(session, trade.operator).id
    with transaction() as session:
        mark_paid(session, trade.operator, file, bank_reference="ABA-1", paid_at=trade.now())
    somebody = trade.person()
    copy_history(
        engine(),
        times=TIMES,
        busy_shop=busy.id,
        shops=[quiet.id, *(other.id for other in others)],
        busy_buyer=somebody.user_id,
    )
    return People(trade.operator.user_id, _seller(busy), _seller(quiet), somebody.user_id)


def _seller(shop: Shop) -> Sellers:
    with transaction() as session:
        return Sellers(shop.owner.user_id, shop.id, session.get_one(Organization, shop.id).slug)


def test_no_list_reads_more_than_it_shows_and_counts_to_whatever_was_traded_before(front: Front) -> None:
    people = _people(front)
    today = datetime.now(UTC).date()
    dear = []
    for desk in desks(people, first=str(today - timedelta(days=1)), last=str(today)):
        browser = front.app.test_client()
        sign_in(browser, desk.opened_by)
        status, sent = sent_for(browser, desk.path)
        assert status == 200, desk
        reads = [(read, one[0]) for one in sent for read in reads_of(one)]
        most = max((read for read, _ in reads), key=lambda read: read.rows)
        print(f"{desk.name:<45} {len(sent):>3} statements, most: {most.rows:>7,} of {most.table} by {most.how}")
        dear += [f"{desk.name}: {read}\n{statement[:300]}" for read, statement in reads if _is_dear(desk, read)]
    assert not dear, "\n\n".join(dear)


def _is_dear(desk: Desk, read: Read) -> bool:
    return read.rows > MOST and read.table not in FEW and not any(re.search(part, desk.name) for part in GROWING)
