"""A market that issues its token: minted against money, burned on the way back."""

from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from app.ledger import recipes
from app.ledger.chart import TOKEN, token_account
from app.money.amounts import UNITS_PER_CENT
from tests.ledger.amounts import AT, log_ref
from tests.ledger.machine.happenings import SUSPENSE, WALLET, key, pick, some_cents
from tests.ledger.machine.promises import Market

MIRRORS = ("1200", "1205", "1206", "1210", "1230", "1250")


class IssuedBooks(Market):
    issues = True

    def in_wallets(self) -> int:
        return self.book.of("1250", TOKEN)

    def tokens_leave(self, cents: int) -> None:
        self.post(recipes.treasury_tokens_burned, units=cents * UNITS_PER_CENT, log=log_ref())

    def redeemed_by(self, **facts: object) -> None:
        self.post(recipes.seller_tokens_redeemed, **facts)

    def remit_tokens(self, **facts: object) -> None:
        self.post(recipes.withheld_tokens_burned, **facts)

    @precondition(lambda self: self.paid)
    @rule()
    def tokens_are_minted(self) -> None:
        cents = self.paid.pop(0)
        self.post(recipes.tokens_minted_to_treasury, units=cents * UNITS_PER_CENT, log=log_ref())
        self.ready.append(cents)

    @rule(cents=some_cents)
    def a_buyer_pays_by_bank(self, cents: int) -> None:
        self.post(recipes.bank_receipt_recorded, reference=key(), cents=cents, at=AT)
        self.at_bank += cents
        self.receipts.append(cents)

    @precondition(lambda self: self.receipts)
    @rule()
    def tokens_go_to_a_wallet(self) -> None:
        units = self.receipts.pop(0) * UNITS_PER_CENT
        self.post(recipes.tokens_sold_to_wallet, units=units, target=WALLET, log=log_ref())

    @precondition(lambda self: self.in_wallets() > 0)
    @rule(random=pick, number=st.sampled_from(["1200", "3910"]))
    def a_stranger_burns_tokens_or_gives_them_to_the_treasury(self, random: Random, number: str) -> None:
        units = random.randint(1, self.in_wallets())
        target = (token_account(number), SUSPENSE)
        self.post(recipes.stray_transfer, source=WALLET, target=target, units=units, log=log_ref())
        self.strays[number] += units
        self.unexplained += units

    @invariant()
    def the_treasury_holds_what_orders_and_refunds_wait_for(self) -> None:
        whole = (sum(self.ready) + sum(self.to_refund)) * UNITS_PER_CENT
        assert self.book.of("1200", TOKEN) == whole + self.parts_of_cents() + self.strays["1200"]

    @invariant()
    def mirrored_addresses_hold_the_whole_supply(self) -> None:
        assert sum(self.book.of(number, TOKEN) for number in MIRRORS) == self.book.of("3910", TOKEN)

    @invariant()
    def the_reserve_covers_the_supply(self) -> None:
        assert self.reserve() * UNITS_PER_CENT >= self.book.of("3910", TOKEN)
