"""Documents as UBL: valid by the schemas of OASIS, with the sums of the books."""

from pathlib import Path
from uuid import UUID

import pytest
from lxml import etree
from sqlalchemy import text

from app.db.session import reading, transaction
from app.invoicing.content import Person
from app.invoicing.models import Invoice
from app.invoicing.queries import person_of
from app.invoicing.ubl import ubl
from app.money.amounts import MICRO, UNITS_PER_CENT
from app.withholding.actions.sign_statement import set_tax_number
from tests.invoicing.test_issuing import charged, documents, refund, run_queued
from tests.support.trade import RATES, Shop, Trade

UBL = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
AGGREGATE = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"


@pytest.fixture(scope="module")
def schemas() -> dict[str, etree.XMLSchema]:
    """Those OASIS publishes."""
    folder = Path(__file__).with_name("schemas") / "maindoc"
    return {
        name: etree.XMLSchema(etree.parse(str(folder / f"UBL-{name}-2.1.xsd"))) for name in ("Invoice", "CreditNote")
    }


def read(one: Invoice, schemas: dict[str, etree.XMLSchema]) -> etree._Element:
    with reading() as session:
        person = person_of(session, one)
    return checked(ubl(one, person), schemas)


def checked(written: bytes, schemas: dict[str, etree.XMLSchema]) -> etree._Element:
    root = etree.fromstring(written)
    schemas[etree.QName(root).localname].assertValid(root)
    return root


def cents(root: etree._Element, *path: str) -> int:
    found = root.find("/".join((*(AGGREGATE + part for part in path[:-1]), UBL + path[-1])))
    return round(float(found.text) * 100)


def numbered(shop: Shop) -> None:
    with transaction() as session:
        set_tax_number(session, shop.owner, shop.id, "K001-123456789")


def in_escrow(order_id: UUID) -> int:
    """What the books say came into escrow for the order, in cents."""
    with transaction() as session:
        units = session.scalar(
            text(
                "SELECT sum(p.amount) FROM postings AS p JOIN journals AS j ON j.id = p.journal_id"
                " JOIN ledger_accounts AS a ON a.id = p.account_id"
                " WHERE j.order_id = :order AND a.number = '1210' AND p.amount > 0"
            ),
            {"order": order_id},
        )
    return int(units) // UNITS_PER_CENT


@pytest.mark.parametrize("currency", ["USD", "KHR"])
def test_an_invoice_of_a_registered_shop_is_valid_and_has_the_sums_of_the_books(
    trade: Trade, schemas: dict[str, etree.XMLSchema], currency: str
) -> None:
    shop = trade.shop_of(currency=currency, is_tax_registered=True)
    numbered(shop)
    price = 1_333 if currency == "USD" else 43_700_00
    group = charged(trade, trade.goods(shop, price=price, title="Pepper <&> “black”"), quantity=7)
    trade.settle()
    run_queued()
    (one,) = documents()
    root = read(one, schemas)
    assert one.name == "T-000001"
    assert cents(root, "LegalMonetaryTotal", "TaxInclusiveAmount") == group.total_cents
    assert in_escrow(group.orders[0].id) == group.total_cents
    taxable = cents(root, "LegalMonetaryTotal", "TaxExclusiveAmount")
    assert taxable + cents(root, "TaxTotal", "TaxAmount") == group.total_cents
    assert abs(cents(root, "TaxTotal", "TaxAmount") - group.total_cents / 11) <= 1.5
    lines = [cents(line, "LineExtensionAmount") for line in root.findall(f"{AGGREGATE}InvoiceLine")]
    assert sum(lines) == cents(root, "LegalMonetaryTotal", "LineExtensionAmount")
    assert "K001123456789" in etree.tostring(root, encoding="unicode")
    tax, local = root.findall(f"{AGGREGATE}TaxTotal")
    in_riel = local.find(f"{UBL}TaxAmount")
    assert in_riel.get("currencyID") == "KHR"
    assert abs(float(in_riel.text) - cents(tax, "TaxAmount") / 100 * RATES["KHR"] / MICRO) < 41  # a cent in riel


def test_a_credit_note_is_valid_and_names_its_invoice(trade: Trade, schemas: dict[str, etree.XMLSchema]) -> None:
    shop = trade.shop_of(is_tax_registered=True)
    order = trade.shipped_order(shop).orders[0]
    refund(trade, shop, order.id, 555)
    run_queued()
    invoice, note = documents(order.id)
    root = read(note, schemas)
    assert cents(root, "LegalMonetaryTotal", "PayableAmount") == 555
    named = root.find(f"{AGGREGATE}BillingReference/{AGGREGATE}InvoiceDocumentReference/{UBL}ID")
    assert named.text == invoice.name == "T-000001"


def test_what_no_xml_can_hold_is_left_out(trade: Trade, schemas: dict[str, etree.XMLSchema]) -> None:
    charged(trade, trade.goods(trade.shop_of()))
    run_queued()
    (one,) = documents()
    person = Person("Da\x01ra \ud800<b>", {"country": "KH"}, "", "")
    root = checked(ubl(one, person), schemas)
    assert ubl(one, person) == ubl(one, person)
    assert root.findtext(f"{AGGREGATE}AccountingCustomerParty//{UBL}Name") == "Dara <b>"


def test_a_shop_without_tax_gives_a_valid_invoice_that_says_so(
    trade: Trade, schemas: dict[str, etree.XMLSchema]
) -> None:
    charged(trade, trade.goods(trade.shop_of()))
    run_queued()
    (one,) = documents()
    root = read(one, schemas)
    assert cents(root, "TaxTotal", "TaxAmount") == 0
    assert root.findtext(f"{AGGREGATE}TaxTotal/{AGGREGATE}TaxSubtotal/{AGGREGATE}TaxCategory/{UBL}ID") == "O"
