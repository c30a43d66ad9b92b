"""What the machine knows besides the books, and the one way it books."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import ClassVar
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app.bookkeeping.models import Reversal
from app.identity.models import User
from app.ledger import recipes
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import OWED_BY_BANK, RESERVE_ACCOUNTS, TOKEN, USD, AccountRef, token_account
from app.ledger.entries import Holder, JournalEntry, LegRef
from app.money.amounts import UNITS_PER_CENT
from tests.ledger.amounts import AT, Book, log_ref

CAPITAL_CENTS = 10**12
SHOPS = [UUID(int=10), UUID(int=11), UUID(int=12)]
MARKET_HELD, WALLET_SHOP = SHOPS[:2], SHOPS[2]
WALLET: Holder = (token_account("1250"), token_account("2100"))
SUSPENSE = token_account("2900")
Recipe = Callable[..., JournalEntry]
some_cents = st.integers(1, 10**7)
some_shop = st.sampled_from(SHOPS)
pick = st.randoms(use_true_random=False)


def key() -> str:
    return uuid4().hex


@dataclass
class Leg:
    ref: LegRef
    units: int
    by_card: bool
    released: int = 0
    refunded: int = 0
    fee: int = 0

    @property
    def left(self) -> int:
        return self.units - self.released - self.refunded


@dataclass
class Redemption:
    """Tokens that are gone, and cents that the bank owes for them."""

    shop: UUID
    cents: int
    id: UUID = field(default_factory=uuid4)
    attempt: int = 1


class Happenings(RuleBasedStateMachine):
    """With a `connection` every journal goes to the database as well. `booked` names the recipes that were."""

    connection: ClassVar[Connection | None] = None
    issues: ClassVar[bool]
    session: Session | None = None

    @initialize()
    def open_books(self) -> None:
        if self.connection is not None:
            self.undo = self.connection.begin()
            self.session = Session(self.connection, join_transaction_mode="create_savepoint")
            self.people = [User(email=f"{key()}@x.example", password="!", fs_uniquifier=key()) for _ in range(2)]
            self.session.add_all(self.people)
            self.session.flush()
        self.book = Book()
        self.booked: set[str] = set()
        self.last: tuple[UUID, JournalEntry] | None = None
        self.typed: list[tuple[UUID, JournalEntry, int, Callable[[], object]]] = []
        self.unsettled: list[int] = []
        self.settled: list[int] = []
        self.disputed: list[int] = []
        self.lost: list[int] = []
        self.claims: list[tuple[UUID, UUID, int]] = []
        self.coin = 0
        self.paid: list[int] = []
        self.ready: list[int] = []
        self.legs: list[Leg] = []
        self.to_refund: list[int] = []
        self.refunding: list[int] = []
        self.refunded: list[int] = []
        self.owed_again: list[int] = []
        self.vouchers = 0
        self.receipts: list[int] = []
        self.redemptions: list[Redemption] = []
        self.redeemed: list[Redemption] = []
        self.on_way: list[int] = []
        self.arrived: list[int] = []
        self.waiting: list[tuple[Holder, int]] = []
        self.carried: Counter[AccountRef] = Counter()
        self.is_opened = False
        self.taken: list[tuple[UUID, str, str, int]] = []
        self.set_aside: list[tuple[UUID, int]] = []
        self.returning: list[tuple[UUID, int]] = []
        self.to_remit: Counter[tuple[str, str]] = Counter()
        self.strays: Counter[str] = Counter()
        self.unexplained = 0
        self.outside = 0
        self.at_bank = CAPITAL_CENTS
        self.at_stripe = 0
        self.post(recipes.capital_paid_in, key="capital", cents=CAPITAL_CENTS, at=AT)

    def post(self, recipe: Recipe, *of: object, **facts: object) -> tuple[UUID, JournalEntry] | None:
        """What `recipe` makes of the facts, as the policy of the token has it."""
        entry = recipe(*of, **facts)
        kept = entry if self.issues else recipes.resold(entry)
        if kept is None:
            return None
        self.last = self.write(kept), kept
        self.booked.add(recipe.__name__)
        return self.last

    def write(self, entry: JournalEntry) -> UUID:
        self.book.post(entry)
        return uuid4() if self.session is None else post_journal(self.session, entry)

    def type_in(self, recipe: Recipe, undo: Callable[[], object] = int, *, at_bank: int = 0, **facts: object) -> None:
        """By hand: it may be taken back later, when `undo` says so to what the machine knows."""
        posted = self.post(recipe, key=key(), at=AT, **facts)
        assert posted is not None
        self.at_bank += at_bank
        self.typed.append((*posted, at_bank, undo))

    def agree(self, journal_id: UUID, reversal_id: UUID) -> None:
        """Two people have, which the database asks for."""
        if self.session is None:
            return
        asked, answered = self.people
        self.session.add(
            Reversal(
                form_token=uuid4(), journal_id=journal_id, reversal_id=reversal_id, reason="wrong", state="agreed",
                asked_by=asked.id, decided_by=answered.id, decided_at=AT,
            )
        )  # fmt: skip
        self.session.flush()

    def again(self, entry: JournalEntry) -> JournalEntry:
        """The same as another fact."""
        log = entry.log and log_ref()
        return replace(entry, key=log.key if log else key(), log=log)

    def holder_of(self, shop: UUID) -> Holder:
        return WALLET if shop == WALLET_SHOP else (token_account("1230", shop), token_account("2200", shop))

    def to_wallet(self, units: int) -> None:
        """Tokens left for wallets that are nobody's of ours; negative, they came from there."""
        self.outside += units

    def reserve(self) -> int:
        return sum(self.book.of(one, USD) for one in RESERVE_ACCOUNTS) - sum(
            self.book.of(one, USD) for one in OWED_BY_BANK
        )

    def spare(self) -> int:
        """Cents the operator may take out."""
        return self.reserve() - -(-self.book.of("3910", TOKEN) // UNITS_PER_CENT)

    def redeemable(self, shop: UUID) -> int:
        """Units that are the seller's and lie at its address."""
        on_way = sum(units for whose, units in self.returning if whose == shop)
        return self.book.of("2200", TOKEN, shop) - on_way

    def teardown(self) -> None:
        if self.session is not None:
            self.session.close()
            self.undo.rollback()


FORCE = text("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
"""As the end of a transaction would."""
