"""A side that wants no more messages gets none, and what somebody minds is decided by the market."""

import re

import pytest

from app.audit.models import AuditEntry
from app.db.session import reading, transaction
from app.identity.actor import ANONYMOUS
from app.identity.errors import OperatorNeeded
from app.messages.actions.report_message import decide_report
from app.messages.errors import ReportDecided
from app.messages.models import Message, Report
from app.messages.rules import CLOSED, DECISIONS, DISMISSED, OPEN, REPORT_STATES, WARNED, require_undecided
from tests.messages.talking import ask, slug_of
from tests.support.front import Front, Visitor
from tests.support.trade import Trade


def test_a_person_blocks_a_shop_and_neither_writes_any_more_until_it_is_taken_back(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    first, second = trade.goods(shop), trade.goods(shop, title="White pepper")
    buyer, owner = front.member(trade.person()), front.member(shop.owner)
    path = ask(buyer, first, "Hello.")
    open_desk, open_page = owner.look(f"/desk{path}"), buyer.look(path)
    assert buyer.send(open_page, f"{path}/block").status_code == 303
    refused = owner.send(open_desk, f"/desk{path}", body="Buy more!")
    assert refused.status_code == 409
    assert "takes no messages from you" in refused.get_data(as_text=True)
    assert "Buy more!</textarea>" in refused.get_data(as_text=True)
    own = buyer.send(open_page, path, body="Well then")
    assert "You have blocked the other side" in own.get_data(as_text=True)
    elsewhere = buyer.fill(f"/p/{slug_of(second)}/ask", body="And these?")
    assert elsewhere.status_code == 409, "the whole shop is blocked, not one conversation"
    assert buyer.send(buyer.look(path), f"{path}/unblock").status_code == 303
    assert owner.fill(f"/desk{path}", body="Thank you.").status_code == 303


def test_a_shop_cannot_take_back_what_the_buyer_has_blocked(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    buyer, owner = front.member(trade.person()), front.member(shop.owner)
    path = ask(buyer, trade.goods(shop), "Hello.")
    desk = owner.look(f"/desk{path}")
    buyer.send(buyer.look(path), f"{path}/block")
    unblock = {"csrf_token": re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', desk)[0]}
    owner.browser.post(f"/desk{path}/unblock", data=unblock)
    assert owner.send(desk, f"/desk{path}", body="Hello again").status_code == 409


def test_about_a_running_order_both_write_through_a_block(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop)
    account = trade.person()
    buyer, owner = front.member(account), front.member(shop.owner)
    about_goods = ask(buyer, goods, "Hello.")
    page = owner.look(f"/desk{about_goods}")
    assert owner.send(page, f"/desk{about_goods}/block").status_code == 303
    cart = trade.cart({goods: 1})
    group = trade.place(cart, trade.request(cart, buyer_id=account.user_id))
    trade.charge(trade.open_card_page(group), group.total_cents)
    trade.settle()
    number = group.orders[0].number
    assert buyer.fill(f"/orders/{number}/messages", body="It is for my mother.").status_code == 303
    path = buyer.browser.get(f"/orders/{number}/messages").headers["Location"].removesuffix("#newest")
    assert owner.fill(f"/desk{path}", body="We pack it well.").status_code == 303
    page = owner.look(f"/desk/orders/{number}")
    owner.send(page, f"/desk/orders/{number}/ship", carrier="VET Express", tracking="KP 1")
    assert buyer.fill(f"/orders/{number}/received").status_code == 303
    open_page = buyer.look(path)
    trade.settle()
    refused = buyer.send(open_page, path, body="And another thing.")
    assert refused.status_code == 409, "the order is over, and the block holds again"


def test_a_shop_blocks_a_guest_after_the_order_is_over(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.shipped_order(shop)
    number, guest, owner = group.orders[0].number, front.visitor(), front.member(shop.owner)
    guest.look(f"/orders/key/{group.access_token}", status=303)
    path = guest.fill(f"/orders/{number}/messages", body="Hello.").headers["Location"].removesuffix("#newest")
    owner.send(owner.look(f"/desk{path}"), f"/desk{path}/block")
    assert guest.fill(path, body="Where is it?").status_code == 303
    guest.fill(f"/orders/{number}/received")
    open_page = guest.look(path)
    trade.settle()
    assert guest.send(open_page, path, body="I have it.").status_code == 409


def reported(front: Front, trade: Trade, *, messages: int = 10, which: int = 5) -> tuple[Visitor, Visitor, str]:
    """A talk of so many messages, of which the shop has reported one; gives the buyer, the owner and the path."""
    shop = trade.shop_of()
    buyer, owner = front.member(trade.person()), front.member(shop.owner)
    path = ask(buyer, trade.goods(shop), "Words number 0.")
    for number in range(1, messages):
        writer, where = (buyer, path) if number % 2 else (owner, f"/desk{path}")
        assert writer.fill(where, body=f"Words number {number}.").status_code == 303
    with reading() as session:
        message = session.query(Message).filter_by(body=f"Words number {which}.").one()
    report = f"/messages/report/{message.id}"
    assert report in owner.look(f"/desk{path}")
    assert owner.fill(report, reason="", text="x").status_code == 422
    assert owner.fill(report, reason="abuse", text="Look at this.").status_code == 303
    assert "Reported to the market" in owner.look(f"/desk{path}")
    return buyer, owner, path


def only_report() -> Report:
    with reading() as session:
        return session.query(Report).one()


def test_the_operator_sees_the_reported_message_with_its_neighbours_and_no_more(front: Front, trade: Trade) -> None:
    reported(front, trade)
    boss = front.member(trade.operator)
    assert "A message was reported" in boss.look("/console")
    assert "Insults, threats or hate" in boss.look("/console/reports")
    page = boss.look(f"/console/reports/{only_report().id}")
    assert "Look at this." in page
    shown = [number for number in range(10) if f"Words number {number}." in page]
    assert shown == [2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("decision", DECISIONS)
def test_what_is_decided_is_told_and_written_down(front: Front, trade: Trade, decision: str) -> None:
    buyer, owner, path = reported(front, trade)
    boss, report = front.member(trade.operator), only_report()
    open_page = buyer.look(path)
    where = f"/console/reports/{report.id}"
    assert boss.fill(where, decision=decision).status_code == 303
    with reading() as session:
        act = session.query(AuditEntry).filter_by(subject_id=report.id).one()
        assert (act.action, act.actor_id) == (f"message_report.{decision}", trade.operator.user_id)
    assert "that you reported" in owner.look("/notifications")
    is_warned = decision != DISMISSED
    assert ("The market warns you" in buyer.look("/notifications")) is is_warned
    assert ("The market warns you because of this message." in buyer.look(path)) is is_warned
    wrote = buyer.send(open_page, path, body="I only asked.").status_code
    assert wrote == (409 if decision == CLOSED else 303)
    assert ("has closed this conversation" in owner.look(f"/desk{path}")) is (decision == CLOSED)
    assert "No report here." in boss.look("/console/reports")
    assert "Insults" in boss.look(f"/console/reports?state={decision}")


def test_a_report_is_decided_once(front: Front, trade: Trade) -> None:
    reported(front, trade)
    report, now = only_report(), trade.now()
    with transaction() as session:
        decide_report(session, trade.operator, report.id, DISMISSED, now=now)
    with pytest.raises(ReportDecided), transaction() as session:
        decide_report(session, trade.operator, report.id, CLOSED, now=now)
    with pytest.raises(OperatorNeeded), transaction() as session:
        decide_report(session, ANONYMOUS, report.id, CLOSED, now=now)


def test_of_the_states_of_a_report_only_the_open_one_leads_anywhere() -> None:
    for state in REPORT_STATES:
        for decision in REPORT_STATES:
            if state == OPEN and decision in {DISMISSED, WARNED, CLOSED}:
                require_undecided(state, decision)
            else:
                with pytest.raises(ReportDecided):
                    require_undecided(state, decision)


def test_nobody_reports_their_own_words_or_those_of_strangers(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    buyer = front.member(trade.person())
    ask(buyer, trade.goods(shop), "Hello.")
    with reading() as session:
        message = session.query(Message).one()
    for person in (buyer, front.member(trade.person()), front.visitor()):
        person.look(f"/messages/report/{message.id}", status=404)
