"""A form pressed twice, in two tabs or at the same moment as somebody else's: done once, and never a broken page."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.companies.actions.open_company import CompanyTerms, open_company
from app.db.session import in_transaction, reading
from app.identity.actions.create_shop import ShopTerms, create_shop
from app.identity.actor import Actor
from app.identity.models import Member
from app.purchasing.actions.quick_order import keep_quick_order
from app.purchasing.actions.requisition import make_list
from app.purchasing.rules.lines import read_text
from tests.quotes.test_deal_races import at_once
from tests.support.trade import Trade

SILK = ShopTerms(name="Takeo Silk", kind="company", country="KH", place="Takeo")
FOODS = CompanyTerms(name="Mekong Foods", kind="company", country="KH", tax_number="K001-1")


def opened_shop(session: Session, actor: Actor) -> UUID:
    return create_shop(session, actor, SILK).id


def opened_company(session: Session, actor: Actor) -> UUID:
    return open_company(session, actor, FOODS)


def test_shops_of_one_name_opened_at_once_have_addresses_of_their_own(trade: Trade) -> None:
    people = [trade.person() for _ in range(4)]
    shops = at_once(*[lambda p=p: in_transaction(lambda session: create_shop(session, p, SILK)) for p in people])
    assert {shop.slug for shop in shops} == {"takeo-silk", "takeo-silk-2", "takeo-silk-3", "takeo-silk-4"}


@pytest.mark.parametrize("opened", [opened_shop, opened_company])
def test_what_one_person_opens_twice_is_one(trade: Trade, opened: Callable[[Session, Actor], UUID]) -> None:
    person = trade.person()
    made: list[Any] = at_once(*[lambda: in_transaction(lambda session: opened(session, person))] * 4)
    with reading() as session:
        count = session.scalar(select(func.count()).where(Member.user_id == person.user_id))
    assert (len(set(made)), count) == (1, 1)


def test_another_shop_of_the_same_person_is_another_one(trade: Trade) -> None:
    person = trade.person()
    made = {
        in_transaction(lambda session, t=terms: create_shop(session, person, t)).id
        for terms in (SILK, replace(SILK, place="Kampot"), replace(SILK, name="Kampot Silk"))
    }
    assert len(made) == 3


def test_a_list_named_twice_is_one(trade: Trade) -> None:
    person = trade.person()
    made = at_once(*[lambda: in_transaction(lambda session: make_list(session, person, "Weekly"))] * 4)
    other = in_transaction(lambda session: make_list(session, person, "Monthly"))
    assert len({*made, other}) == 2


def test_a_quick_order_sent_twice_at_once_is_one(trade: Trade) -> None:
    form, lines = uuid4(), read_text("A 1\nB 2")
    made = at_once(
        *[
            lambda: in_transaction(
                lambda session: keep_quick_order(session, None, lines, form_token=form, shop="").token
            )
        ]
        * 4
    )
    assert len(set(made)) == 1
