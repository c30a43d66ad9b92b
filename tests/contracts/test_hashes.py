"""Python and Solidity agree on the hash of any terms, on this chain and contract only."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.chain.contracts import ESCROW, decode_result, encode_call
from app.chain.typed_data import Leg, Terms, escrow_id
from tests.contracts.market import Market
from tests.contracts.node import CHAIN_ID


def uints(bits: int) -> st.SearchStrategy[int]:
    return st.integers(0, 2**bits - 1)


ids = st.binary(min_size=32, max_size=32)
addresses = st.binary(min_size=20, max_size=20)
legs = st.builds(Leg, ids, addresses, uints(128), uints(16), uints(64), uints(64))
any_terms = st.builds(
    Terms,
    group_id=ids,
    token=addresses,
    buyer=addresses,
    refund_to=addresses,
    fee_recipient=addresses,
    arbiter=addresses,
    fund_by=uints(64),
    answer_window=uints(32),
    dispute_timeout=uints(32),
    default_seller_bps=uints(16),
    legs=st.lists(legs, max_size=5).map(tuple),
)


def id_on_chain(market: Market, terms: Terms) -> bytes:
    data = market.node.read(market.escrow, encode_call(ESCROW, "escrowId", terms.as_tuple()))
    return bytes(decode_result(ESCROW, "escrowId", 1, data)[0])


@given(terms=any_terms)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_terms_have_the_same_id_in_python_and_on_chain(market: Market, terms: Terms) -> None:
    assert escrow_id(terms, CHAIN_ID, market.escrow) == id_on_chain(market, terms)


def test_every_field_of_the_terms_changes_the_id(market: Market) -> None:
    terms = market.terms(legs=2)
    first = terms.legs[0]
    changed = [
        replace(terms, **{name: value})
        for name, value in {
            "group_id": b"\x01" * 32,
            "token": b"\x01" * 20,
            "buyer": b"\x01" * 20,
            "refund_to": b"\x01" * 20,
            "fee_recipient": b"\x01" * 20,
            "arbiter": b"\x01" * 20,
            "fund_by": 1,
            "answer_window": 1,
            "dispute_timeout": 1,
            "default_seller_bps": 1,
            "legs": terms.legs[::-1],
        }.items()
    ]
    changed += [
        replace(terms, legs=(replace(first, **{name: value}), terms.legs[1]))
        for name, value in {
            "order_id": b"\x01" * 32,
            "seller": b"\x01" * 20,
            "amount": 1,
            "fee_bps": 1,
            "ship_by": 1,
            "auto_release_at": 1,
        }.items()
    ]
    found = {id_on_chain(market, other) for other in [terms, *changed]}
    assert len(found) == 1 + len(changed)


def test_the_id_is_another_on_another_chain_or_contract(market: Market) -> None:
    terms = market.terms()
    assert escrow_id(terms, CHAIN_ID + 1, market.escrow) != id_on_chain(market, terms)
    assert escrow_id(terms, CHAIN_ID, market.token) != id_on_chain(market, terms)
