"""Orders of all four kinds of payer and seller in one market, and where their money is in the end."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID

from eth_account import Account
from eth_account.signers.local import LocalAccount

from app.chain.typed_data import sign
from app.db.session import reading, transaction
from app.onramp.models import CardRefund
from app.orders.actions.pay_group import sign_by_wallet
from app.orders.jobs import give_back_unsent, look_after_returns, remind_of_late
from app.orders.models import Order, OrderGroup
from app.orders.rules.purchase import CARD, WALLET
from app.orders.rules.signed_exit import SignedExit
from app.settlement.actions.exit_leg import exit_message
from app.settlement.actions.fund_escrow import funding_message
from app.settlement.models import EscrowLeg
from app.settlement.queries import escrow_of_group, leg_of
from tests.support.trade import Shop, Trade, buyer_of
from tests.support.wallet import address_of, book_receipt

HELD, OWN = "held", "own"
KINDS = list(product((CARD, WALLET), (HELD, OWN)))
CENTS = 10_150
UNIT = 10_000
AN_HOUR = 3_600


@dataclass
class Deal:
    """One order of 101.50 dollars. `payer` is card or wallet, `seller` is paid to a market-held address or an own wallet."""

    trade: Trade
    payer: str
    seller: str
    shop: Shop
    goods: UUID
    wallet: LocalAccount = field(default_factory=Account.create)
    sellers_wallet: LocalAccount = field(default_factory=Account.create)
    group: OrderGroup = field(init=False)

    @property
    def order(self) -> Order:
        return self.trade.order(self.group.orders[0].id)

    @property
    def id(self) -> UUID:
        return self.group.orders[0].id

    @property
    def viewer(self) -> Any:
        return buyer_of(self.group)

    def leg(self) -> EscrowLeg:
        with reading() as session:
            found = leg_of(session, self.id)
            assert found is not None
            return found

    def signed_by_buyer(self, kind: str) -> SignedExit | None:
        return self._signed(kind, self.wallet) if self.payer == WALLET else None

    def signed_by_seller(self, kind: str, units: int | None = None) -> SignedExit | None:
        return self._signed(kind, self.sellers_wallet, units) if self.seller == OWN else None

    def _signed(self, kind: str, account: LocalAccount, units: int | None = None) -> SignedExit:
        deadline = self.trade.chain.now() + AN_HOUR
        with reading() as session:
            document = exit_message(session, self.id, kind, deadline=deadline, units=units)
        return SignedExit(sign(account, document), deadline)

    def with_buyer(self) -> int:
        """Cents that are with whoever paid: on the card again, or in the wallet."""
        if self.payer == WALLET:
            return self.trade.on_chain(address_of(self.wallet)) // UNIT
        with reading() as session:
            refunds = session.query(CardRefund).filter_by(order_id=self.id, state="succeeded")
            return sum(refund.amount_minor for refund in refunds)

    def with_seller(self) -> int:
        """Cents, before commission, that are the seller's: in the books of the market, or in the wallet."""
        if self.seller == OWN:
            net = self.trade.on_chain(address_of(self.sellers_wallet))
        else:
            net = self.trade.books("2200", owner=self.shop.id)
        return round(net / UNIT / 0.95)

    def given_back_to(self) -> bytes:
        """Where the contract sends what it gives back."""
        with reading() as session:
            found = escrow_of_group(session, self.group.id)
            assert found is not None
            return found.refund_to


def paid_deals(trade: Trade, kinds: Sequence[tuple[str, str]] = KINDS) -> list[Deal]:
    """Final in escrow, one of each kind."""
    deals = [_deal(trade, payer, seller) for payer, seller in kinds]
    by_wallet = [deal for deal in deals if deal.payer == WALLET]
    for deal in by_wallet:
        book_receipt(trade, deal.wallet, CENTS)
    if by_wallet:
        trade.settle()
    for deal in deals:
        _pay(deal)
    trade.settle()
    return deals


def _deal(trade: Trade, payer: str, seller: str) -> Deal:
    wallet: LocalAccount = Account.create()
    shop = trade.shop_of(name=f"{payer} {seller}", wallet=address_of(wallet) if seller == OWN else None)
    return Deal(trade, payer, seller, shop, trade.goods(shop, price=10_000, stock=5), sellers_wallet=wallet)


def _pay(deal: Deal) -> None:
    trade, cart = deal.trade, deal.trade.cart({deal.goods: 1})
    if deal.payer == CARD:
        deal.group = trade.place(cart)
    else:
        deal.group = trade.place(cart, trade.request(cart, paid_by=WALLET, buyer_address=address_of(deal.wallet)))
    pay_group_of(deal)


def pay_group_of(deal: Deal) -> None:
    """The card is charged, or the wallet signs; the chain has not heard of it yet."""
    trade = deal.trade
    if deal.payer == CARD:
        trade.charge(trade.open_card_page(deal.group), deal.group.total_cents)
        return
    with reading() as session:
        document = funding_message(session, deal.group.id)
    message = document["message"]
    with transaction() as session:
        sign_by_wallet(
            session,
            deal.group.id,
            valid_after=message["validAfter"],
            valid_before=message["validBefore"],
            signature=sign(deal.wallet, document),
            now=trade.now(),
        )


def everybody_is_silent(trade: Trade, deals: Sequence[Deal]) -> None:
    """Time goes by until nothing is left that time could open; only worker and jobs do their rounds."""
    ends = sorted({moment for deal in deals for moment in (deal.order.ship_by, deal.order.auto_release_at)})
    moments = [*ends, *(ends[-1] + timedelta(days=days) for days in (3, 40))]
    moments = [*moments, *(moment + timedelta(days=2, hours=1) for moment in ends[:-1])]
    moments = sorted([*moments, *(deal.order.auto_release_at - timedelta(hours=20) for deal in deals)])
    for moment in moments:
        if moment > trade.now():
            trade.wait_until(moment)
        remind_of_late()
        give_back_unsent()
        look_after_returns()
        trade.settle()
        trade.send_card_refunds()


def note(deals: Sequence[Deal]) -> dict[tuple[str, str], tuple[int, int]]:
    """(with the buyer, with the seller) of each kind, in cents."""
    return {(deal.payer, deal.seller): (deal.with_buyer(), deal.with_seller()) for deal in deals}
