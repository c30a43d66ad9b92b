"""Whatever happens, in whatever order: the promises of the books, on the real database."""

from collections import Counter
from dataclasses import dataclass, field
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
from app.ledger.queries import balance, reserve_cents
from app.ledger.recipes import JournalEntry
from app.money.amounts import UNITS_PER_CENT, fee_due
from tests.ledger.entries import AT, leg, log_ref

CAPITAL = 1_000_000
FEE_BPS = 500
CENTS = st.integers(min_value=1, max_value=5_000_000)
PART = st.integers(min_value=1, max_value=100)
ACCOUNTS = text(
    "SELECT a.number, a.asset, a.may_go_negative, b.balance, b.balance * a.natural_side AS natural, p.posted"
    " FROM account_balances AS b JOIN ledger_accounts AS a ON a.id = b.account_id"
    " JOIN (SELECT account_id, sum(amount) AS posted FROM postings GROUP BY account_id) AS p ON p.account_id = a.id"
)
ON_CHAIN = ("1200", "1205", "1210", "1230", "1250")


@dataclass
class Leg:
    """One order as the test remembers it."""

    shop: UUID
    cents: int
    by_card: bool
    market_held: bool
    order: UUID = field(default_factory=uuid4)
    left: int = 0
    released: int = 0
    stage: str = "paid"

    @property
    def ref(self) -> recipes.LegRef:
        return leg(market_held=self.market_held, order=self.order, shop=self.shop)


