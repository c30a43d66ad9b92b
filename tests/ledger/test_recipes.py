"""Every recipe, with any amount, writes a journal that balances in each asset and books what its name says."""

import inspect
from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger import recipes
from app.ledger.chart import CHART, TOKEN, USD, token_account, usd_account
from app.ledger.entries import JournalEntry, LegRef, credit, debit
from app.money.amounts import UNITS_PER_CENT
from tests.ledger.amounts import AT, Book, bps, cents, log_ref, sums, units

ORDER, SHOP = UUID(int=1), UUID(int=2)
legs = st.builds(LegRef, st.just(ORDER), st.just(SHOP), st.booleans())
mirrors = st.sampled_from(
    [
        (token_account("1200"), token_account("2900")),
        (token_account("1210"), token_account("2900")),
        (token_account("1205"), token_account("2900")),
        (token_account("3910"), token_account("2900")),
        (token_account("1230", SHOP), token_account("2200", SHOP)),
        (token_account("1250"), token_account("2100")),
    ]
)
people = st.sampled_from(
    [(token_account("1230", SHOP), token_account("2200", SHOP)), (token_account("1250"), token_account("2100"))]
)
by_hand = cents.map(lambda much: (debit(usd_account("1010"), much), credit(usd_account("3000"), much)))
_BY_NAME = {
    "entry": by_hand.map(lambda lines: JournalEntry("key", "some_event", AT, lines)),
    "attempt": st.integers(1, 9),
    "number": st.sampled_from(["2310", "2320"]),
    "back": cents,
    "vat": units,
    "lines": by_hand, "owed": st.sampled_from([usd_account("2400", SHOP), usd_account("1300", SHOP)]),
    "wei": units,  "chain_id": st.just(31337), "block_number": st.just(7), "claim_id": st.just(UUID(int=4)), "step_id": st.just(UUID(int=5)),
    "cents": cents, "units": units, "gross": cents, "amount": cents, "fee": units, "net": units, "known": units, "refunded_before": units, "is_ours": st.booleans(), "who": st.just(bytes(20)), "fee_vat_bps": bps,
    "leg": legs, "log": st.builds(log_ref), "at": st.just(AT), "source": mirrors, "target": mirrors,
    "order_id": st.sampled_from([None, ORDER]), "organization_id": st.just(SHOP), "redemption_id": st.just(UUID(int=3)),
}  # fmt: skip
RECIPES = [
    function
    for name, function in inspect.getmembers(recipes, inspect.isfunction)
    if not name.startswith("_") and inspect.signature(function).return_annotation is JournalEntry
]


def _facts_of(recipe: Callable[..., JournalEntry]) -> dict[str, st.SearchStrategy[object]]:
    known = _BY_NAME if recipe is recipes.stray_transfer else {**_BY_NAME, "target": people}
    return {name: known.get(name, st.just(f"some_{name}")) for name in inspect.signature(recipe).parameters}


def test_the_list_of_recipes_is_not_empty() -> None:
    assert len(RECIPES) >= 20


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.__name__)
@given(data=st.data())
def test_a_recipe_balances_in_each_asset_and_has_no_empty_line(
    recipe: Callable[..., JournalEntry], data: st.DataObject
) -> None:
    facts = {name: data.draw(strategy, label=name) for name, strategy in _facts_of(recipe).items()}
    if "source" in facts and facts["source"] == facts["target"]:
        return  # booked nowhere: the same address's tokens did not move
    entry = recipe(**facts)
    assert not any(sums(entry).values())
    assert entry.lines
    assert all(line.amount and line.account.number in CHART for line in entry.lines)
    assert len({line.account for line in entry.lines}) == len(entry.lines)


@given(parts=st.lists(st.integers(1, 3 * UNITS_PER_CENT), min_size=1, max_size=6), market_held=st.booleans())
def test_refunds_in_any_parts_owe_the_card_the_whole_cents_of_their_sum_and_keep_less_than_one_in_suspense(
    parts: list[int], market_held: bool
) -> None:
    book, before = Book(), 0
    for part in parts:
        leg = LegRef(ORDER, SHOP, market_held)
        book.post(recipes.leg_refunded_to_treasury(leg=leg, units=part, refunded_before=before, log=log_ref()))
        before += part
    assert book.of("1200", TOKEN) == before
    assert book.of("2150", USD) == before // UNITS_PER_CENT
    assert book.of("2900", TOKEN) == before % UNITS_PER_CENT
    assert book.of("3900", TOKEN) == -book.of("3900", USD) * UNITS_PER_CENT


@given(units=units)
def test_a_mint_or_redemption_of_part_of_a_cent_loses_no_unit(units: int) -> None:
    wallet = (token_account("1250"), token_account("2100"))
    for entry, number in (
        (recipes.tokens_sold_to_wallet(units=units, target=wallet, log=log_ref()), "2150"),
        (recipes.seller_tokens_redeemed(organization_id=SHOP, units=units, log=log_ref()), "2210"),
    ):
        book = Book()
        book.post(entry)
        assert abs(book.of("3910", TOKEN)) == units
        assert abs(book.of(number, USD)) == units // UNITS_PER_CENT
        assert abs(book.of("2900", TOKEN)) == units % UNITS_PER_CENT
        assert book.of("3900", TOKEN) == -book.of("3900", USD) * UNITS_PER_CENT


@given(net=units, fee=units, vat=bps)
def test_a_release_owes_a_market_held_seller_exactly_what_lies_on_its_address(net: int, fee: int, vat: int) -> None:
    book = Book()
    book.post(recipes.leg_released(leg=LegRef(ORDER, SHOP, True), net=net, fee=fee, fee_vat_bps=vat, log=log_ref()))
    assert book.of("2200", TOKEN, SHOP) == book.of("1230", TOKEN, SHOP) == net
    assert book.of("4100", TOKEN) + book.of("2300", TOKEN) == book.of("1205", TOKEN) == fee


def test_keys_of_recipes_tell_facts_apart() -> None:
    entries = [
        recipes.card_payment_succeeded(payment_intent="pi_1", cents=1, at=AT),
        recipes.charge_settled(balance_transaction="txn_1", gross=1, fee=0, at=AT),
        recipes.card_refund_succeeded(refund="re_1", cents=1, at=AT, order_id=None),
        recipes.bank_receipt_recorded(reference="R1", cents=1, at=AT),
        recipes.stripe_payout_created(balance_transaction="txn_2", cents=1, at=AT),
        recipes.stripe_payout_arrived(payout="po_1", cents=1, at=AT),
        recipes.redemption_paid(redemption_id=ORDER, organization_id=SHOP, cents=1, at=AT),
        recipes.tokens_minted_to_treasury(units=1, log=log_ref(0)),
        recipes.tokens_minted_to_treasury(units=1, log=log_ref(1)),
    ]
    assert len({entry.key for entry in entries}) == len(entries)
