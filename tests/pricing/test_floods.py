"""A shop names its buyers by mail, and floods nobody's mailbox with it."""

import pytest
from sqlalchemy import func, select

from app.db.session import in_transaction, reading, transaction
from app.notify.models import OutgoingMail
from app.pricing.actions.ask_buyers import ask_buyers
from app.pricing.actions.make_group import make_group
from app.pricing.errors import TooManyAsked
from tests.support.trade import Shop, Trade


def group_of(shop: Shop, name: str) -> object:
    with transaction() as session:
        return make_group(session, shop.owner, shop.id, name)


def ask(shop: Shop, group: object, emails: list[str]) -> int:
    return in_transaction(
        lambda session: ask_buyers(session, shop.owner, group, emails, market="Phsar", link="/x")  # type: ignore[arg-type]
    )


def mails() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).where(OutgoingMail.key.startswith("customer-group:"))) or 0


def addresses(first: int, count: int) -> list[str]:
    return [f"cafe{number}@people.example" for number in range(first, first + count)]


def test_a_shop_writes_to_so_many_buyers_within_a_day_and_no_more(trade: Trade) -> None:
    shop, other = trade.shop_of(), trade.shop_of(name="Mekong Silk")
    cafes, dealers = group_of(shop, "Cafes"), group_of(shop, "Dealers")
    assert [ask(shop, cafes, addresses(first, 200)) for first in (0, 200)] == [200, 200]
    with pytest.raises(TooManyAsked, match="at most 100 more now"):
        ask(shop, dealers, addresses(400, 101))
    assert mails() == 400
    assert ask(shop, dealers, addresses(400, 100)) == 100
    assert ask(other, group_of(other, "Cafes"), ["cafe0@people.example"]) == 1


def test_who_is_named_in_every_group_gets_one_mail(trade: Trade) -> None:
    shop = trade.shop_of()
    assert [ask(shop, group_of(shop, name), ["victim@people.example"]) for name in ("One", "Two", "Three")] == [1, 1, 1]
    assert mails() == 1
