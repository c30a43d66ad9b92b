"""Each state an order can be in, and then nobody says a word any more: the money reaches its owner.

Every test has an order of each kind: paid by card or from a wallet, to a market-held address or to the seller's own
wallet. `docs/developers/life-of-an-order.md` has the table of states; what ends before money is in escrow is tested in
test_place_and_pay.py and test_money_that_missed_its_time.py.
"""

from collections.abc import Callable, Sequence
from uuid import uuid4

import pytest

from app.db.session import reading, transaction
from app.orders.actions.cancel_order import cancel_order
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.follow_parcel import mark_delivered
from app.orders.actions.open_dispute import open_dispute
from app.orders.actions.refund_order import refund_order
from app.orders.actions.request_return import request_return
from app.orders.actions.resolve_dispute import resolve_dispute
from app.orders.actions.ship_order import ship_order
from app.settlement.open_calls import Caller, open_calls
from tests.support.deals import CARD, CENTS, HELD, KINDS, OWN, UNIT, WALLET, Deal, everybody_is_silent, note, paid_deals
from tests.support.trade import Trade
from tests.support.wallet import address_of

TO_BUYER, TO_SELLER = (CENTS, 0), (0, CENTS)
Step = Callable[[Deal], None]


def paid(deal: Deal) -> None:
    """Nothing more than paid."""


def sent(deal: Deal) -> None:
    with transaction() as session:
        ship_order(session, deal.shop.owner, deal.id, carrier="VET Express", tracking="1", now=deal.trade.now())


def delivered(deal: Deal) -> None:
    sent(deal)
    with transaction() as session:
        mark_delivered(session, deal.shop.owner, deal.id, now=deal.trade.now())


def received(deal: Deal) -> None:
    sent(deal)
    signed = deal.signed_by_buyer("release")
    with transaction() as session:
        confirm_receipt(session, deal.viewer, deal.id, now=deal.trade.now(), signed=signed)


def return_asked(deal: Deal) -> None:
    """And nobody ever answers."""
    sent(deal)
    with transaction() as session:
        request_return(
            session,
            deal.viewer,
            deal.id,
            counts={deal.order.lines[0].id: 1},
            reason="damaged",
            text="Broken.",
            form_token=uuid4(),
            now=deal.trade.now(),
        )


def disputed(deal: Deal) -> None:
    sent(deal)
    signed = deal.signed_by_buyer("dispute")
    with transaction() as session:
        open_dispute(
            session, deal.viewer, deal.id, reason="damaged", text="Broken.", now=deal.trade.now(), signed=signed
        )
    deal.trade.settle()


def decided(deal: Deal) -> None:
    disputed(deal)
    with transaction() as session:
        resolve_dispute(
            session, deal.trade.operator, deal.id, seller_cents=4_000, resolution="Shared", now=deal.trade.now()
        )


def partly_given_back(deal: Deal) -> None:
    sent(deal)
    _give_back(deal, 3_000)


def promised_back(deal: Deal) -> None:
    _give_back(deal, CENTS)


def cancellation_asked(deal: Deal) -> None:
    """The buyer asked while the seller still had time."""
    with transaction() as session:
        cancel_order(session, deal.viewer, deal.id, now=deal.trade.now())


def canceled_late(deal: Deal) -> None:
    if deal.trade.now() <= deal.order.ship_by:
        deal.trade.wait_until(deal.order.ship_by)
    signed = deal.signed_by_buyer("cancel_unshipped") if deal.seller == OWN else None
    with transaction() as session:
        cancel_order(session, deal.viewer, deal.id, now=deal.trade.now(), signed=signed)


def _give_back(deal: Deal, cents: int) -> None:
    signed = deal.signed_by_seller("refund", cents * UNIT)
    with transaction() as session:
        refund_order(
            session,
            deal.shop.owner,
            deal.id,
            cents=cents,
            reason="bruised",
            form_token=uuid4(),
            now=deal.trade.now(),
            signed=signed,
        )
    deal.trade.settle()


