"""Any sequence of what can happen to money keeps the books whole."""

from dataclasses import dataclass
from random import Random
from uuid import UUID, uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.ledger import recipes
from app.ledger.chart import TOKEN, USD, token_account
from app.ledger.queries import RESERVE_ACCOUNTS
from app.ledger.recipes import LegRef
from app.money.amounts import UNITS_PER_CENT, fee_due
from tests.ledger.amounts import AT, Book, log_ref

CAPITAL_CENTS = 10**12
FEE_BPS, VAT_BPS = 500, 1000
SHOPS = [UUID(int=10), UUID(int=11), UUID(int=12)]
WALLET_SHOP = SHOPS[2]
some_cents = st.integers(1, 10**7)
pick = st.randoms(use_true_random=False)


@dataclass
class Leg:
    ref: LegRef
    units: int
    by_card: bool
    released: int = 0
    refunded: int = 0

    @property
    def left(self) -> int:
        return self.units - self.released - self.refunded


class BooksMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.book.post(recipes.capital_paid_in(key="capital", cents=CAPITAL_CENTS, at=AT))
        self.unsettled: list[int] = []
        self.settled: list[int] = []
        self.disputed: list[int] = []
        self.to_mint: list[int] = []
        self.minted: list[int] = []
        self.legs: list[Leg] = []
        self.to_refund: list[int] = []
        self.refunding: list[int] = []
        self.receipts: list[int] = []
        self.redemptions: list[tuple[UUID, int]] = []
        self.on_way: list[int] = []

    @rule(cents=some_cents)
    def a_card_is_charged(self, cents: int) -> None:
        self.book.post(recipes.card_payment_succeeded(payment_intent=uuid4().hex, cents=cents, at=AT))
        self.unsettled.append(cents)
        self.to_mint.append(cents)

    @precondition(lambda self: self.unsettled)
    @rule()
    def stripe_takes_its_fee(self) -> None:
        gross = self.unsettled.pop(0)
        fee = min(gross, gross * 29 // 1000 + 30)
        self.book.post(recipes.charge_settled(balance_transaction=uuid4().hex, gross=gross, fee=fee, at=AT))
        self.settled.append(gross)

    @precondition(lambda self: self.to_mint)
    @rule()
    def tokens_are_minted(self) -> None:
        cents = self.to_mint.pop(0)
        self.book.post(recipes.tokens_minted_to_treasury(units=cents * UNITS_PER_CENT, log=log_ref()))
        self.minted.append(cents)

    @precondition(lambda self: self.minted)
    @rule(shop=st.sampled_from(SHOPS))
    def the_treasury_funds_a_leg(self, shop: UUID) -> None:
        units = self.minted.pop(0) * UNITS_PER_CENT
        leg = Leg(LegRef(uuid4(), shop, shop != WALLET_SHOP), units, by_card=True)
        self.book.post(recipes.leg_funded_by_card(leg=leg.ref, units=units, log=log_ref()))
        self.legs.append(leg)

    @rule(cents=some_cents)
    def a_buyer_pays_by_bank(self, cents: int) -> None:
        self.book.post(recipes.bank_receipt_recorded(reference=uuid4().hex, cents=cents, at=AT))
        self.receipts.append(cents)

    @precondition(lambda self: self.receipts)
    @rule()
    def tokens_go_to_a_wallet(self) -> None:
        self.book.post(recipes.tokens_sold_to_wallet(cents=self.receipts.pop(0), log=log_ref()))

    @precondition(lambda self: self.book.of("1250", TOKEN) > 0)
    @rule(shop=st.sampled_from(SHOPS), random=pick)
    def a_wallet_funds_a_leg(self, shop: UUID, random: Random) -> None:
        units = random.randint(1, self.book.of("1250", TOKEN))
        leg = Leg(LegRef(uuid4(), shop, shop != WALLET_SHOP), units, by_card=False)
        self.book.post(recipes.leg_funded_by_wallet(leg=leg.ref, units=units, log=log_ref()))
        self.legs.append(leg)

    @precondition(lambda self: any(leg.left for leg in self.legs))
    @rule(random=pick)
    def part_of_a_leg_is_released(self, random: Random) -> None:
        leg = random.choice([leg for leg in self.legs if leg.left])
        units = random.randint(1, leg.left)
        fee = fee_due(leg.released + units, FEE_BPS) - fee_due(leg.released, FEE_BPS)
        entry = recipes.leg_released(leg=leg.ref, net=units - fee, fee=fee, fee_vat_bps=VAT_BPS, log=log_ref())
        self.book.post(entry)
        leg.released += units

    @precondition(lambda self: any(leg.left for leg in self.legs))
    @rule(random=pick)
    def part_of_a_leg_is_refunded(self, random: Random) -> None:
        leg = random.choice([leg for leg in self.legs if leg.left])
        units = random.randint(1, leg.left)
        recipe = recipes.leg_refunded_to_treasury if leg.by_card else recipes.leg_refunded_to_wallet
        self.book.post(recipe(leg=leg.ref, units=units, log=log_ref()))
        leg.refunded += units
        if leg.by_card and units >= UNITS_PER_CENT:
            self.to_refund.append(units // UNITS_PER_CENT)

    @precondition(lambda self: self.to_refund)
    @rule()
    def a_card_is_given_back_and_its_tokens_burned(self) -> None:
        cents = self.to_refund.pop(0)
        self.book.post(recipes.treasury_tokens_burned(units=cents * UNITS_PER_CENT, log=log_ref()))
        self.book.post(recipes.card_refund_succeeded(refund=uuid4().hex, cents=cents, at=AT, order_id=None))
        self.refunding.append(cents)

    @precondition(lambda self: self.refunding)
    @rule()
    def stripe_takes_a_refund(self) -> None:
        cents = self.refunding.pop(0)
        self.book.post(recipes.refund_settled(balance_transaction=uuid4().hex, amount=cents, fee=0, at=AT))

    @precondition(lambda self: self.settled)
    @rule()
    def a_charge_is_disputed(self) -> None:
        cents = self.settled.pop(0)
        self.book.post(recipes.dispute_withdrawn(balance_transaction=uuid4().hex, amount=cents, fee=1500, at=AT))
        self.disputed.append(cents)

    @precondition(lambda self: self.disputed)
    @rule(won=st.booleans())
    def a_dispute_ends(self, won: bool) -> None:
        cents = self.disputed.pop(0)
        if won:
            entry = recipes.dispute_reinstated(balance_transaction=uuid4().hex, amount=cents, fee=1500, at=AT)
        else:
            entry = recipes.dispute_lost(dispute=uuid4().hex, cents=cents, at=AT)
        self.book.post(entry)

    @precondition(lambda self: any(self.book.of("2200", TOKEN, shop) >= UNITS_PER_CENT for shop in SHOPS))
    @rule(random=pick)
    def a_seller_redeems(self, random: Random) -> None:
        shop = random.choice([shop for shop in SHOPS if self.book.of("2200", TOKEN, shop) >= UNITS_PER_CENT])
        cents = random.randint(1, self.book.of("2200", TOKEN, shop) // UNITS_PER_CENT)
        self.book.post(recipes.seller_tokens_redeemed(organization_id=shop, cents=cents, log=log_ref()))
        self.redemptions.append((shop, cents))

    @precondition(lambda self: self.redemptions)
    @rule()
    def the_bank_pays_a_redemption(self) -> None:
        shop, cents = self.redemptions.pop(0)
        entry = recipes.redemption_paid(redemption_id=uuid4(), organization_id=shop, cents=cents, at=AT)
        self.book.post(entry)

    @precondition(lambda self: self.book.of("1100", USD) > 0)
    @rule(random=pick)
    def stripe_pays_out(self, random: Random) -> None:
        cents = random.randint(1, self.book.of("1100", USD))
        self.book.post(recipes.stripe_payout_created(balance_transaction=uuid4().hex, cents=cents, at=AT))
        self.on_way.append(cents)

    @precondition(lambda self: self.on_way)
    @rule()
    def a_payout_arrives(self) -> None:
        self.book.post(recipes.stripe_payout_arrived(payout=uuid4().hex, cents=self.on_way.pop(0), at=AT))

    @precondition(lambda self: self.book.of("1250", TOKEN) > 0)
    @rule(random=pick, number=st.sampled_from(["1200", "1205", "1210", "3910"]))
    def a_stranger_sends_or_burns_tokens(self, random: Random, number: str) -> None:
        units = random.randint(1, self.book.of("1250", TOKEN))
        source = (token_account("1250"), token_account("2100"))
        target = (token_account(number), token_account("2900"))
        self.book.post(recipes.stray_transfer(source=source, target=target, units=units, log=log_ref()))

    @invariant()
    def the_books_sum_to_zero_in_each_asset(self) -> None:
        for asset in (USD, TOKEN):
            assert sum(amount for ref, amount in self.book.balances.items() if ref.asset == asset) == 0

    @invariant()
    def mirrored_addresses_hold_the_whole_supply(self) -> None:
        mirrored = sum(self.book.of(number, TOKEN) for number in ("1200", "1205", "1210", "1230", "1250"))
        assert mirrored == self.book.of("3910", TOKEN)

    @invariant()
    def the_position_is_the_same_in_both_assets(self) -> None:
        assert self.book.of("3900", TOKEN) == -self.book.of("3900", USD) * UNITS_PER_CENT

    @invariant()
    def the_reserve_covers_the_supply(self) -> None:
        reserve = sum(self.book.of(number, USD) for number in RESERVE_ACCOUNTS) - self.book.of("2210", USD)
        assert reserve * UNITS_PER_CENT >= self.book.of("3910", TOKEN)

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


BooksMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
TestAnySequenceOfMoneyKeepsTheBooksWhole = BooksMachine.TestCase
