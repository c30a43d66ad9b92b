"""The pages of money: the seller's and the operator's, without JavaScript."""

import csv
import io
import re

import pytest

from app.db.session import reading, transaction
from app.identity.actions.grant_role import grant_role
from app.identity.queries import actor_of
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.models import Order
from app.payouts.actions.set_bank_account import set_bank_account
from app.payouts.models import Redemption
from app.payouts.rules import bank_account
from app.shipping.rules import RateTerms
from tests.support.front import Front, Visitor
from tests.support.queries import queries_of
from tests.support.trade import Shop, Trade, buyer_of

ABA = bank_account(holder="Sothy's Farm", bank="ABA Bank", number="000123456", bic="ABAAKHPP")
FREE = RateTerms("domestic", "Parcel", "VET Express", 1, 3, 0)


@pytest.fixture
def shop(front: Front, trade: Trade) -> Shop:
    return a_paid_shop(trade)


def a_paid_shop(trade: Trade) -> Shop:
    """95.00 released to it and 20.00 still in escrow."""
    shop = trade.shop_of(rates=[FREE])
    group = trade.shipped_order(shop, price=10_000)
    with transaction() as session:
        set_bank_account(session, shop.owner, shop.id, ABA)
        confirm_receipt(session, buyer_of(group), group.orders[0].id, now=trade.now())
    trade.paid_group({trade.goods(shop, price=2_000): 1})
    return shop


def asked(front: Front, shop: Shop, amount: str) -> Redemption:
    assert front.member(shop.owner).fill("/desk/money", amount=amount).status_code == 303
    with reading() as session:
        return session.query(Redemption).order_by(Redemption.id.desc()).first()


def test_every_figure_stands_beside_what_it_is_made_of(front: Front, trade: Trade, shop: Shop) -> None:
    page = front.member(shop.owner).look("/desk/money")
    for text in ("95.00\u00a0CTM", "20.00\u00a0CTM", "released", "In escrow", "0x"):
        assert text in page
    with reading() as session:
        numbers = [order.number for order in session.query(Order)]
    assert all(number in page for number in numbers)
    assert "Days as in Cambodia Time (GMT+7)" in page
    assert "one CTM is one US dollar, and your bank gets dollars." in page
    assert "Asia/Phnom_Penh" not in page


def test_money_goes_from_the_request_to_the_bank_by_pages_alone(front: Front, trade: Trade, shop: Shop) -> None:
    redemption = asked(front, shop, "90.00")
    boss = front.member(trade.operator)
    page = boss.look("/console/redemptions")
    assert "Sothy&#39;s Farm" in page
    assert "$90.00" in page
    approve = f"/console/redemptions/{redemption.id}/approve"
    assert boss.send(page, approve).status_code == 303
    trade.settle()
    page = boss.look("/console/redemptions?state=burned")
    made = boss.send(page, "/console/redemptions/bank-file")
    path = made.headers["Location"]
    (line,) = csv.DictReader(io.StringIO(boss.look(f"{path}.csv")))
    assert (line["amount"], line["account"]) == ("90.00", "000123456")
    assert boss.fill(path, bank_reference="ABA-1").status_code == 303
    assert "ABA-1" in boss.look(path)
    page = front.member(shop.owner).look("/desk/money")
    assert re.search(r"Paid out.*?\$90\.00", page, re.DOTALL)
    assert trade.books("2210", "USD") == 0


def test_the_same_request_sent_twice_is_one(front: Front, shop: Shop) -> None:
    owner = front.member(shop.owner)
    page = owner.look("/desk/money")
    for _ in range(2):
        assert owner.send(page, "/desk/money", amount="10.00").status_code == 303
    with reading() as session:
        assert session.query(Redemption).count() == 1


@pytest.mark.parametrize(
    ("amount", "said"),
    [("95.01", "Only $95.00"), ("0", "at least one cent"), ("-1", "less than zero"), ("1.005", "more decimals")],
)
def test_an_amount_that_cannot_be_paid_is_refused_and_kept(front: Front, shop: Shop, amount: str, said: str) -> None:
    answer = front.member(shop.owner).fill("/desk/money", amount=amount)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert f'value="{amount}"' in page


def test_a_refusal_is_read_by_the_seller(front: Front, trade: Trade, shop: Shop) -> None:
    redemption = asked(front, shop, "5.00")
    boss = front.member(trade.operator)
    refuse = f"/console/redemptions/{redemption.id}/refuse"
    assert boss.fill(refuse, reason="").status_code == 422
    assert boss.fill(refuse, reason="The bank sent it back.").status_code == 303
    assert "The bank sent it back." in front.member(shop.owner).look("/desk/money")


def test_the_bank_account_is_checked_and_kept_by_the_owner(front: Front, trade: Trade, shop: Shop) -> None:
    owner = front.member(shop.owner)
    answer = owner.fill("/desk/money/account", holder="Sothy", bank="Wing Bank", number="12")
    assert answer.status_code == 422
    assert "5 to 34 digits" in answer.get_data(as_text=True)
    assert owner.fill("/desk/money/account", holder="Sothy", bank="Wing Bank", number="KH 99 1234").status_code == 303
    assert "Wing Bank" in owner.look("/desk/money")


def test_an_accountant_of_the_shop_asks_for_money_but_does_not_say_where_it_goes(
    front: Front, trade: Trade, shop: Shop
) -> None:
    person = trade.person()
    with transaction() as session:
        grant_role(session, granted_by=None, organization_id=shop.id, user_id=person.user_id, role="accountant")
        accountant = front.member(actor_of(session, person.user_id))
    assert accountant.fill("/desk/money", amount="1.00").status_code == 303
    accountant.look("/desk/money/account", status=404)


def test_others_see_neither_the_shops_money_nor_the_markets_redemptions(front: Front, trade: Trade, shop: Shop) -> None:
    redemption = asked(front, shop, "5.00")
    stranger, guest = front.member(trade.shop_of(name="Others").owner), front.visitor()
    owner = front.member(shop.owner)
    stranger.look(f"/desk/money?shop={shop.id}", status=404)
    stranger.look(f"/desk/money/account?shop={shop.id}", status=404)
    guest.look("/desk/money", status=303)
    guest.look("/console/redemptions", status=303)
    for person in (stranger, owner):
        person.look("/console/redemptions", status=403)
        person.look(f"/console/redemptions/{redemption.id}/refuse", status=403)
        person.look(f"/console/bank-files/{redemption.id}", status=403)
        person.look(f"/console/bank-files/{redemption.id}.csv", status=403)
        assert _approve_as(person, redemption) == 403
    with reading() as session:
        assert session.get_one(Redemption, redemption.id).state == "requested"


def _approve_as(person: Visitor, redemption: Redemption) -> int:
    page = person.look("/desk/money")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    path = f"/console/redemptions/{redemption.id}/approve"
    return person.browser.post(path, data={"csrf_token": token[1]}).status_code


def test_reading_the_lists_takes_as_many_statements_for_one_row_as_for_many(
    front: Front, trade: Trade, shop: Shop
) -> None:
    from app.payouts.lines import held_lines, movements
    from app.payouts.queries import operator_page, payments_in, redemption_page

    def reads() -> int:
        with reading() as session:
            return queries_of(
                session,
                lambda: (
                    redemption_page(session, shop.owner, organization_id=shop.id),
                    operator_page(session, trade.operator, "requested"),
                    [row.shop for row in payments_in(session, shop.id)],
                    held_lines(session, shop.id),
                    movements(session, shop.id),
                ),
            )

    before = reads()
    for _ in range(5):
        asked(front, shop, "1.00")
    assert reads() == before
