"""Any sequence of what can happen to money keeps every promise of the books, in memory and in the database alike."""

from collections import Counter
from dataclasses import dataclass
from random import Random
from uuid import UUID, uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app.ledger import recipes
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import GAS, TOKEN, USD, AccountRef, token_account
from app.ledger.entries import Holder, JournalEntry, LegRef
from app.ledger.queries import RESERVE_ACCOUNTS, reserve_cents
from app.ledger.sums import sum_posted
from app.money.amounts import UNITS_PER_CENT, cents_completed, fee_due
from tests.ledger.amounts import AT, Book, log_ref

CAPITAL_CENTS = 10**12
FEE_BPS, VAT_BPS, DISPUTE_FEE = 500, 1000, 1500
SHOPS = [UUID(int=10), UUID(int=11), UUID(int=12)]
WALLET_SHOP = SHOPS[2]
WALLET: Holder = (token_account("1250"), token_account("2100"))
MIRRORS = ("1200", "1205", "1206", "1210", "1230", "1250")
some_cents = st.integers(1, 10**7)
pick = st.randoms(use_true_random=False)
BALANCES = text(
    "SELECT a.number, a.asset, a.owner_id, b.balance, s.total FROM account_balances AS b"
    " JOIN ledger_accounts AS a ON a.id = b.account_id"
    " JOIN (SELECT account_id, sum(amount) AS total FROM postings GROUP BY account_id) AS s ON s.account_id = a.id"
)


