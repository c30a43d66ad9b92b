"""What holds after each step, under both policies."""

from collections import Counter

from hypothesis.stateful import invariant
from sqlalchemy import text

from app.ledger.chart import GAS, TOKEN, USD, AccountRef
from app.ledger.queries import reserve_cents
from app.money.amounts import UNITS_PER_CENT
from tests.ledger.machine.by_hand import ByHand
from tests.ledger.machine.cards import Cards
from tests.ledger.machine.happenings import FORCE, MARKET_HELD
from tests.ledger.machine.orders import Orders
from tests.ledger.machine.sellers import Sellers
from tests.ledger.machine.taxes import KINDS, Taxes

BALANCES = text(
    "SELECT a.number, a.asset, a.owner_id, b.balance, s.total FROM account_balances AS b"
    " JOIN ledger_accounts AS a ON a.id = b.account_id"
    " JOIN (SELECT account_id, sum(amount) AS total FROM postings GROUP BY account_id) AS s ON s.account_id = a.id"
)


class Market(Cards, Orders, Sellers, Taxes, ByHand):
    @invariant()
    def the_database_says_what_the_lines_add_up_to(self) -> None:
        if self.session is None:
            return
        self.session.execute(FORCE)
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
    def the_position_is_the_same_in_both_assets(self) -> None:
        assert self.book.of("3900", TOKEN) == -self.book.of("3900", USD) * UNITS_PER_CENT

    @invariant()
    def no_money_is_spent_that_is_not_there(self) -> None:
        assert self.book.overdrawn() == []

    @invariant()
    def buyers_are_owed_what_they_paid_for_and_have_not_got(self) -> None:
        open_sums = (self.paid, self.ready, self.receipts, self.to_refund, self.owed_again)
        assert self.book.of("2150", USD) == sum(map(sum, open_sums))

    @invariant()
    def bank_and_stripe_have_what_they_say_they_have(self) -> None:
        assert self.book.of("1010", USD) == self.at_bank
        assert self.book.of("1100", USD) == self.at_stripe

    @invariant()
    def what_is_under_way_at_stripe_and_the_bank_is_in_the_books(self) -> None:
        assert self.book.of("1105", USD) == sum(self.unsettled) - sum(self.refunding)
        assert self.book.of("1110", USD) == sum(self.on_way)
        assert self.book.of("1120", USD) == sum(self.disputed)
        assert self.book.of("2210", USD) == sum(one.cents for one in self.redemptions)

    @invariant()
    def chargebacks_and_vouchers_cost_the_market_what_nobody_else_bears(self) -> None:
        assert self.book.of("5120", USD) == sum(self.lost)
        assert self.book.of("1310", USD) == sum(cents for _, _, cents in self.claims)
        assert self.book.of("5200", USD) == self.vouchers

    @invariant()
    def what_was_owed_from_before_is_what_was_not_paid_of_it(self) -> None:
        for owed, cents in self.carried.items():
            assert self.book.of(owed.number, USD, owed.owner) == cents

    @invariant()
    def the_treasury_has_the_coin_that_is_left(self) -> None:
        assert self.book.of("1220", GAS) == self.coin

    @invariant()
    def each_order_is_owed_what_its_leg_still_holds(self) -> None:
        for leg in self.legs:
            assert self.book.of("2110", TOKEN, leg.ref.order_id) == leg.left

    @invariant()
    def the_escrow_holds_what_orders_and_owners_wait_for(self) -> None:
        waiting = self.book.of("2120", TOKEN)
        assert waiting == sum(units for _, units in self.waiting)
        assert self.book.of("1210", TOKEN) == self.book.of("2110", TOKEN) + waiting + self.strays["1210"]

    @invariant()
    def each_sellers_address_holds_what_the_seller_is_owed_but_for_tax_under_way(self) -> None:
        for shop in MARKET_HELD:
            assert self.book.of("1230", TOKEN, shop) == self.book.of("2200", TOKEN, shop) + self.of_tax(shop)

    @invariant()
    def tax_is_kept_until_it_is_given_back_or_paid(self) -> None:
        kept = sum(self.kept(kind) for kind in KINDS)
        under_way = sum(self.of_tax(shop) for shop in MARKET_HELD)
        assert self.book.of("1206", TOKEN) == kept - under_way + self.strays["1206"]
        for kind in KINDS:
            assert self.tax_in_dollars(kind) == self.to_remit[kind]

    @invariant()
    def commission_lies_where_it_was_received(self) -> None:
        earned = self.book.of("4100", TOKEN) + self.book.of("2300", TOKEN)
        assert earned == sum(leg.fee for leg in self.legs)
        assert self.book.of("1205", TOKEN) == earned + self.strays["1205"]

    @invariant()
    def suspense_holds_what_nobody_explained_and_parts_of_cents(self) -> None:
        assert self.book.of("2900", TOKEN) == self.unexplained + self.parts_of_cents()

    def parts_of_cents(self) -> int:
        return sum(leg.refunded % UNITS_PER_CENT for leg in self.legs if leg.by_card)