ENDS: dict[Step, tuple[int, int]] = {
    paid: TO_BUYER,
    sent: TO_SELLER,
    delivered: TO_SELLER,
    return_asked: TO_BUYER,
    received: TO_SELLER,
    disputed: TO_BUYER,
    decided: (CENTS - 4_000, 4_000),
    partly_given_back: (3_000, CENTS - 3_000),
    promised_back: TO_BUYER,
    cancellation_asked: TO_BUYER,
    canceled_late: TO_BUYER,
}
ONLY_WALLETS_SIGN = (WALLET, OWN)
"""Buyer and seller hold their own keys: what was never sent is the buyer's to ask for, and silence pays the seller."""


@pytest.mark.parametrize("step", ENDS, ids=lambda step: step.__name__)
def test_the_money_reaches_its_owner_though_everybody_is_silent(trade: Trade, step: Step) -> None:
    deals = paid_deals(trade)
    for deal in deals:
        step(deal)
    everybody_is_silent(trade, deals)
    expected = dict.fromkeys(KINDS, ENDS[step])
    if step in (paid, cancellation_asked):
        expected[ONLY_WALLETS_SIGN] = TO_SELLER
    if step is return_asked:  # nobody can hold the money in a wallet's place
        expected |= {kind: TO_SELLER for kind in KINDS if kind[0] == WALLET}
    assert note(deals) == expected
    assert {deal.leg().remaining for deal in deals} == {0}
    trade.books_equal_chain()


def strangers_act(trade: Trade, deals: Sequence[Deal]) -> None:
    """The market is gone. Somebody with gas money sends what the orders' pages showed to anyone."""
    for deal in deals:
        with reading() as session:
            (call,) = [call for call in open_calls(session, deal.id) if call.caller is Caller.ANYONE]
        assert call.after is not None
        wait = call.after.timestamp() + 1 - trade.chain.now()
        if wait > 0:
            trade.chain.pass_time(int(wait))
        trade.chain.send(trade.chain.accounts[9], "0x" + call.contract.hex(), data="0x" + call.data.hex())


@pytest.mark.parametrize(
    ("step", "is_sellers"),
    [(sent, True), (disputed, False), (canceled_late, False)],
    ids=["sent", "disputed", "canceled"],
)
def test_strangers_can_end_what_the_market_has_left(trade: Trade, step: Step, *, is_sellers: bool) -> None:
    deals = paid_deals(
        trade, [(WALLET, HELD), (WALLET, OWN)] if step is not canceled_late else [(CARD, OWN), (WALLET, OWN)]
    )
    for deal in deals:
        step(deal)
    trade.settle()
    before = [trade.on_chain(deal.given_back_to()) for deal in deals]
    strangers_act(trade, deals)
    for deal, had in zip(deals, before, strict=True):
        seller, payer = trade.on_chain(deal.leg().seller), trade.on_chain(deal.given_back_to())
        assert seller == (CENTS * UNIT * 95 // 100 if is_sellers else 0)
        assert payer - had == (0 if is_sellers else CENTS * UNIT)


def test_a_wallet_asks_for_what_was_never_sent_without_the_market(trade: Trade) -> None:
    (deal,) = paid_deals(trade, [ONLY_WALLETS_SIGN])
    trade.wait_until(deal.order.ship_by)
    with reading() as session:
        calls = {call.kind: call for call in open_calls(session, deal.id)}
    assert (calls["cancelUnshipped"].caller, calls["refund"].caller) == (Caller.BUYER, Caller.SELLER)
    buyer = "0x" + address_of(deal.wallet).hex()
    trade.chain.call("anvil_setBalance", buyer, hex(10**18))
    trade.chain.call("anvil_impersonateAccount", buyer)
    call = calls["cancelUnshipped"]
    trade.chain.send(buyer, "0x" + call.contract.hex(), data="0x" + call.data.hex())
    trade.worker.round()
    strangers_act(trade, [deal])
    assert trade.on_chain(address_of(deal.wallet)) == CENTS * UNIT
