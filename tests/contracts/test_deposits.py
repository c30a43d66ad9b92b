"""Ways in, with the signatures that the product makes; a wrong person, amount, terms, chain or deadline is refused."""

from dataclasses import replace

import pytest

from app.chain.contracts import TOKEN, encode_call
from app.chain.typed_data import sign as sign_document
from app.chain.typed_data import terms_document
from tests.contracts.market import PRICE, Market, address, named
from tests.contracts.node import CHAIN_ID, Refused


def test_one_signature_funds_all_sellers_and_a_stranger_may_relay_it(market: Market) -> None:
    terms = market.terms(legs=3)
    receipt = market.send(
        "depositWithAuthorization", terms, market.authorization(terms, market.buyer), by=market.stranger
    )
    assert named(receipt, "Deposited") == {
        "id": market.id(terms),
        "groupId": terms.group_id,
        "payer": address(market.buyer),
        "token": market.token,
        "buyer": address(market.buyer),
        "amount": 3 * PRICE,
    }
    assert [market.state(terms, leg)["remaining"] for leg in range(3)] == [PRICE] * 3


def test_a_stranger_cannot_present_the_authorization_to_the_token_first(market: Market) -> None:
    terms = market.terms()
    given = market.authorization(terms, market.buyer)
    arguments = (terms.buyer, market.escrow, PRICE, given[0], given[1], market.id(terms), *given[2:])
    with pytest.raises(Refused):
        market.send_token("receiveWithAuthorization", *arguments, by=market.stranger)
    market.send("depositWithAuthorization", terms, given)
    assert market.state(terms)["remaining"] == PRICE


def test_a_stranger_cannot_use_it_as_a_plain_transfer(market: Market) -> None:
    terms = market.terms()
    given = market.authorization(terms, market.buyer)
    arguments = (terms.buyer, market.escrow, PRICE, given[0], given[1], market.id(terms), *given[2:])
    with pytest.raises(Refused):
        market.send_token("transferWithAuthorization", *arguments, by=market.stranger)


def test_an_authorization_signed_by_another_person_is_refused(market: Market) -> None:
    terms = market.terms()
    with pytest.raises(Refused, match="ERC3009InvalidSignature"):
        market.send("depositWithAuthorization", terms, market.authorization(terms, market.stranger))
    assert market.state(terms)["funded"] is False


@pytest.mark.parametrize(
    "wrong",
    [{"value": PRICE - 1}, {"chain_id": CHAIN_ID + 1}, {"nonce": b"\x01" * 32}, {"receiver": b"\x01" * 20}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_an_authorization_over_anything_else_is_refused(market: Market, wrong: dict[str, int | bytes]) -> None:
    terms = market.terms()
    with pytest.raises(Refused):
        market.send("depositWithAuthorization", terms, market.authorization(terms, market.buyer, **wrong))
    assert market.balance(market.escrow) == 0


def test_an_expired_authorization_is_refused(market: Market) -> None:
    terms = market.terms()
    given = market.authorization(terms, market.buyer, valid_before=market.node.now())
    with pytest.raises(Refused):
        market.send("depositWithAuthorization", terms, given)


def test_terms_changed_after_signing_are_refused(market: Market) -> None:
    terms = market.terms()
    given = market.authorization(terms, market.buyer)
    changed = replace(terms, legs=(replace(terms.legs[0], seller=address(market.stranger)),))
    with pytest.raises(Refused):
        market.send("depositWithAuthorization", changed, given)


def test_a_deposit_after_the_agreed_second_is_refused(market: Market) -> None:
    terms = market.terms()
    given = market.authorization(terms, market.buyer)
    market.node.pass_until(terms.fund_by + 1)
    with pytest.raises(Refused, match="FundingClosed"):
        market.send("depositWithAuthorization", terms, given)


def test_the_same_terms_are_funded_once(market: Market) -> None:
    terms = market.terms()
    market.deposit(terms)
    with pytest.raises(Refused, match="AlreadyFunded"):
        market.deposit(terms)


def test_permit_and_signed_terms_fund_the_escrow(market: Market) -> None:
    terms = market.terms()
    market.send("depositWithPermit", terms, *market.permit(terms))
    assert market.state(terms)["remaining"] == PRICE


def test_a_permit_presented_first_by_a_stranger_does_no_harm(market: Market) -> None:
    terms = market.terms()
    permit, consent = market.permit(terms)
    market.send_token("permit", terms.buyer, market.escrow, PRICE, *permit, by=market.stranger)
    market.send("depositWithPermit", terms, permit, consent)
    assert market.state(terms)["remaining"] == PRICE


def test_a_permit_without_the_buyers_word_on_the_terms_is_refused(market: Market) -> None:
    terms = market.terms()
    permit, _ = market.permit(terms)
    consent = sign_document(market.stranger, terms_document(terms, CHAIN_ID, market.escrow))
    with pytest.raises(Refused, match="InvalidSignature"):
        market.send("depositWithPermit", terms, permit, consent)


def test_the_treasury_pays_for_a_card_buyer(market: Market) -> None:
    terms = replace(market.terms(), refund_to=address(market.operator))
    market.mint(address(market.operator), PRICE, "card payment")
    market.node.send(address(market.operator), market.token, encode_call(TOKEN, "approve", market.escrow, PRICE))
    receipt = market.send("depositFor", terms)
    assert named(receipt, "Deposited")["payer"] == address(market.operator)
    market.send("refund", terms, 0, PRICE, by=market.seller)
    assert market.balance(address(market.operator)) == PRICE


def test_a_failing_item_does_not_stop_a_batch(market: Market) -> None:
    good, bad = market.terms(group=1), market.terms(group=2)
    items = [(bad, market.authorization(bad, market.stranger)), (good, market.authorization(good, market.buyer))]
    receipt = market.send("depositBatchWithAuthorization", items)
    failed = named(receipt, "BatchItemFailed")
    assert (failed["id"], failed["index"]) == (market.id(bad), 0)
    assert [market.state(terms)["funded"] for terms in (bad, good)] == [False, True]