class Market(RuleBasedStateMachine):
    """What Stripe, the chain and the bank may say, turned into journals by the product's own recipes."""

    connection: Connection

    @initialize()
    def open_books(self) -> None:
        self.undo = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint")
        self.legs: list[Leg] = []
        self.shops = [uuid4(), uuid4()]
        self.refund_owed = self.fees_unsettled = self.number = 0
        self.pay_out_owed: list[tuple[UUID, UUID, int]] = []
        self.post(recipes.capital_paid_in(key="capital", cents=CAPITAL, at=AT))

    def post(self, entry: JournalEntry) -> None:
        post_journal(self.session, entry)

    def name(self, prefix: str) -> str:
        self.number += 1
        return f"{prefix}_{self.number}"

    def pick(self, stage: str, which: int, *, card: bool | None = None) -> Leg | None:
        found = [one for one in self.legs if one.stage == stage and card in (None, one.by_card)]
        return found[which % len(found)] if found else None

    @rule(cents=CENTS, shop=st.integers(0, 1), market_held=st.booleans())
    def pay_by_card(self, cents: int, shop: int, market_held: bool) -> None:
        self.post(recipes.card_payment_succeeded(payment_intent=self.name("pi"), cents=cents, at=AT))
        self.post(recipes.tokens_minted_to_treasury(units=cents * UNITS_PER_CENT, log=log_ref()))
        self.legs.append(Leg(self.shops[shop], cents, by_card=True, market_held=market_held))
        self.fees_unsettled += cents

    @rule(cents=CENTS, shop=st.integers(0, 1), market_held=st.booleans())
    def pay_by_bank_and_wallet(self, cents: int, shop: int, market_held: bool) -> None:
        self.post(recipes.bank_receipt_recorded(reference=self.name("R"), cents=cents, at=AT))
        self.post(recipes.tokens_sold_to_wallet(cents=cents, log=log_ref()))
        self.legs.append(Leg(self.shops[shop], cents, by_card=False, market_held=market_held))

    @precondition(lambda self: self.fees_unsettled)
    @rule()
    def stripe_settles(self) -> None:
        fee = min(30, self.fees_unsettled)
        self.post(
            recipes.charge_settled(balance_transaction=self.name("txn"), gross=self.fees_unsettled, fee=fee, at=AT)
        )
        self.fees_unsettled = 0

    @rule(which=st.integers(0, 9))
    def fund(self, which: int) -> None:
        one = self.pick("paid", which)
        if one is None:
            return
        recipe = recipes.leg_funded_by_card if one.by_card else recipes.leg_funded_by_wallet
        one.left, one.stage = one.cents * UNITS_PER_CENT, "funded"
        self.post(recipe(leg=one.ref, units=one.left, log=log_ref()))

    @rule(which=st.integers(0, 9), percent=PART)
    def release(self, which: int, percent: int) -> None:
        one = self.pick("funded", which)
        units = one.left * percent // 100 if one else 0
        if one is None or units == 0:
            return
        fee = fee_due(one.released + units, FEE_BPS) - fee_due(one.released, FEE_BPS)
        self.post(recipes.leg_released(leg=one.ref, net=units - fee, fee=fee, fee_vat_bps=1000, log=log_ref()))
        one.left, one.released = one.left - units, one.released + units

    @rule(which=st.integers(0, 9), percent=PART)
    def refund(self, which: int, percent: int) -> None:
        one = self.pick("funded", which)
        units = one.left * percent // 100 if one else 0
        if one is None or units == 0:
            return
        if one.by_card:
            self.post(recipes.leg_refunded_to_treasury(leg=one.ref, units=units, log=log_ref()))
            self.refund_owed += units // UNITS_PER_CENT
        else:
            self.post(recipes.leg_refunded_to_wallet(leg=one.ref, units=units, log=log_ref()))
        one.left -= units

    @precondition(lambda self: self.refund_owed)
    @rule()
    def burn_and_give_back_to_the_card(self) -> None:
        cents, self.refund_owed = self.refund_owed, 0
        refund = self.name("re")
        self.post(recipes.treasury_tokens_burned(units=cents * UNITS_PER_CENT, log=log_ref()))
        self.post(recipes.card_refund_succeeded(refund=refund, cents=cents, at=AT, order_id=None))
        self.post(recipes.refund_settled(balance_transaction=self.name("txn"), amount=cents, fee=0, at=AT))

    @rule(cents=st.integers(1, 1_000), is_won=st.booleans())
    def card_dispute(self, cents: int, is_won: bool) -> None:
        txn = self.name("txn")
        self.post(recipes.dispute_withdrawn(balance_transaction=txn, amount=cents, fee=15, at=AT))
        if is_won:
            self.post(recipes.dispute_reinstated(balance_transaction=self.name("txn"), amount=cents, fee=15, at=AT))
        else:
            self.post(recipes.dispute_lost(dispute=self.name("dp"), cents=cents, at=AT))

    @rule(shop=st.integers(0, 1), percent=PART)
    def redeem(self, shop: int, percent: int) -> None:
        owner = self.shops[shop]
        cents = balance(self.session, "2200", "CTM", owner) // UNITS_PER_CENT * percent // 100
        if cents:
            self.post(recipes.seller_tokens_redeemed(organization_id=owner, cents=cents, log=log_ref()))
            self.pay_out_owed.append((uuid4(), owner, cents))

    @precondition(lambda self: self.pay_out_owed)
    @rule()
    def bank_pays(self) -> None:
        redemption, owner, cents = self.pay_out_owed.pop()
        self.post(recipes.redemption_paid(redemption_id=redemption, organization_id=owner, cents=cents, at=AT))

    @rule(cents=st.integers(1, 100_000))
    def stripe_pays_out(self, cents: int) -> None:
        self.post(recipes.stripe_payout_created(balance_transaction=self.name("txn"), cents=cents, at=AT))
        self.post(recipes.stripe_payout_arrived(payout=self.name("po"), cents=cents, at=AT))

    @invariant()
    def every_promise_holds(self) -> None:
        rows = self.session.execute(ACCOUNTS).all()
        assert [row for row in rows if row.balance != row.posted or (not row.may_go_negative and row.natural < 0)] == []
        held: Counter[tuple[str, str]] = Counter()
        for row in rows:
            held[row.number, row.asset] += row.natural
        for asset in ("USD", "CTM"):
            assert sum(row.balance for row in rows if row.asset == asset) == 0
        supply = held["3910", "CTM"]
        assert sum(held[number, "CTM"] for number in ON_CHAIN) == supply
        assert held["3900", "CTM"] == -held["3900", "USD"] * UNITS_PER_CENT
        assert held["1210", "CTM"] == held["2110", "CTM"] == sum(one.left for one in self.legs)
        expenses = sum(held[number, "USD"] for number in ("5100", "5110", "5120", "1120"))
        assert expenses > CAPITAL or reserve_cents(self.session) * UNITS_PER_CENT >= supply

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            self.session.close()
            self.undo.rollback()


def test_any_sequence_of_payments_exits_and_redemptions_keeps_every_promise(shared_connection: Connection) -> None:
    machine = type("BoundMarket", (Market,), {"connection": shared_connection})
    slow_is_fine = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=slow_is_fine),
    )
