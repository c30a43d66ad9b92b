"""Each message that the product signs is accepted by the committed contract, once, and from the right person only."""

from typing import Any

import pytest

from app.chain.contracts import ESCROW, encode_call
from tests.contracts.market import DAY, FOREVER, PRICE, Market, address, named
from tests.contracts.node import Refused

FEE = PRICE // 20


@pytest.fixture
def terms(market: Market) -> Any:
    """A funded order."""
    agreed = market.terms()
    market.deposit(agreed)
    return agreed


def test_the_buyers_release_pays_the_seller(market: Market, terms: Any) -> None:
    consent = market.consent("Release", terms, market.buyer, PRICE, PRICE)
    receipt = market.send("releaseWithSignature", terms, 0, PRICE, FOREVER, consent, by=market.stranger)
    released = named(receipt, "Released")
    assert (released["net"], released["fee"], released["remaining"], released["reason"]) == (PRICE - FEE, FEE, 0, 0)
    assert (market.balance(address(market.seller)), market.balance(address(market.fees))) == (PRICE - FEE, FEE)


def test_a_release_works_once(market: Market, terms: Any) -> None:
    consent = market.consent("Release", terms, market.buyer, PRICE // 4, PRICE)
    market.send("releaseWithSignature", terms, 0, PRICE // 4, FOREVER, consent)
    with pytest.raises(Refused, match="InvalidSignature"):
        market.send("releaseWithSignature", terms, 0, PRICE // 4, FOREVER, consent)


def test_the_sellers_refund_goes_back(market: Market, terms: Any) -> None:
    before = market.balance(address(market.buyer))
    consent = market.consent("Refund", terms, market.seller, 40, PRICE)
    receipt = market.send("refundWithSignature", terms, 0, 40, FOREVER, consent)
    assert named(receipt, "Refunded")["reason"] == 2
    assert market.balance(address(market.buyer)) == before + 40


def test_the_sellers_word_on_shipping_answers_a_cancellation(market: Market, terms: Any) -> None:
    market.node.pass_until(terms.legs[0].ship_by + 1)
    ask = market.consent("CancelUnshipped", terms, market.buyer)
    market.send("cancelUnshippedWithSignature", terms, 0, FOREVER, ask)
    answer = market.consent("MarkShipped", terms, market.seller)
    market.send("markShippedWithSignature", terms, 0, FOREVER, answer)
    market.node.pass_until(terms.legs[0].ship_by + 3 * DAY)
    with pytest.raises(Refused, match="AlreadyShipped"):
        market.send("finalizeCancellation", terms, 0)


def test_silence_on_a_cancellation_gives_the_money_back(market: Market, terms: Any) -> None:
    market.node.pass_until(terms.legs[0].ship_by + 1)
    ask = market.consent("CancelUnshipped", terms, market.buyer)
    market.send("cancelUnshippedWithSignature", terms, 0, FOREVER, ask)
    market.node.pass_until(terms.legs[0].ship_by + 3 * DAY)
    receipt = market.send("finalizeCancellation", terms, 0, by=market.stranger)
    assert named(receipt, "Refunded")["reason"] == 3


def test_a_dispute_holds_the_money_until_the_arbiter_divides_it(market: Market, terms: Any) -> None:
    market.send("disputeWithSignature", terms, 0, FOREVER, market.consent("Dispute", terms, market.buyer))
    market.node.pass_until(terms.legs[0].auto_release_at + 1)
    with pytest.raises(Refused, match="InDispute"):
        market.send("claim", terms, 0)
    decision = market.consent("Resolve", terms, market.arbiter, PRICE // 2, PRICE)
    receipt = market.send("resolveWithSignature", terms, 0, PRICE // 2, PRICE, FOREVER, decision)
    assert named(receipt, "Released")["reason"] == named(receipt, "Refunded")["reason"] == 4
    assert market.state(terms)["remaining"] == 0


def test_an_absent_arbiter_means_the_signed_split(market: Market, terms: Any) -> None:
    market.send("dispute", terms, 0, by=market.buyer)
    market.node.pass_until(market.node.now() + 14 * DAY + 1)
    receipt = market.send("timeoutDispute", terms, 0, by=market.stranger)
    assert named(receipt, "Refunded")["amount"] == PRICE // 2


def test_a_split_that_both_signed_is_paid_also_during_a_dispute(market: Market, terms: Any) -> None:
    market.send("dispute", terms, 0, by=market.buyer)
    numbers = (30, PRICE, 1)
    by_both = [market.consent("Settle", terms, who, *numbers) for who in (market.buyer, market.seller)]
    receipt = market.send("settle", terms, 0, 30, 1, FOREVER, *by_both)
    agreed = named(receipt, "SettlementAgreed")
    assert (agreed["sellerAmount"], agreed["refundAmount"], agreed["sequence"]) == (30, PRICE - 30, 1)


def test_a_withdrawn_proposal_no_longer_counts(market: Market, terms: Any) -> None:
    by_both = [market.consent("Settle", terms, who, 30, PRICE, 1) for who in (market.buyer, market.seller)]
    back = market.consent("WithdrawProposals", terms, market.seller, 1, PRICE)
    market.send("withdrawProposalsWithSignature", terms, 0, 1, address(market.seller), FOREVER, back)
    with pytest.raises(Refused, match="ProposalWithdrawn"):
        market.send("settle", terms, 0, 30, 1, FOREVER, *by_both)


def test_both_move_the_end_of_protection(market: Market, terms: Any) -> None:
    later = terms.legs[0].auto_release_at + DAY
    by_both = [market.consent("Extend", terms, who, later, PRICE) for who in (market.buyer, market.seller)]
    market.send("extend", terms, 0, later, FOREVER, *by_both)
    market.node.pass_until(later)
    with pytest.raises(Refused, match="StillProtected"):
        market.node.read(market.escrow, _claim(terms))
    market.node.pass_until(later + 1)
    market.send("claim", terms, 0, by=market.stranger)
    assert market.balance(address(market.seller)) == PRICE - FEE


@pytest.mark.parametrize(
    ("act", "function", "numbers", "arguments", "signer"),
    [
        ("Release", "releaseWithSignature", (PRICE, PRICE), (PRICE,), "seller"),
        ("Refund", "refundWithSignature", (PRICE, PRICE), (PRICE,), "buyer"),
        ("MarkShipped", "markShippedWithSignature", (), (), "buyer"),
        ("CancelUnshipped", "cancelUnshippedWithSignature", (), (), "seller"),
        ("Dispute", "disputeWithSignature", (), (), "arbiter"),
        ("Resolve", "resolveWithSignature", (PRICE, PRICE), (PRICE, PRICE), "buyer"),
    ],
)
def test_an_act_signed_by_another_person_is_refused(
    market: Market,
    terms: Any,
    act: str,
    function: str,
    numbers: tuple[int, ...],
    arguments: tuple[int, ...],
    signer: str,
) -> None:
    consent = market.consent(act, terms, getattr(market, signer), *numbers)
    with pytest.raises(Refused, match="InvalidSignature"):
        market.send(function, terms, 0, *arguments, FOREVER, consent)


def test_an_act_signed_over_another_amount_is_refused(market: Market, terms: Any) -> None:
    consent = market.consent("Release", terms, market.buyer, PRICE - 1, PRICE)
    with pytest.raises(Refused, match="InvalidSignature"):
        market.send("releaseWithSignature", terms, 0, PRICE, FOREVER, consent)


def test_an_act_is_refused_after_its_deadline(market: Market, terms: Any) -> None:
    deadline = market.node.now() + 10
    consent = market.consent("Release", terms, market.buyer, PRICE, PRICE, deadline=deadline)
    market.node.pass_until(deadline + 1)
    with pytest.raises(Refused, match="SignatureExpired"):
        market.send("releaseWithSignature", terms, 0, PRICE, deadline, consent)


def test_an_act_without_a_signature_is_only_for_the_party(market: Market, terms: Any) -> None:
    with pytest.raises(Refused, match="NotAllowed"):
        market.send("release", terms, 0, PRICE, by=market.operator)


def _claim(terms: Any) -> bytes:
    return encode_call(ESCROW, "claim", terms.as_tuple(), 0)
