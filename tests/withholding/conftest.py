"""Sellers in countries that have tax withheld, and orders of theirs that are released."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from app.config.days import market_day
from app.db.session import reading, transaction
from app.fx.actions.load_rates import NewRate, load_rates
from app.identity.models import Organization
from app.money.currencies import currency
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.refund_order import refund_order
from app.orders.models import OrderGroup
from app.shipping.rules import RateTerms
from app.withholding.actions.switch_country import switch_on
from app.withholding.models import TaxMovement
from tests.support.trade import Shop, Trade, buyer_of

UNIT = 10_000  # base units of a cent
MONEY = {"ID": "IDR", "PH": "PHP", "VN": "VND"}
RATES = {"IDR": 16_500_000_000, "PHP": 58_000_000, "VND": 25_400_000_000}


def local(country: str, cents: int) -> int:
    """US cents in the smallest unit of the country's currency, at the rates above."""
    code = MONEY[country]
    return cents * RATES[code] * 10 ** currency(code).iso // 100_000_000


class Withheld:
    """A market with the switch of a country on, and what its tests ask again and again."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        with transaction() as session:
            load_rates(session, [NewRate(code, market_day(trade.now()), rate, "test") for code, rate in RATES.items()])

    @property
    def today(self) -> date:
        return market_day(self.trade.now())

    def switch(self, country: str) -> UUID:
        with transaction() as session:
            return switch_on(
                session,
                self.trade.operator,
                country,
                starts_on=self.today - timedelta(days=1),
                ends_on=None,
                reason="Told by our lawyers on 2026-11-28.",
                today=self.today - timedelta(days=1),
            ).id

    def shop(
        self, country: str, kind: str = "sole_trader", *, shipping_cents: int = 0, wallet: bytes | None = None
    ) -> Shop:
        rate = RateTerms("region", "Post", "EMS", 4, 9, local(country, shipping_cents))
        name = f"Shop {uuid4().hex[:4]}"
        shop = self.trade.shop_of(name=name, country=country, currency=MONEY[country], rates=[rate], wallet=wallet)
        with transaction() as session:
            session.get_one(Organization, shop.id).kind = kind
        return shop

    def ordered(self, shop: Shop, cents: int = 10_000) -> OrderGroup:
        """Paid by card and shipped, for so many US cents of goods."""
        with reading() as session:
            country = session.get_one(Organization, shop.id).country
        return self.trade.shipped_order(shop, price=local(country, cents))

    def release(self, group: OrderGroup) -> None:
        with transaction() as session:
            confirm_receipt(session, buyer_of(group), group.orders[0].id, now=self.trade.now())
        self.trade.settle()
        self.trade.settle()

    def released(self, shop: Shop, cents: int = 10_000) -> UUID:
        group = self.ordered(shop, cents)
        self.release(group)
        return group.orders[0].id

    def refund(self, shop: Shop, order_id: UUID, cents: int) -> None:
        with transaction() as session:
            refund_order(
                session, shop.owner, order_id, cents=cents, reason="bruised", form_token=uuid4(), now=self.trade.now()
            )
        self.trade.settle()

    def movements(self) -> list[TaxMovement]:
        with reading() as session:
            return session.query(TaxMovement).order_by(TaxMovement.id).all()


@pytest.fixture
def withheld(trade: Trade) -> Withheld:
    return Withheld(trade)
