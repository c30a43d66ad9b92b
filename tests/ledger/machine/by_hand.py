"""What people book: capital, beginnings, differences of the bank, and what they take back."""

from random import Random
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from app.ledger import recipes
from app.ledger.chart import CHART, AccountRef, usd_account
from app.ledger.entries import credit, debit
from tests.ledger.amounts import AT
from tests.ledger.machine.happenings import SHOPS, Happenings, Recipe, key, pick, some_cents

BUYER = UUID(int=20)
OWED_TO = [usd_account("2400", SHOPS[0]), usd_account("2410", BUYER)]
OWED_BY = usd_account("1300", SHOPS[1])


class ByHand(Happenings):
    @rule(
        cents=some_cents,
        recipe=st.sampled_from([recipes.capital_paid_in, recipes.capital_paid_out, recipes.gas_bought]),
    )
    def money_comes_to_the_bank_or_leaves_it(self, cents: int, recipe: Recipe) -> None:
        if recipe is recipes.capital_paid_in or cents <= self.spare():
            self.type_in(recipe, cents=cents, at_bank=cents if recipe is recipes.capital_paid_in else -cents)

    @precondition(lambda self: not self.is_opened)
    @rule(to_seller=some_cents, to_buyer=some_cents, by_firm=some_cents)
    def books_of_before_are_taken_over(self, to_seller: int, to_buyer: int, by_firm: int) -> None:
        self.is_opened = True
        owed = to_seller + to_buyer
        lines = (
            debit(usd_account("1010"), owed),
            debit(OWED_BY, by_firm),
            credit(OWED_TO[0], to_seller),
            credit(OWED_TO[1], to_buyer),
            credit(usd_account("3000"), by_firm),
        )
        self.post(recipes.opening_balances, key="opening", lines=lines, at=AT)
        self.at_bank += owed
        self.carried.update({OWED_TO[0]: to_seller, OWED_TO[1]: to_buyer, OWED_BY: by_firm})

    @precondition(lambda self: any(self.carried.values()))
    @rule(random=pick)
    def what_was_owed_from_before_is_paid(self, random: Random) -> None:
        owed = random.choice([one for one, cents in self.carried.items() if cents])
        cents = random.randint(1, self.carried[owed])
        recipe = recipes.carried_received if owed == OWED_BY else recipes.carried_paid

        def undo(owed: AccountRef = owed, cents: int = cents) -> None:
            self.carried[owed] += cents

        at_bank = cents if owed == OWED_BY else -cents
        self.type_in(recipe, undo, at_bank=at_bank, owed=owed, cents=cents, reference="R")
        self.carried[owed] -= cents

    @rule(cents=some_cents, sign=st.sampled_from([1, -1]))
    def the_bank_says_what_nothing_explains(self, cents: int, sign: int) -> None:
        self.type_in(recipes.exchange_difference, cents=sign * cents, at_bank=sign * cents)
        self.type_in(recipes.bank_difference, cents=sign, at_bank=sign)
        self.post(recipes.bank_line_in_suspense, key=key(), cents=sign * cents, at=AT, reference="R")
        self.at_bank += sign * cents

    @precondition(lambda self: self.typed)
    @rule(random=pick)
    def who_typed_it_takes_it_back(self, random: Random) -> None:
        journal_id, entry, at_bank, undo = self.typed.pop(random.randrange(len(self.typed)))
        facts = {"journal_id": journal_id, "event": entry.event, "lines": entry.lines, "at": AT}
        self.post(recipes.taken_back, **facts, reason="typed twice")
        self.at_bank -= at_bank
        undo()

    @precondition(lambda self: self.last is not None and self.can_turn_back())
    @rule()
    def two_people_turn_back_what_was_booked_and_it_is_booked_anew(self) -> None:
        assert self.last is not None
        journal_id, entry = self.last
        back = self.post(recipes.turned_back, entry, journal_id=journal_id, reason="wrong")
        assert back is not None
        self.agree(journal_id, back[0])
        again = self.again(entry)
        self.last = None
        self.write(again)

    def can_turn_back(self) -> bool:
        """Not what was typed in or is an opposite itself, nor what others have built upon."""
        assert self.last is not None
        journal_id, entry = self.last
        if entry.reverses_id is not None or any(journal_id == one for one, *_ in self.typed):
            return False
        return all(
            CHART[line.account.number].may_go_negative
            or (self.book.balances[line.account] - line.amount) * CHART[line.account.number].natural_side >= 0
            for line in entry.lines
        )
