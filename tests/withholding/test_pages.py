"""The pages of withheld tax, without JavaScript: seller, operator, and what a buyer reads before paying."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from app.config.days import market_day
from app.db.session import reading
from app.identity.actor import Actor
from app.identity.models import Member, Organization
from app.identity.queries import actor_of
from app.ledger.chart import country_owner
from app.withholding.models import SellerStatement, WithholdingSwitch
from tests.support.front import Front
from tests.support.trade import Trade
from tests.support.withheld_tax import seller, switched_on, withheld_tax
from tests.withholding.conftest import Withheld

MOST_QUERIES = 9
SWITCH = {"country": "ID", "starts_on": "2036-01-01", "ends_on": "", "reason": "Advice of counsel, 28 November."}


def test_a_seller_reads_why_tax_is_withheld_and_signs_the_statement_that_lifts_it(
    front: Front, withheld: Withheld
) -> None:
    shop = withheld.shop("ID")
    owner = front.member(shop.owner)
    page = owner.look("/desk/tax")
    assert "it is not switched on" in page
    assert "PPh Pasal 22" in page
    withheld.switch("ID")
    page = owner.look("/desk/tax")
    assert "Tax is withheld from your orders." in page
    assert "Enter your tax number first." in page
    assert owner.send(page, "/desk/tax", tax_number="12").status_code == 422
    refused = owner.send(page, "/desk/tax", tax_number="1 2;").get_data(as_text=True)
    assert "This tax number cannot be used" in refused
    assert 'value="1 2;"' in refused
    assert owner.send(page, "/desk/tax", tax_number="31.750-000.000 1").status_code == 303
    page = owner.look("/desk/tax")
    assert 'value="317500000001"' in page
    assert "Surat pernyataan peredaran bruto" in page
    assert "500,000,000" in page
    action = f"/desk/tax/statement?shop={shop.id}"
    assert owner.send(page, action).status_code == 422
    for _ in range(2):
        assert owner.send(page, action, agreed="y").status_code == 303
    page = owner.look("/desk/tax")
    assert "your statement for" in page
    with reading() as session:
        (statement,) = session.query(SellerStatement)
    assert "no more than Rp500,000,000" in statement.wording
    assert owner.send(page, f"/desk/tax/statement/withdraw?shop={shop.id}").status_code == 303
    assert "Tax is withheld from your orders." in owner.look("/desk/tax")


def test_an_operator_switches_a_country_on_with_a_reason_and_ends_it(front: Front, trade: Trade) -> None:
    boss = front.member(trade.operator)
    page = boss.look("/console/withheld/rules")
    assert "No country is switched on" in page
    assert "question for a lawyer" in page
    assert "RR 16" not in page
    assert "Revenue Regulations 16-2023" in page
    assert "0.5 %" in page
    path = "/console/withheld/rules"
    refused = boss.send(page, path, **{**SWITCH, "starts_on": "2020-01-01"})
    assert refused.status_code == 422
    assert "This day is over." in refused.get_data(as_text=True)
    assert "Advice of counsel, 28 November." in refused.get_data(as_text=True)
    for status in (303, 422):
        assert boss.send(page, path, **SWITCH).status_code == status
    page = boss.look(path)
    assert "Advice of counsel, 28 November." in page
    assert "to come" in page
    with reading() as session:
        (made,) = session.query(WithholdingSwitch)
    end = f"/console/withheld/rules/{made.id}/end"
    refused = boss.send(page, end, last_day="2035-12-31").get_data(as_text=True)
    assert "The last day is before the first." in refused
    assert 'value="2035-12-31"' in refused
    assert boss.send(page, end, last_day="2036-01-31").status_code == 303
    assert "31 Jan 2036" in boss.look(path)


def test_a_month_goes_from_the_list_to_the_bank_by_pages_alone(front: Front, trade: Trade) -> None:
    things = withheld_tax(trade)
    boss = front.member(trade.operator)
    country, month, year = things["tax_country"], things["tax_month"], things["tax_month"][:4]
    page = boss.look(f"/console/withheld?year={year}")
    remit = f"/console/withheld/{country}/{month}/remit"
    made = boss.send(page, remit)
    path = made.headers["Location"]
    assert "/console/withheld/remittances/" in path
    trade.settle()
    (vat, pit) = sorted(
        csv.DictReader(io.StringIO(boss.look(f"/console/withheld/{country}/{month}.csv").lstrip("\ufeff"))),
        key=lambda line: -float(line["tax_usd"]),
    )
    assert (vat["currency"], vat["base_local"], vat["tax_local"]) == ("VND", "1320038", "13200")
    assert float(pit["tax_usd"]) == float(vat["tax_usd"]) / 2
    assert boss.fill(path, bank_reference="VCB-77").status_code == 303
    assert "VCB-77" in boss.look(path)
    assert trade.books("2310", "USD", country_owner(country)) == 77  # of the earlier month
    page = boss.look("/console/withheld/give-back")
    wrong = boss.send(page, "/console/withheld/give-back", number="0000-000", amount="1.00", reason="No.")
    assert wrong.status_code == 422
    assert "No tax was withheld of this order." in wrong.get_data(as_text=True)
    fields = {"number": things["taxed_order"], "amount": "10.00", "reason": "It came back."}
    assert boss.send(page, "/console/withheld/give-back", **fields).status_code == 303
    trade.settle()
    trade.books_equal_chain()


def test_seller_and_buyer_see_it_on_their_own_pages(front: Front, trade: Trade) -> None:
    things = withheld_tax(trade)
    with reading() as session:
        shop = session.get_one(Organization, things["taxed_shop"])
        owner = front.member(_owner(shop))
    sold = owner.look(f"/desk/orders/{things['taxed_order']}")
    assert "Tax withheld: Thuế thu nhập cá nhân (TNCN)" in sold
    money = owner.look("/desk/money")
    assert f"Tax withheld of order {things['taxed_order']}" in money
    assert "were withheld as tax for Vietnam so far" in money
    report = owner.look(f"/books/settlement?shop={shop.slug}")
    assert "tax withheld for the seller" in report
    asked: list[str] = []
    with _noted(trade, asked):
        page = owner.look("/desk/tax")
    assert len(asked) <= MOST_QUERIES, asked
    assert "Thuế giá trị gia tăng (GTGT)" in page
    year = market_day(trade.now()).year
    lines = list(csv.DictReader(io.StringIO(owner.look(f"/desk/tax/certificate.csv?year={year}").lstrip("\ufeff"))))
    assert lines[-1]["order"] == "total"


def test_a_buyer_is_told_before_paying_and_pays_no_more(front: Front, trade: Trade) -> None:
    switched_on(trade)
    shop = seller(trade)
    variant = trade.goods(shop, title="Silk scarf", price=1_270_000)
    buyer = front.visitor()
    buyer.add(variant)
    buyer.fill("/checkout", name="Dara Chan", email="dara@people.example", phone="+855 91 234 567")
    buyer.fill("/checkout/address", name="Dara Chan", street="St 178", city="Phnom Penh", country="KH")
    page = buyer.look("/checkout/shipping")
    buyer.send(page, "/checkout/shipping")
    review = buyer.look("/checkout/review")
    assert "The market withholds tax from this seller for Vietnam" in review
    assert "It adds nothing to your price." in review


@contextmanager
def _noted(trade: Trade, asked: list[str]) -> Iterator[None]:
    """Every statement that is sent meanwhile, the one that finds out who asks included."""

    def note(_conn, _cursor, statement: str, *_rest) -> None:
        asked.append(statement)

    event.listen(trade.engine, "before_cursor_execute", note)
    yield
    event.remove(trade.engine, "before_cursor_execute", note)


def _owner(shop: Organization) -> Actor:
    with reading() as session:
        return actor_of(session, session.query(Member.user_id).filter_by(organization_id=shop.id).scalar())
