"""A market that resells somebody else's token: a float comes from outside and goes there, and nothing is issued."""

from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from app.ledger import recipes
from app.ledger.chart import TOKEN, USD, token_account
from app.money.amounts import UNITS_PER_CENT
from tests.ledger.amounts import AT, log_ref
from tests.ledger.machine.happenings import SUSPENSE, WALLET, key, pick, some_cents
from tests.ledger.machine.promises import Market

OURS = ("1200", "1205", "1206", "1210", "1230")
OF_THE_ISSUER = ("1250", "2100", "3910")
TREASURY = (token_account("1200"), SUSPENSE)


class ResoldBooks(Market):
    issues = False
    unbooked = 0
    """Cents of tokens that came to the treasury, and that nobody has told the price of."""
    valued = 0

    def in_wallets(self) -> int:
        return 10**11

    def redeemed_by(self, **facts: object) -> None:
        self.post(recipes.seller_tokens_bought_back, **facts)

    def remit_tokens(self, **facts: object) -> None:
        self.post(recipes.withheld_tokens_bought_back, **facts)

    @precondition(
        lambda self: self.paid and self.book.of("1200", TOKEN) >= sum(self.ready + self.paid[:1]) * UNITS_PER_CENT
    )
    @rule()
    def the_float_has_enough_for_an_order(self) -> None:
        self.ready.append(self.paid.pop(0))

    def of_the_float(self) -> int:
        """Cents of it that no order waits for."""
        return self.book.of("1200", TOKEN) // UNITS_PER_CENT - sum(self.ready)

    @rule(cents=some_cents)
    def tokens_come_to_the_treasury(self, cents: int) -> None:
        units = cents * UNITS_PER_CENT
        self.post(recipes.stray_transfer, source=WALLET, target=TREASURY, units=units, log=log_ref())
        self.to_wallet(-units)
        self.unexplained += units
        self.unbooked += cents

    @precondition(lambda self: self.unbooked > 0)
    @rule(random=pick, price=st.integers(-500, 500))
    def they_were_bought(self, random: Random, price: int) -> None:
        worth = random.randint(1, self.unbooked)
        facts = {"key": key(), "units": worth * UNITS_PER_CENT, "cents": max(1, worth + price), "at": AT}
        self.post(recipes.float_bought, **facts)
        self.at_bank -= facts["cents"]
        self.unexplained -= worth * UNITS_PER_CENT
        self.unbooked -= worth

    @precondition(lambda self: self.of_the_float() > 0)
    @rule(random=pick, price=st.integers(-500, 500))
    def a_part_of_the_float_is_sold(self, random: Random, price: int) -> None:
        worth = random.randint(1, self.of_the_float())
        units = worth * UNITS_PER_CENT
        self.post(recipes.stray_transfer, source=TREASURY, target=WALLET, units=units, log=log_ref())
        self.to_wallet(units)
        self.post(recipes.float_sold, key=key(), units=units, cents=max(1, worth + price), at=AT)
        self.at_bank += max(1, worth + price)

    @precondition(lambda self: self.of_the_float() > 0)
    @rule(random=pick)
    def a_wallet_buys_of_the_float(self, random: Random) -> None:
        cents = random.randint(1, self.of_the_float())
        self.post(recipes.bank_receipt_recorded, reference=key(), cents=cents, at=AT)
        self.at_bank += cents
        self.post(recipes.float_sold_to_wallet, units=cents * UNITS_PER_CENT, log=log_ref())
        self.to_wallet(cents * UNITS_PER_CENT)

    @rule(cents=st.integers(-(10**6), 10**6).filter(bool))
    def the_float_is_valued(self, cents: int) -> None:
        def undo() -> None:
            self.valued -= cents

        self.type_in(recipes.float_revalued, undo, cents=cents)
        self.valued += cents

    @invariant()
    def the_float_is_worth_what_it_was_valued_at(self) -> None:
        assert self.book.of("1290", USD) == self.valued

    @invariant()
    def our_addresses_hold_what_came_and_did_not_leave(self) -> None:
        assert sum(self.book.of(number, TOKEN) for number in OURS) == -self.outside

    @invariant()
    def nothing_of_the_issuer_is_booked(self) -> None:
        assert not any(self.book.of(number, TOKEN) for number in OF_THE_ISSUER)
