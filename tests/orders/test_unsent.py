"""What becomes of an order that never leaves. Who has its money in the end: tests/whole_market/test_nobody_stranded.py."""

from datetime import timedelta

from app.db.session import reading, transaction
from app.notify.models import OutgoingMail
from app.onramp.events import CardDisputed
from app.orders.actions.ship_order import ship_order
from app.orders.handlers import record_chargeback
from app.orders.jobs import give_back_unsent, remind_of_late
from app.orders.rules.next_event import next_event
from app.settlement.models import ChainIntent
from app.settlement.open_calls import open_calls
from tests.orders.test_life import refund
from tests.support.deals import CARD, CENTS, HELD, OWN, WALLET, Deal, everybody_is_silent, paid_deals
from tests.support.trade import Trade

LONG = timedelta(days=60)


def paid_deal(trade: Trade, payer: str = CARD, seller: str = HELD) -> Deal:
    (deal,) = paid_deals(trade, [(payer, seller)])
    return deal


def axes(deal: Deal) -> tuple[str, str, str]:
    order = deal.order
    return order.payment_status, order.fulfillment_status, order.settlement_status


def mails_about(word: str) -> list[str]:
    with reading() as session:
        mails = session.query(OutgoingMail).filter(OutgoingMail.key.contains(word)).order_by(OutgoingMail.id)
        return [mail.body for mail in mails]


def kinds(deal: Deal) -> list[str]:
    with reading() as session:
        intents = session.query(ChainIntent.kind).filter_by(leg_id=deal.leg().id).order_by(ChainIntent.id)
        return [intent.kind for intent in intents]


def test_both_sides_are_told_once_that_it_is_late_and_that_it_went_back(trade: Trade) -> None:
    deal = paid_deal(trade)
    everybody_is_silent(trade, [deal])
    assert axes(deal) == ("refunded", "canceled", "refunded")
    assert trade.stock(deal.goods) == (5, 0)
    to_buyer, to_seller = mails_about("late:")
    assert "comes back to you by itself" in to_buyer
    assert "goes back to the buyer by itself" in to_seller
    assert ["did not send it in time" in body for body in mails_about("refund:")] == [True]
    assert len(mails_about("canceled:")) == 1


def test_a_silent_seller_with_an_own_wallet_is_asked_by_the_contract(trade: Trade) -> None:
    deal = paid_deal(trade, CARD, OWN)
    everybody_is_silent(trade, [deal])
    assert kinds(deal) == ["cancel_unshipped", "finalize_cancellation"]
    assert axes(deal) == ("refunded", "canceled", "refunded")
    assert trade.stock(deal.goods) == (5, 0)


def test_what_the_seller_recorded_on_chain_without_the_market_has_left(trade: Trade) -> None:
    deal = paid_deal(trade, CARD, OWN)
    with reading() as session:
        (call,) = [one for one in open_calls(session, deal.id) if one.kind == "markShipped"]
    seller = deal.sellers_wallet.address
    trade.chain.call("anvil_setBalance", seller, hex(10**18))
    trade.chain.call("anvil_impersonateAccount", seller)
    trade.chain.send(seller, "0x" + call.contract.hex(), data="0x" + call.data.hex())
    trade.settle()
    everybody_is_silent(trade, [deal])
    assert kinds(deal) == ["claim"]
    assert deal.with_seller() == CENTS


def test_where_only_wallets_sign_the_buyer_is_told_to_ask_in_time(trade: Trade) -> None:
    deal = paid_deal(trade, WALLET, OWN)
    trade.wait_until(deal.order.ship_by)
    remind_of_late()
    give_back_unsent()
    assert kinds(deal) == []
    to_buyer, _ = mails_about("late:")
    assert "Only your wallet can ask for the money" in to_buyer
    shown = next_event(trade.story(deal.id), trade.now())
    assert shown.by == deal.order.auto_release_at
    assert "the seller is paid" in shown.otherwise.message  # type: ignore[union-attr]


def test_after_a_part_was_given_back_the_rest_follows(trade: Trade) -> None:
    deal = paid_deal(trade)
    refund(trade, deal.shop, deal.id, 3_000)
    trade.settle()
    everybody_is_silent(trade, [deal])
    assert deal.with_buyer() == CENTS
    assert trade.stock(deal.goods) == (5, 0)


def test_a_parcel_that_left_late_is_paid_for_like_any_other(trade: Trade) -> None:
    deal = paid_deal(trade)
    trade.wait_until(deal.order.ship_by)
    remind_of_late()
    give_back_unsent()
    with transaction() as session:
        ship_order(session, deal.shop.owner, deal.id, carrier="VET Express", tracking="1", now=trade.now())
    everybody_is_silent(trade, [deal])
    assert axes(deal)[2] == "released"
    assert len(mails_about("late:")) == 2


def test_nothing_is_given_back_that_the_bank_has_taken_back(trade: Trade) -> None:
    deal = paid_deal(trade)
    with transaction() as session:
        record_chargeback(session, CardDisputed(deal.group.id, "dp_1", CENTS, "needs_response"))
    trade.wait_until(deal.order.ship_by + LONG)
    give_back_unsent()
    trade.settle()
    assert trade.send_card_refunds() == 0
    assert axes(deal)[1] == "unfulfilled"


def test_when_no_job_ran_for_weeks_the_seller_is_not_paid_in_between(trade: Trade) -> None:
    deal = paid_deal(trade)
    trade.wait_until(deal.order.auto_release_at + LONG)
    assert axes(deal)[2] == "in_escrow"
    give_back_unsent()
    trade.settle()
    assert axes(deal)[2] == "refunded"


def test_each_side_reads_what_silence_will_bring(trade: Trade) -> None:
    deal = paid_deal(trade)
    trade.wait_until(deal.order.ship_by)
    story = trade.story(deal.id)
    for_buyer, for_seller = next_event(story, trade.now()), next_event(story, trade.now(), for_seller=True)
    assert for_buyer.by == for_seller.by == story.given_back_at
    assert "comes back to you by itself" in for_buyer.otherwise.message  # type: ignore[union-attr]
    assert "goes back to the buyer by itself" in for_seller.otherwise.message  # type: ignore[union-attr]
    assert deal.order.ship_by < story.given_back_at < deal.order.auto_release_at  # type: ignore[operator]


def test_looking_again_gives_back_only_once(trade: Trade) -> None:
    deal = paid_deal(trade)
    trade.wait_until(deal.order.ship_by + timedelta(days=3))
    for _ in range(3):
        give_back_unsent()
    assert kinds(deal) == ["refund"]
    assert trade.stock(deal.goods) == (5, 0)
