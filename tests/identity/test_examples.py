"""What forms show as an example is of the country of who reads it."""

import re

import pytest

from app.checkout.rules.contact import NotAPhoneNumber, read_phone
from app.db.session import transaction
from app.identity.models import Organization
from app.identity.rules.countries import COUNTRIES
from app.payouts.errors import UnusableBic
from app.payouts.rules import bank_account
from tests.support.front import CONTACT, Front
from tests.support.trade import Trade


@pytest.mark.parametrize("code", COUNTRIES)
def test_each_country_has_an_example_bank_of_its_own(code: str) -> None:
    bic = COUNTRIES[code].bic
    assert bank_account(holder="Sothy", bank="Bank", number="123456", bic=bic, country=code).bic == bic
    assert bic[4:6] == code
    with pytest.raises(UnusableBic) as refused:
        bank_account(holder="Sothy", bank="Bank", number="123456", bic="?", country=code)
    assert refused.value.values == {"example": bic}


@pytest.mark.parametrize("code", COUNTRIES)
def test_a_phone_number_that_is_none_is_answered_with_one_of_that_country(code: str) -> None:
    with pytest.raises(NotAPhoneNumber) as refused:
        read_phone("1", code)
    example = str(refused.value.values["here"])
    assert read_phone(example, code) == refused.value.values["abroad"] != read_phone("+1 212 555 0100", code)


def test_towns_and_banks_are_each_named_once() -> None:
    assert len({one.town for one in COUNTRIES.values()}) == len({one.bic for one in COUNTRIES.values()}) == 11


def test_a_thai_shop_reads_a_thai_town_and_a_thai_bank(front: Front, trade: Trade) -> None:
    shop = trade.shop_of(country="TH", currency="THB")
    owner = front.member(shop.owner)
    page = owner.look(f"/desk/shop?shop={shop.id}")
    assert "For example “Chiang Mai”." in page
    assert "Kampot" not in re.findall(r'class="hint"[^>]*>([^<]*)<', page)
    account = owner.look(f"/desk/money/account?shop={shop.id}")
    assert "For example BKKBTHBK." in account
    answer = owner.send(
        account,
        f"/desk/money/account?shop={shop.id}",
        holder="S",
        bank="B",
        number="1234567",
        bic="X",
        shop=str(shop.id),
    )
    assert "for example BKKBTHBK." in answer.get_data(as_text=True)
    with transaction() as session:
        assert session.get_one(Organization, shop.id).bank_account == {}


def test_a_shop_that_is_being_opened_reads_no_town_before_its_country_is_chosen(front: Front, trade: Trade) -> None:
    visitor = front.member(trade.person())
    page = visitor.look("/sell/shop")
    assert "Buyers like to know where things come from." in page
    assert "Kampot" not in page
    chosen = visitor.send(page, "/sell/shop", country="VN", change_country="1").get_data(as_text=True)
    assert "For example “Hội An”." in chosen


def test_a_buyer_in_vietnam_reads_a_vietnamese_number_at_checkout(front: Front, trade: Trade) -> None:
    visitor = front.visitor()
    visitor.add(trade.goods(trade.shop_of()))
    visitor.fill("/checkout", **CONTACT)
    visitor.fill("/checkout/address", country="VN", street="1 Le Loi", area="Phu Hoi", city="Hue")
    refused = visitor.fill("/checkout", **{**CONTACT, "phone": "12"}).get_data(as_text=True)
    assert "0912 345 678" in refused
