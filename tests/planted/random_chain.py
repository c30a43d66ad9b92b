"""Transactions by chance with what the books and the chain say of each: most agree, others in every way that counts do not."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from random import Random

from app.ledger import recipes
from app.ledger.chart import AccountRef, token_account
from app.ledger.entries import JournalEntry, Line, LogRef
from tests.planted.month import NOBODY, Month
from tests.planted.trail import Trail, Transfer

UNITS = (0, 1, 7, 10_000, 2**62, 2**63 - 1, 2**63, 2**64 + 5, 2**200)
MOST_TRANSFERS, MOST_GAS = 4, 2
AS_IT_IS = 0.5
ELSEWHERE = (Line(token_account("2100"), 1), Line(token_account("2150"), -1))
"""Of accounts that mirror no address."""


class Oddity:
    """Of one transaction: its trail, with one entry and its logs, to be changed."""

    def __init__(self, chance: Random, trail: Trail) -> None:
        self.chance, self.trail = chance, trail

    @property
    def entry(self) -> JournalEntry:
        return self.trail.entry("told")

    def book(self, **otherwise: object) -> None:
        self.trail.rebook("told", replace(self.entry, **otherwise))  # type: ignore[arg-type]

    def again(self, **otherwise: object) -> None:
        entry = self.entry
        self.trail.journals.append(replace(entry, **{"key": f"{entry.key}:again", "event": "again", **otherwise}))  # type: ignore[arg-type]

    def log_otherwise(self, **otherwise: object) -> None:
        """One of the logs."""
        place = self.chance.randrange(len(self.trail.transfers))
        log = self.trail.transfers[place]
        self.trail.transfers[place] = replace(log, where=replace(log.where, **otherwise))  # type: ignore[arg-type]


def one_unit_more(odd: Oddity) -> None:
    first, *others = odd.entry.lines
    odd.book(lines=(replace(first, amount=first.amount + (1 if first.amount > 0 else -1)), *others))


def one_account_less(odd: Oddity) -> None:
    odd.book(lines=odd.entry.lines[1:])


def booked_twice(odd: Oddity) -> None:
    odd.again()


def booked_in_two_entries(odd: Oddity) -> None:
    lines = odd.entry.lines
    odd.book(lines=lines[:1])
    odd.again(lines=lines[1:])


def not_booked(odd: Oddity) -> None:
    odd.trail.lose("told")


def not_on_the_chain(odd: Oddity) -> None:
    odd.trail.transfers.clear()


def not_final(odd: Oddity) -> None:
    place = odd.chance.randrange(len(odd.trail.transfers))
    odd.trail.transfers[place] = replace(odd.trail.transfers[place], is_final=False)


def in_another_block(odd: Oddity) -> None:
    odd.log_otherwise(block_hash=odd.chance.randbytes(32))


def in_a_block_that_is_gone(odd: Oddity) -> None:
    assert odd.entry.log is not None
    odd.trail.orphans.append(odd.entry.log)


def at_another_time(odd: Oddity) -> None:
    odd.book(effective_at=odd.entry.effective_at - timedelta(seconds=odd.chance.choice((1, 40 * 86_400))))


def on_another_chain(odd: Oddity) -> None:
    assert odd.entry.log is not None
    odd.book(log=replace(odd.entry.log, chain_id=odd.entry.log.chain_id + 1))


def taken_back(odd: Oddity) -> None:
    """With or without the transaction beside it."""
    lines = tuple(replace(line, amount=-line.amount) for line in odd.entry.lines)
    odd.again(key=f"back:{odd.entry.key}", event="back", lines=lines, log=odd.chance.choice((None, odd.entry.log)))


def by_hand_under_its_name(odd: Oddity) -> None:
    assert odd.entry.log is not None
    odd.again(key=f"0x{odd.entry.log.tx_hash.hex()}", log=None)


ODDITIES: tuple[Callable[[Oddity], None], ...] = (
    one_unit_more, one_account_less, booked_twice, booked_in_two_entries, not_booked, not_on_the_chain, not_final,
    in_another_block, in_a_block_that_is_gone, at_another_time, on_another_chain, taken_back, by_hand_under_its_name,
)  # fmt: skip


def transactions(month: Month, seed: int, how_many: int) -> Iterator[Trail]:
    chance, numbers = Random(seed), count(1)
    addresses = month.addresses
    known = {
        addresses.treasury: token_account("1200"),
        addresses.fees: token_account("1205"),
        addresses.taxes: token_account("1206"),
        addresses.escrow: token_account("1210"),
        NOBODY: token_account("3910"),
        **{one.address: token_account("1230", one.id) for one in month.sellers if one.is_market_held},
    }
    for number in range(how_many):
        trail = _transaction(month, chance, known, number, numbers)
        if chance.random() > AS_IT_IS:
            chance.choice(ODDITIES)(Oddity(chance, trail))
        yield trail


def _transaction(
    month: Month, chance: Random, known: dict[bytes, AccountRef], number: int, numbers: Iterator[int]
) -> Trail:
    at = month.start + timedelta(hours=1, minutes=number)
    log = LogRef(month.chain_id, 1_000 + number, chance.randbytes(32), chance.randbytes(32), None, at)
    trail, sums = Trail("random"), Counter[AccountRef]()
    for _ in range(chance.randint(1, MOST_TRANSFERS)):
        sender, receiver = (chance.choice((*known, b"\x66" * 20)) for _ in range(2))
        units = chance.choice(UNITS)
        trail.transfers.append(Transfer(replace(log, log_index=next(numbers)), sender, receiver, units))
        sums[known.get(sender, token_account("1250"))] -= units
        sums[known.get(receiver, token_account("1250"))] += units
    lines = tuple(Line(account, amount) for account, amount in sums.items() if amount) or ELSEWHERE
    booked_from = replace(log, log_index=next(numbers))
    trail.journals.append(JournalEntry(booked_from.key, "told", at, lines, log=booked_from))
    for time in range(chance.randint(0, MOST_GAS)):
        gas = recipes.gas_spent(purpose="", wei=chance.randrange(1, 10**16), log=log)
        trail.journals.append(replace(gas, key=f"{gas.key}:{time}"))
    return trail
