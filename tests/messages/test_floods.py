"""Nobody is buried in messages, and what was typed when it was too much is kept."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.db.session import in_transaction, reading, transaction
from app.messages.actions.start_thread import About, start_thread
from app.messages.actions.write_message import Author, send_message
from app.messages.errors import AwaitAnswer, TooManyThreads
from app.messages.files import Draft
from app.messages.models import Message, Thread
from app.messages.parties import Party
from app.messages.rules import MOST_NEW_THREADS, MOST_UNANSWERED
from tests.messages.talking import ask, only_thread, slug_of
from tests.support.front import Front
from tests.support.trade import Shop, Trade


def test_after_five_messages_without_an_answer_one_waits_for_it(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    buyer, owner = front.member(trade.person()), front.member(shop.owner)
    path = ask(buyer, trade.goods(shop), "1")
    for number in range(2, MOST_UNANSWERED + 1):
        assert buyer.fill(path, body=str(number)).status_code == 303
    refused = buyer.fill(path, body="Hello? Is anybody there?")
    page = refused.get_data(as_text=True)
    assert refused.status_code == 429
    assert re.search(r"5 messages without an answer\. .* or from \d+ \w+ \d{4}, \d\d:\d\d", page)
    assert "Is anybody there?</textarea>" in page
    assert owner.fill(f"/desk{path}", body="Yes.").status_code == 303
    assert buyer.fill(path, body="Good.").status_code == 303


def test_a_day_later_one_may_ask_once_more(trade: Trade) -> None:
    party, thread_id = asked(trade)
    now = trade.now()
    for _ in range(MOST_UNANSWERED - 1):
        say(party, thread_id, now=now)
    with pytest.raises(AwaitAnswer):
        say(party, thread_id, now=now + timedelta(hours=23))
    say(party, thread_id, now=now + timedelta(hours=25))


def test_questions_about_many_goods_in_a_day_are_counted(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    buyer = front.member(trade.person())
    for number in range(MOST_NEW_THREADS):
        last = ask(buyer, trade.goods(shop, title=f"Goods {number}"), "How much?")
    one_more = trade.goods(shop, title="One more")
    refused = buyer.fill(f"/p/{slug_of(one_more)}/ask", body="And this one?")
    page = refused.get_data(as_text=True)
    assert refused.status_code == 429
    assert "You have asked about 10 goods within a day." in page
    assert "And this one?</textarea>" in page
    assert buyer.fill(last, body="In the old ones it goes on.").status_code == 303


def test_questions_at_the_same_moment_are_counted_as_well(trade: Trade) -> None:
    shop, person, now = trade.shop_of(), trade.person(), trade.now()

    def one(_number: int) -> bool:
        about = About("listing", uuid4(), "x", {"en": "X"}, shop.id, person.user_id, "Dara")
        try:
            in_transaction(lambda s: start_thread(s, about, Author("buyer", person.user_id), words(), now=now))
        except TooManyThreads:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(one, range(MOST_NEW_THREADS + 6)))
    assert sum(done) == MOST_NEW_THREADS


def test_two_who_write_at_once_get_numbers_of_their_own(trade: Trade) -> None:
    shop, person = trade.shop_of(), trade.person()
    about = About("listing", uuid4(), "x", {"en": "X"}, shop.id, person.user_id, "Dara")
    now = trade.now()

    def one(number: int) -> None:
        side = ("buyer", person.user_id) if number % 2 else ("shop", shop.owner.user_id)
        in_transaction(lambda session: start_thread(session, about, Author(*side), words(), now=now))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(8)))
    with reading() as session:
        assert sorted(session.scalars(session.query(Message.sequence).statement)) == list(range(1, 9))
        assert session.query(Thread).count() == 1
    assert only_thread().last_sequence == 8


def test_the_same_form_at_the_same_moment_is_one_message(trade: Trade) -> None:
    party, thread_id = asked(trade)
    draft, now = words(), trade.now()
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _n: say(party, thread_id, now=now, draft=draft), range(6)))
    assert len(set(made)) == 1
    with reading() as session:
        assert session.query(Message).count() == 2


def asked(trade: Trade, shop: Shop | None = None) -> tuple[Party, UUID]:
    shop, person = shop or trade.shop_of(), trade.person()
    about = About("listing", uuid4(), "x", {"en": "X"}, shop.id, person.user_id, "Dara")
    with transaction() as session:
        message = start_thread(session, about, Author("buyer", person.user_id), words(), now=trade.now())
    return Party(person), message.thread_id


def say(party: Party, thread_id: UUID, *, now: object, draft: Draft | None = None) -> UUID:
    return in_transaction(
        lambda session: send_message(session, party, "buyer", thread_id, draft or words(), now=now).id  # type: ignore[arg-type]
    )


def words() -> Draft:
    return Draft("How much is it?", (), uuid4())
