"""A market to trade in: shops with goods, buyers with carts, on a real database and a real chain, step by step.

Roots are made here; every later state is reached by the actions the product itself uses.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.catalog.actions.create_listing import create_listing
from app.catalog.actions.publish_listing import publish_listing
from app.catalog.models import Category, Variant
from app.catalog.rules.listings import ListingTerms, SampleTerms, VariantTerms
from app.chain.models import ChainTransaction
from app.checkout.actions.change_cart import add_to_cart, open_cart
from app.checkout.actions.place_cart import CheckoutRequest, place_cart
from app.checkout.actions.use_voucher import enter_voucher
from app.checkout.models import Cart
from app.checkout.queries.carts import voucher_wish
from app.checkout.queries.pricing import priced_cart
from app.checkout.rules.priced_cart import PricedCart
from app.config.current import settings
from app.config.days import market_day
from app.db.session import in_transaction, reading, transaction
from app.fx.actions.load_rates import NewRate, load_rates
from app.identity.actions.approve_shop import approve_shop
from app.identity.actions.create_shop import ShopTerms, create_shop
from app.identity.actions.ensure_market import ensure_market
from app.identity.actions.grant_role import grant_role
from app.identity.actions.register_user import register_user
from app.identity.actor import Actor
from app.identity.models import Organization
from app.identity.queries import actor_of
from app.media.models import Picture
from app.onramp.actions.apply_payment_snapshot import apply_payment_snapshot
from app.onramp.actions.open_card_payment import open_card_payment, record_card_session
from app.onramp.actions.refund_card import claim_refund, record_refund
from app.onramp.models import CardRefund
from app.onramp.stripe_values import PaymentSnapshot, RefundAnswer, SessionAnswer
from app.orders.actions.ship_order import ship_order
from app.orders.models import Order, OrderGroup
from app.orders.queries import Viewer, stories_of
from app.orders.rules.pricing import seen_amounts
from app.orders.rules.purchase import CARD, Contact, OrderPolicy, order_policy
from app.orders.rules.story import Story
from app.reactions import react
from app.settlement.models import ChainIntent
from app.shipping.actions.set_rates import set_rates
from app.shipping.rules import RateTerms
from app.vouchers.actions.create_voucher import create_voucher
from app.vouchers.models import Voucher
from app.vouchers.rules.terms import VoucherTerms
from tests.support.evm import EvmChain
from tests.support.settled import Settled

ADDRESS = {"country": "KH", "name": "Dara Chan", "street": "St 178, no 12", "city": "Phnom Penh"}
BUYER_EMAIL = "dara@people.example"
DAY = timedelta(days=1)
RATES = {"KHR": 4_050_000_000, "THB": 35_120_000, "VND": 25_400_000_000}
HOME = RateTerms("domestic", "Parcel", "VET Express", 1, 3, 150)
ABROAD = RateTerms("region", "Post", "EMS", 4, 9, 640)


@dataclass(frozen=True)
class Shop:
    """A shop and the person who runs it."""

    id: UUID
    owner: Actor


class Trade(Settled):
    """`Settled`, with people, goods and carts on top."""

    def __init__(self, chain: EvmChain, database_url: str) -> None:
        super().__init__(chain, database_url)
        react()
        self.policy: OrderPolicy = order_policy(settings())
        with transaction() as session:
            market = ensure_market(session, name="Phsar", country_code="KH", time_zone="Asia/Phnom_Penh")
            today = datetime.now(UTC).date()
            load_rates(session, [NewRate(code, today, rate, "test") for code, rate in RATES.items()])
            session.add(Category(slug="spice", names={"en": "Pepper & spice"}, position=1))
            boss = register_user(session, email="operator@phsar.example", password_hash=None)
            grant_role(session, granted_by=None, organization_id=market.id, user_id=boss.id, role="operator")
            self.operator = actor_of(session, boss.id)

    def settle(self, rounds: int = 8) -> None:
        """As `Settled.settle`, but only as many rounds as there is something left to send or to be mined."""
        for _ in range(rounds):
            self.worker.round()
            self.chain.mine()
            with reading() as session:
                planned = session.query(ChainIntent).filter_by(state="planned").count()
                in_flight = session.query(ChainTransaction).filter_by(state="signed").count()
            if not planned and not in_flight:
                break
        self.chain.finalize()
        self.worker.round()

    def now(self) -> datetime:
        """The chain's clock, which the market's deadlines follow."""
        return datetime.fromtimestamp(self.chain.now(), UTC)

    def wait_until(self, moment: datetime) -> None:
        """Let time pass on the chain until after `moment`, and let everybody react to it."""
        self.chain.pass_time(int((moment - self.now()).total_seconds()) + 1)
        self.worker.round()
        self.worker._due_at = 0.0  # the worker looks for what is due every few seconds only
        self.settle()

    def person(self, email: str | None = None) -> Actor:
        with transaction() as session:
            user = register_user(session, email=email or f"{uuid4().hex[:8]}@people.example", password_hash=None)
            return actor_of(session, user.id)

    def shop_of(
        self,
        *,
        name: str = "Sothy's Farm",
        country: str = "KH",
        currency: str | None = "USD",
        rates: Sequence[RateTerms] = (HOME, ABROAD),
        is_tax_registered: bool = False,
        wallet: bytes | None = None,
    ) -> Shop:
        person = self.person()
        with transaction() as session:
            terms = ShopTerms(
                name=name,
                kind="company",
                country=country,
                place="Kampot",
                currency=currency,
                is_tax_registered=is_tax_registered,
            )
            shop = create_shop(session, person, terms)
            shop.wallet_address = wallet
            approve_shop(session, self.operator, shop.id)
            owner = actor_of(session, person.user_id)
            set_rates(session, owner, shop.id, rates)
            return Shop(shop.id, owner)

    def goods(
        self,
        shop: Shop,
        *,
        title: str = "Kampot black pepper",
        price: int = 1450,
        stock: int = 100,
        minimum: int = 1,
        step: int = 1,
        sample: SampleTerms | None = None,
        sample_most: int = 1,
    ) -> UUID:
        """Goods on sale; gives the id of their one variant. `price` in minor units of the shop's currency."""
        with transaction() as session:
            picture = Picture(sha256=uuid4().hex * 2, width=640, height=640)
            session.add(picture)
            session.flush()
            category = session.query(Category).one()
            listing = create_listing(
                session,
                shop.owner,
                shop.id,
                ListingTerms(
                    category_id=category.id,
                    titles={"en": title},
                    unit="kg",
                    variants=[VariantTerms(sku="A", price_minor=price, stock=stock, sample=sample)],
                    min_quantity=minimum,
                    quantity_step=step,
                    sample_most=sample_most,
                    picture_ids=[picture.id],
                ),
            )
            publish_listing(session, shop.owner, listing.id, now=self.now())
            return session.query(Variant.id).filter_by(listing_id=listing.id, sample_of_id=None).scalar()

    def sample_of(self, variant_id: UUID) -> UUID:
        with reading() as session:
            return session.query(Variant.id).filter_by(sample_of_id=variant_id).scalar()

    def cart(self, wants: Mapping[UUID, int], buyer: Actor | None = None) -> UUID:
        with transaction() as session:
            cart = open_cart(session, token=None, user_id=buyer.user_id if buyer else None)
            for variant_id, quantity in wants.items():
                add_to_cart(session, cart.id, variant_id, quantity, now=self.now())
            return cart.id

    def priced(self, cart_id: UUID, *, country: str = "KH", chosen: Mapping[UUID, UUID] | None = None) -> PricedCart:
        with reading() as session:
            wish = voucher_wish(session.get_one(Cart, cart_id), user_id=None, email=BUYER_EMAIL, now=self.now())
            return priced_cart(
                session, cart_id, country=country, chosen=chosen or {}, today=market_day(self.now()), vouchers=wish
            )

    def voucher(self, shop: Shop | None, **terms: object) -> Voucher:
        """Of the shop, or the market's own; ten percent off unless said otherwise."""
        off: dict[str, object] = {"percent_bps": 1_000} if "amount_minor" not in terms else {}
        with transaction() as session:
            currency = session.get_one(Organization, shop.id).currency if shop else "USD"
            asked = VoucherTerms(**{"code": "", "currency": currency, **off, **terms})  # type: ignore[arg-type]
            actor = shop.owner if shop else self.operator
            return create_voucher(
                session, actor, shop.id if shop else None, asked, form_token=uuid4(), now=self.now() - DAY
            )

    def use_voucher(self, cart_id: UUID, code: str, *, email: str | None = None) -> None:
        with transaction() as session:
            enter_voucher(
                session,
                cart_id,
                code,
                country="KH",
                chosen={},
                user_id=None,
                email=email or BUYER_EMAIL,
                now=self.now(),
            )

    def request(self, cart_id: UUID, **others: object) -> CheckoutRequest:
        """What a buyer sends who looks at the cart as it is now."""
        cart = self.priced(cart_id)
        values: dict[str, object] = {
            "form_token": uuid4(),
            "contact": Contact(BUYER_EMAIL, "Dara Chan", "+85591234567", "en"),
            "address": ADDRESS,
            "shipping": {seller.seller.id: seller.shipping.rate_id for seller in cart.sellers if seller.shipping},
            "seen": seen_amounts(cart.orders()),
            "paid_by": CARD,
        }
        return CheckoutRequest(**{**values, **others})  # type: ignore[arg-type]

    def place(self, cart_id: UUID, request: CheckoutRequest | None = None) -> OrderGroup:
        return self.place_at(self.now(), cart_id, request or self.request(cart_id))

    def place_at(self, now: datetime, cart_id: UUID, request: CheckoutRequest) -> OrderGroup:
        """Asks nothing of the chain, so that threads may race with it."""
        return in_transaction(lambda session: place_cart(session, cart_id, request, self.policy, now))

    def open_card_page(self, group: OrderGroup) -> UUID:
        """The buyer is sent to the hosted card page; gives the payment's id."""
        with transaction() as session:
            call = open_card_payment(
                session,
                order_group_id=group.id,
                cents=group.total_cents,
                email=group.email,
                locale="en",
                expires_at=group.hold_until,
                lines=[("Goods", group.total_cents)],
                success_url="http://localhost/ok",
                cancel_url="http://localhost/no",
            )
            record_card_session(
                session, call.payment_id, SessionAnswer(f"cs_{call.payment_id.hex}", "http://card", None)
            )
            return call.payment_id

    def charge(self, payment_id: UUID, cents: int) -> None:
        """The card service says that the card was charged."""
        snapshot = PaymentSnapshot(
            session_id=f"cs_{payment_id.hex}",
            status="complete",
            is_paid=True,
            amount=cents,
            currency="USD",
            payment_intent_id=f"pi_{payment_id.hex}",
            charge_id=f"ch_{payment_id.hex}",
            card_brand="visa",
            card_last4="4242",
            charged_at=self.now(),
            decline=None,
        )
        with transaction() as session:
            apply_payment_snapshot(session, payment_id, snapshot)

    def send_card_refunds(self) -> int:
        """The card service takes every planned refund; gives their sum in cents."""
        with reading() as session:
            planned = session.query(CardRefund.id).filter_by(state="planned").all()
        total = 0
        for (refund_id,) in planned:
            with transaction() as session:
                call = claim_refund(session, refund_id)
                assert call is not None
                answer = RefundAnswer(f"re_{refund_id.hex}", "succeeded", call.amount, self.now(), None)
                record_refund(session, refund_id, answer)
                total += call.amount
        return total

    def paid_group(self, wants: Mapping[UUID, int]) -> OrderGroup:
        """Bought by card, charged, and final in escrow."""
        group = self.place(self.cart(wants))
        self.charge(self.open_card_page(group), group.total_cents)
        self.settle()
        return group

    def shipped_order(self, shop: Shop, *, price: int = 10_000, quantity: int = 1) -> OrderGroup:
        """A group of one order, paid by card and shipped."""
        group = self.paid_group({self.goods(shop, price=price): quantity})
        with transaction() as session:
            ship_order(
                session, shop.owner, group.orders[0].id, carrier="VET Express", tracking="KP 8812", now=self.now()
            )
        return group

    def order(self, order_id: UUID) -> Order:
        with reading() as session:
            return session.get_one(Order, order_id)

    def story(self, order_id: UUID) -> Story:
        with reading() as session:
            return stories_of(session, [session.get_one(Order, order_id)])[order_id]

    def stock(self, variant_id: UUID) -> tuple[int, int]:
        """(on the shelf, of these held by checkouts)."""
        with reading() as session:
            variant = session.get_one(Variant, variant_id)
            return variant.stock, variant.reserved


def buyer_of(group: OrderGroup) -> Viewer:
    """Somebody who has the link of the mail."""
    return Viewer(access_tokens=(group.access_token,))


@contextmanager
def trading(chain: EvmChain, database_url: str) -> Iterator[Trade]:
    """A market until the end of the block."""
    market = Trade(chain, database_url)
    yield market
    market.close()


@pytest.fixture
def trade(evm: EvmChain, deployed_database: str) -> Iterator[Trade]:
    with trading(evm, deployed_database) as market:
        yield market