def holder_of(shop: UUID) -> Holder:
    return WALLET if shop == WALLET_SHOP else (token_account("1230", shop), token_account("2200", shop))


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
    """What Stripe, the chain, the bank and strangers may do, turned into journals by the product's own recipes.

    With a `connection` every journal goes to the database as well.
    """

    connection: Connection | None = None
    session: Session | None = None

    @initialize()
    def open_books(self) -> None:
        if self.connection is not None:
            self.undo = self.connection.begin()
            self.session = Session(self.connection, join_transaction_mode="create_savepoint")
        self.book = Book()
        self.unsettled: list[int] = []
        self.settled: list[int] = []
        self.disputed: list[int] = []
        self.lost: list[int] = []
        self.claims: list[tuple[UUID, UUID, int]] = []
        self.coin = 0
        self.to_mint: list[int] = []
        self.minted: list[int] = []
        self.legs: list[Leg] = []
        self.to_refund: list[int] = []
        self.refunding: list[int] = []
        self.refunded: list[int] = []
        self.receipts: list[int] = []
        self.redemptions: list[tuple[UUID, int]] = []
        self.on_way: list[int] = []
        self.arrived: list[int] = []
        self.waiting: list[tuple[Holder, int]] = []
        self.post(recipes.capital_paid_in(key="capital", cents=CAPITAL_CENTS, at=AT))

    def post(self, entry: JournalEntry) -> None:
        self.book.post(entry)
        if self.session is not None:
            post_journal(self.session, entry)

    def reserve(self) -> int:
        return sum(self.book.of(number, USD) for number in RESERVE_ACCOUNTS) - self.book.of("2210", USD)

    @rule(cents=some_cents)
    def a_card_is_charged(self, cents: int) -> None:
        self.post(recipes.card_payment_succeeded(payment_intent=uuid4().hex, cents=cents, at=AT))
        self.unsettled.append(cents)
        self.to_mint.append(cents)

    @precondition(lambda self: self.unsettled)
    @rule()
    def stripe_takes_its_fee(self) -> None:
        gross = self.unsettled.pop(0)
        fee = min(gross, gross * 29 // 1000 + 30)
        self.post(recipes.charge_settled(balance_transaction=uuid4().hex, gross=gross, fee=fee, at=AT))
        self.settled.append(gross)

    @precondition(lambda self: self.to_mint)
    @rule()
    def tokens_are_minted(self) -> None:
        cents = self.to_mint.pop(0)
        self.post(recipes.tokens_minted_to_treasury(units=cents * UNITS_PER_CENT, log=log_ref()))
        self.minted.append(cents)

    @precondition(lambda self: self.minted)
    @rule(shop=st.sampled_from(SHOPS))
    def the_treasury_funds_a_leg(self, shop: UUID) -> None:
        units = self.minted.pop(0) * UNITS_PER_CENT
        leg = Leg(LegRef(uuid4(), shop, shop != WALLET_SHOP), units, by_card=True)
        self.post(recipes.leg_funded_by_card(leg=leg.ref, units=units, log=log_ref()))
        self.legs.append(leg)

    @rule(cents=some_cents)
    def a_buyer_pays_by_bank(self, cents: int) -> None:
        self.post(recipes.bank_receipt_recorded(reference=uuid4().hex, cents=cents, at=AT))
        self.receipts.append(cents)

    @precondition(lambda self: self.receipts)
    @rule()
    def tokens_go_to_a_wallet(self) -> None:
        units = self.receipts.pop(0) * UNITS_PER_CENT
        self.post(recipes.tokens_sold_to_wallet(units=units, target=WALLET, log=log_ref()))

    @precondition(lambda self: self.book.of("1250", TOKEN) > 0)
    @rule(shop=st.sampled_from(SHOPS), random=pick)
    def a_wallet_funds_a_leg(self, shop: UUID, random: Random) -> None:
        units = random.randint(1, self.book.of("1250", TOKEN))
        leg = Leg(LegRef(uuid4(), shop, shop != WALLET_SHOP), units, by_card=False)
        self.post(recipes.leg_funded_by_wallet(leg=leg.ref, units=units, log=log_ref()))
        self.legs.append(leg)

    @precondition(lambda self: any(leg.left for leg in self.legs))
    @rule(random=pick, is_refused=st.booleans())
    def part_of_a_leg_is_released(self, random: Random, is_refused: bool) -> None:
        """By the buyer, by time, or by the arbiter; the token may refuse the seller's address."""
        leg = random.choice([leg for leg in self.legs if leg.left])
        units = random.randint(1, leg.left)
        fee = fee_due(leg.released + units, FEE_BPS) - fee_due(leg.released, FEE_BPS)
        net = units - fee
        self.post(recipes.leg_released(leg=leg.ref, net=net, fee=fee, fee_vat_bps=VAT_BPS, log=log_ref()))
        leg.released += units
        target = holder_of(leg.ref.organization_id)
        if is_refused and net:
            entry = recipes.transfer_refused(target=target, is_ours=False, units=net, who=b"s", log=log_ref())
            self.post(entry)
            self.waiting.append((target, net))

    @precondition(lambda self: self.waiting)
    @rule()
    def what_waits_is_withdrawn(self) -> None:
        target, units = self.waiting.pop(0)
        entry = recipes.waiting_withdrawn(
            target=target, is_ours=False, units=units, known=units, who=b"s", log=log_ref()
        )
        self.post(entry)

    @precondition(lambda self: any(leg.left for leg in self.legs))
    @rule(random=pick)
    def part_of_a_leg_is_refunded(self, random: Random) -> None:
        leg = random.choice([leg for leg in self.legs if leg.left])
        units = random.choice([leg.left, random.randint(1, leg.left)])
        if leg.by_card:
            entry = recipes.leg_refunded_to_treasury(
                leg=leg.ref, units=units, refunded_before=leg.refunded, log=log_ref()
            )
            cents, _ = cents_completed(leg.refunded, units)
            self.to_refund += [cents] if cents else []
        else:
            entry = recipes.leg_refunded_to_wallet(leg=leg.ref, units=units, log=log_ref())
        self.post(entry)
        leg.refunded += units

    @precondition(lambda self: self.to_refund)
    @rule()
    def a_card_is_given_back_and_its_tokens_burned(self) -> None:
        cents = self.to_refund.pop(0)
        self.post(recipes.treasury_tokens_burned(units=cents * UNITS_PER_CENT, log=log_ref()))
        self.post(recipes.card_refund_succeeded(refund=uuid4().hex, cents=cents, at=AT, order_id=None))
        self.refunding.append(cents)

    @precondition(lambda self: self.refunding)
    @rule()
    def stripe_takes_a_refund(self) -> None:
        cents = self.refunding.pop(0)
        self.post(recipes.refund_settled(balance_transaction=uuid4().hex, amount=cents, fee=0, at=AT))
        self.refunded.append(cents)

    @precondition(lambda self: self.refunded)
    @rule()
    def a_cards_bank_sends_a_refund_back(self) -> None:
        cents = self.refunded.pop(0)
        self.post(recipes.card_refund_failed(refund=uuid4().hex, cents=cents, at=AT, order_id=None))
        self.post(recipes.refund_returned(balance_transaction=uuid4().hex, amount=cents, fee=0, at=AT))

    @precondition(lambda self: self.settled)
    @rule()
    def a_charge_is_disputed(self) -> None:
        cents = self.settled.pop(0)
        entry = recipes.dispute_withdrawn(balance_transaction=uuid4().hex, amount=cents, fee=DISPUTE_FEE, at=AT)
        self.post(entry)
        self.disputed.append(cents)

    @precondition(lambda self: self.disputed)
    @rule(won=st.booleans())
    def a_dispute_ends(self, won: bool) -> None:
        cents = self.disputed.pop(0)
        if won:
            entry = recipes.dispute_reinstated(balance_transaction=uuid4().hex, amount=cents, fee=0, at=AT)
        else:
            entry = recipes.dispute_lost(dispute=uuid4().hex, cents=cents, at=AT)
            self.lost.append(cents)
        self.post(entry)

    @precondition(lambda self: self.lost)
    @rule(shop=st.sampled_from(SHOPS), random=pick)
    def a_seller_is_asked_for_a_chargeback(self, shop: UUID, random: Random) -> None:
        claim, cents = uuid4(), random.randint(1, self.lost.pop(0))
        self.post(
            recipes.chargeback_charged(claim_id=claim, organization_id=shop, order_id=uuid4(), cents=cents, at=AT)
        )
        self.claims.append((claim, shop, cents))

    @precondition(lambda self: self.claims)
    @rule(random=pick, way=st.sampled_from(["kept", "received", "given_up"]))
    def a_part_of_it_comes_or_is_given_up(self, random: Random, way: str) -> None:
        claim, shop, left = self.claims.pop(0)
        part = random.randint(1, left)
        if way == "kept":
            due = next((one for one in self.redemptions if one[0] == shop), None)
            part = min(part, due[1]) if due else 0
            if due is not None:
                self.redemptions.remove(due)
                self.redemptions += [(shop, due[1] - part)] if due[1] > part else []
                self.post(
                    recipes.chargeback_kept(
                        redemption_id=uuid4(), claim_id=claim, organization_id=shop, order_id=claim, cents=part, at=AT
                    )
                )
        else:
            recipe = recipes.chargeback_received if way == "received" else recipes.chargeback_given_up
            self.post(recipe(step_id=uuid4(), organization_id=shop, order_id=claim, cents=part, at=AT))
        self.claims += [(claim, shop, left - part)] if left > part else []

    @rule(wei=st.integers(1, 10**21))
    def coin_for_gas_comes_in(self, wei: int) -> None:
        self.post(recipes.gas_topped_up(chain_id=1, block_number=uuid4().int % 2**60, wei=wei, at=AT))
        self.coin += wei

    @precondition(lambda self: self.coin)
    @rule(random=pick)
    def the_chain_takes_gas(self, random: Random) -> None:
        wei = random.randint(1, self.coin)
        self.post(recipes.gas_spent(purpose="release", wei=wei, log=log_ref()))
        self.coin -= wei

    @rule(cents=some_cents, sign=st.sampled_from([1, -1]))
    def the_bank_says_another_amount(self, cents: int, sign: int) -> None:
        self.post(recipes.exchange_difference(key=uuid4().hex, cents=sign * cents, at=AT))
        self.post(recipes.bank_difference(key=uuid4().hex, cents=sign, at=AT))

    @precondition(lambda self: any(self.book.of("2200", TOKEN, shop) >= UNITS_PER_CENT for shop in SHOPS))
    @rule(random=pick)
    def a_seller_redeems(self, random: Random) -> None:
        shop = random.choice([shop for shop in SHOPS if self.book.of("2200", TOKEN, shop) >= UNITS_PER_CENT])
        cents = random.randint(1, self.book.of("2200", TOKEN, shop) // UNITS_PER_CENT)
        units = cents * UNITS_PER_CENT
        self.post(recipes.seller_tokens_redeemed(organization_id=shop, units=units, log=log_ref()))
        self.redemptions.append((shop, cents))

    @precondition(lambda self: self.redemptions)
    @rule()
    def the_bank_pays_a_redemption(self) -> None:
        shop, cents = self.redemptions.pop(0)
        entry = recipes.redemption_paid(redemption_id=uuid4(), organization_id=shop, cents=cents, at=AT)
        self.post(entry)

    @precondition(lambda self: self.book.of("1100", USD) > 0)
    @rule(random=pick)
    def stripe_pays_out(self, random: Random) -> None:
        cents = random.randint(1, self.book.of("1100", USD))
        self.post(recipes.stripe_payout_created(balance_transaction=uuid4().hex, cents=cents, at=AT))
        self.on_way.append(cents)

    @precondition(lambda self: self.on_way)
    @rule(has_failed=st.booleans())
    def a_payout_ends(self, has_failed: bool) -> None:
        cents = self.on_way.pop(0)
        if has_failed:
            self.post(recipes.stripe_payout_failed(balance_transaction=uuid4().hex, cents=cents, at=AT))
        else:
            self.post(recipes.stripe_payout_arrived(payout=uuid4().hex, cents=cents, at=AT))
            self.arrived.append(cents)

    @precondition(lambda self: self.arrived)
    @rule()
    def the_bank_sends_a_payout_back(self) -> None:
        cents = self.arrived.pop(0)
        self.post(recipes.stripe_payout_returned(payout=uuid4().hex, cents=cents, at=AT))
        self.post(recipes.stripe_payout_failed(balance_transaction=uuid4().hex, cents=cents, at=AT))

    @precondition(lambda self: self.book.of("1250", TOKEN) > 0)
    @rule(random=pick, number=st.sampled_from(["1200", "1205", "1210", "3910"]))
    def a_stranger_sends_or_burns_tokens(self, random: Random, number: str) -> None:
        units = random.randint(1, self.book.of("1250", TOKEN))
        target = (token_account(number), token_account("2900"))
        self.post(recipes.stray_transfer(source=WALLET, target=target, units=units, log=log_ref()))

    @invariant()
    def the_database_says_what_the_lines_add_up_to(self) -> None:
        if self.session is None:
            return
        sum_posted(self.session)
        rows = self.session.execute(BALANCES).all()
        stored = {AccountRef(row.number, row.asset, row.owner_id): int(row.balance) for row in rows}
        assert stored == {ref: self.book.balances[ref] for ref in stored}
        assert {ref for ref, amount in self.book.balances.items() if amount} <= stored.keys()
        assert all(row.balance == row.total for row in rows)
        assert reserve_cents(self.session) == self.reserve()

    @invariant()
    def the_books_sum_to_zero_in_each_asset(self) -> None:
        sums: Counter[str] = Counter()
        for ref, amount in self.book.balances.items():
            sums[ref.asset] += amount
        assert not any(sums.values())

    @invariant()
    def mirrored_addresses_hold_the_whole_supply(self) -> None:
        assert sum(self.book.of(number, TOKEN) for number in MIRRORS) == self.book.of("3910", TOKEN)

    @invariant()
    def the_position_is_the_same_in_both_assets(self) -> None:
        assert self.book.of("3900", TOKEN) == -self.book.of("3900", USD) * UNITS_PER_CENT

    @invariant()
    def the_reserve_covers_the_supply(self) -> None:
        assert self.reserve() * UNITS_PER_CENT >= self.book.of("3910", TOKEN)

    @invariant()
    def sellers_owe_what_was_not_met_yet(self) -> None:
        assert self.book.of("1310", USD) == sum(cents for _, _, cents in self.claims)

    @invariant()
    def the_treasury_has_the_coin_that_is_left(self) -> None:
        assert self.book.of("1220", GAS) == self.coin

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

    def teardown(self) -> None:
        if self.session is not None:
            self.session.close()
            self.undo.rollback()


BooksMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
TestAnySequenceOfMoneyKeepsTheBooksWhole = BooksMachine.TestCase


def test_the_database_keeps_the_same_promises(shared_connection: Connection) -> None:
    machine = type("StoredBooks", (BooksMachine,), {"connection": shared_connection})
    slow_is_fine = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=6, stateful_step_count=40, deadline=None, suppress_health_check=slow_is_fine),
    )
