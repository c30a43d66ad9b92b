"""Any sequence of what can happen to a float of somebody else's tokens keeps the promises of the books."""

from collections import Counter
from random import Random
from uuid import UUID, uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.ledger import recipes
from app.ledger.chart import TOKEN, USD, token_account
from app.ledger.entries import JournalEntry, LegRef
from app.money.amounts import UNITS_PER_CENT, cents_completed, fee_due
from tests.ledger.amounts import AT, Book, log_ref
from tests.ledger.test_books_machine import FEE_BPS, SHOPS, VAT_BPS, WALLET, Leg, holder_of, pick, some_cents

OURS = ("1200", "1205", "1206", "1210", "1230")
OF_THE_ISSUER = ("1250", "2100", "3910")


class ResoldBooks(RuleBasedStateMachine):
    """As BooksMachine, for a market that issues nothing: tokens come from outside and go there."""

    @initialize()
    def open_books(self) -> None:
        self.book = Book()
        self.held = 0
        self.legs: list[Leg] = []
        self.paid: list[int] = []
        self.owed: list[int] = []
        self.waiting_to_be_booked = 0
        self.post(recipes.capital_paid_in(key="capital", cents=10**12, at=AT))

    def post(self, entry: JournalEntry) -> None:
        kept = recipes.resold(entry)
        if kept is not None:
            self.book.post(kept)

    @rule(cents=some_cents)
    def tokens_come_to_the_treasury(self, cents: int) -> None:
        units = cents * UNITS_PER_CENT
        target = (token_account("1200"), token_account("2900"))
        self.post(recipes.stray_transfer(source=WALLET, target=target, units=units, log=log_ref()))
        self.held += units
        self.waiting_to_be_booked += cents

    @precondition(lambda self: self.waiting_to_be_booked)
    @rule(random=pick, price=st.integers(-500, 500))
    def they_were_bought(self, random: Random, price: int) -> None:
        cents = random.randint(1, self.waiting_to_be_booked)
        units = cents * UNITS_PER_CENT
        self.post(recipes.float_bought(key=uuid4().hex, units=units, cents=max(1, cents + price), at=AT))
        self.waiting_to_be_booked -= cents

    @rule(cents=some_cents)
    def a_card_is_charged(self, cents: int) -> None:
        self.post(recipes.card_payment_succeeded(payment_intent=uuid4().hex, cents=cents, at=AT))
        self.paid.append(cents)

    @precondition(lambda self: self.paid and self.book.of("1200", TOKEN) >= self.paid[0] * UNITS_PER_CENT)
    @rule(shop=st.sampled_from(SHOPS))
    def the_float_funds_a_leg(self, shop: UUID) -> None:
        units = self.paid.pop(0) * UNITS_PER_CENT
        leg = Leg(LegRef(uuid4(), shop, holder_of(shop) != WALLET), units, by_card=True)
        self.post(recipes.leg_funded_by_card(leg=leg.ref, units=units, log=log_ref()))
        self.legs.append(leg)

    @rule(shop=st.sampled_from(SHOPS), cents=some_cents)
    def a_wallet_funds_a_leg(self, shop: UUID, cents: int) -> None:
        leg = Leg(LegRef(uuid4(), shop, holder_of(shop) != WALLET), cents * UNITS_PER_CENT, by_card=False)
        self.post(recipes.leg_funded_by_wallet(leg=leg.ref, units=leg.units, log=log_ref()))
        self.held += leg.units
        self.legs.append(leg)

    @precondition(lambda self: any(leg.left for leg in self.legs))
    @rule(random=pick)
    def part_of_a_leg_is_released(self, random: Random) -> None:
        leg = random.choice([leg for leg in self.legs if leg.left])
        units = random.randint(1, leg.left)
        fee = fee_due(leg.released + units, FEE_BPS) - fee_due(leg.released, FEE_BPS)
        self.post(recipes.leg_released(leg=leg.ref, net=units - fee, fee=fee, fee_vat_bps=VAT_BPS, log=log_ref()))
        leg.released += units
        if not leg.ref.seller_is_market_held:
            self.held -= units - fee

    @precondition(lambda self: any(leg.left for leg in self.legs))
    @rule(random=pick)
    def part_of_a_leg_is_refunded(self, random: Random) -> None:
        leg = random.choice([leg for leg in self.legs if leg.left])
        units = random.randint(1, leg.left)
        if leg.by_card:
            self.post(
                recipes.leg_refunded_to_treasury(leg=leg.ref, units=units, refunded_before=leg.refunded, log=log_ref())
            )
            cents, _ = cents_completed(leg.refunded, units)
            self.owed += [cents] if cents else []
        else:
            self.post(recipes.leg_refunded_to_wallet(leg=leg.ref, units=units, log=log_ref()))
            self.held -= units
        leg.refunded += units

    @precondition(lambda self: self.owed)
    @rule()
    def a_card_is_given_back(self) -> None:
        entry = recipes.card_refund_succeeded(refund=uuid4().hex, cents=self.owed.pop(0), at=AT, order_id=None)
        self.post(entry)

    @precondition(lambda self: any(self.book.of("2200", TOKEN, shop) >= UNITS_PER_CENT for shop in SHOPS))
    @rule(random=pick)
    def a_seller_redeems(self, random: Random) -> None:
        shop = random.choice([shop for shop in SHOPS if self.book.of("2200", TOKEN, shop) >= UNITS_PER_CENT])
        cents = random.randint(1, self.book.of("2200", TOKEN, shop) // UNITS_PER_CENT)
        units = cents * UNITS_PER_CENT
        self.post(recipes.seller_tokens_bought_back(organization_id=shop, units=units, log=log_ref()))
        self.post(recipes.redemption_paid(redemption_id=uuid4(), organization_id=shop, cents=cents, at=AT))

    @precondition(lambda self: self.book.of("1200", TOKEN) >= UNITS_PER_CENT)
    @rule(random=pick)
    def a_wallet_buys_of_the_float(self, random: Random) -> None:
        cents = random.randint(1, self.book.of("1200", TOKEN) // UNITS_PER_CENT)
        self.post(recipes.bank_receipt_recorded(reference=uuid4().hex, cents=cents, at=AT))
        self.post(recipes.float_sold_to_wallet(units=cents * UNITS_PER_CENT, log=log_ref()))
        self.held -= cents * UNITS_PER_CENT

    @rule(cents=st.integers(-(10**6), 10**6).filter(bool))
    def the_float_is_valued(self, cents: int) -> None:
        self.post(recipes.float_revalued(key=uuid4().hex, cents=cents, at=AT))

    @invariant()
    def the_books_sum_to_zero_in_each_asset(self) -> None:
        sums: Counter[str] = Counter()
        for ref, amount in self.book.balances.items():
            sums[ref.asset] += amount
        assert not any(sums.values())

    @invariant()
    def our_addresses_hold_what_came_and_did_not_leave(self) -> None:
        assert sum(self.book.of(number, TOKEN) for number in OURS) == self.held

    @invariant()
    def nothing_of_the_issuer_is_booked(self) -> None:
        assert not any(self.book.of(number, TOKEN) for number in OF_THE_ISSUER)

    @invariant()
    def the_position_is_the_same_in_both_assets(self) -> None:
        assert self.book.of("3900", TOKEN) == -self.book.of("3900", USD) * UNITS_PER_CENT

    @invariant()
    def no_money_is_spent_that_is_not_there(self) -> None:
        assert self.book.overdrawn() == []

    @invariant()
    def each_order_is_owed_what_its_leg_still_holds(self) -> None:
        for leg in self.legs:
            assert self.book.of("2110", TOKEN, leg.ref.order_id) == leg.left

    @invariant()
    def each_seller_is_owed_what_its_address_holds(self) -> None:
        for shop in SHOPS:
            assert self.book.of("2200", TOKEN, shop) == self.book.of("1230", TOKEN, shop)


ResoldBooks.TestCase.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
TestAnySequenceKeepsResoldBooksWhole = ResoldBooks.TestCase
