"""Redemptions: in every state, by everybody."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from app.audit.models import AuditEntry
from app.db.session import in_transaction, reading
from app.identity.actor import ANONYMOUS
from app.payouts.actions.decide_redemption import approve_redemption, refuse_redemption
from app.payouts.actions.make_bank_file import make_bank_file
from app.payouts.actions.mark_paid import mark_paid
from app.payouts.actions.pay_again import pay_again
from app.payouts.actions.record_return import CameBack, record_came_back, record_not_taken
from app.payouts.models import Redemption
from app.payouts.rules import PAID, REDEMPTION
from app.states.edges import By
from tests.payouts.test_redemption import NOW, ask, paid_seller, state  # noqa: F401 - a fixture
from tests.states.matrix import Act, Person, Stage
from tests.support.trade import Shop, Trade


class Redemptions(Stage):
    def __init__(self, trade: Trade, shop: Shop) -> None:
        self.trade, self.shop, self.files = trade, shop, dict[UUID, UUID]()
        super().__init__(
            REDEMPTION,
            [
                Person("owner", By.SELLER, shop.owner),
                Person("operator", By.OPERATOR, trade.operator),
                Person("another shop", None, trade.shop_of(name="Mekong Silk").owner),
                Person("nobody", None, ANONYMOUS),
            ],
            [
                Act("payouts.decide_redemption", ("burning",), self.approve, is_free=True),
                Act("payouts.decide_redemption", ("refused",), self.refuse),
                Act("payouts.mark_paid", ("paid",), self.pay),
                Act("payouts.record_return", ("returned",), self.fails),
                Act("payouts.pay_again", ("burned",), self.again),
            ],
            self.come_to,
            state,
            self.told,
        )

    def told(self, asked: UUID) -> int:
        """Of the redemption, and of its bank file."""
        subjects = [asked, self.files.get(asked, asked)]
        with reading() as session:
            return session.query(AuditEntry).filter(AuditEntry.subject_id.in_(subjects)).count()

    def come_to(self, wanted: str) -> UUID:
        asked, boss = ask(self.shop, 100), self.trade.operator
        if wanted == "requested":
            return asked
        if wanted == "refused":
            self.refuse(asked, boss)
            return asked
        self.approve(asked, boss)
        if wanted == "burning":
            return asked
        self.trade.settle()
        self.files[asked] = in_transaction(lambda s: make_bank_file(s, boss).id)
        if wanted in ("paid", "returned"):
            self.pay(asked, boss)
        if wanted == "returned":
            self.fails(asked, boss)
        return asked

    def approve(self, asked: UUID, who: Any) -> None:
        in_transaction(lambda s: approve_redemption(s, who, asked, now=NOW).id)

    def refuse(self, asked: UUID, who: Any) -> None:
        in_transaction(lambda s: refuse_redemption(s, who, asked, reason="Another account.").id)

    def pay(self, asked: UUID, who: Any) -> None:
        file, reference = self.files.get(asked, uuid4()), f"ABA {asked} {self.attempt(asked)}"
        in_transaction(lambda s: mark_paid(s, who, file, bank_reference=reference, paid_at=NOW).id)

    def fails(self, asked: UUID, who: Any) -> None:
        attempt = self.attempt(asked)
        came = CameBack(reference=f"RET {asked}", cents=100)
        if state(asked) == PAID:
            in_transaction(lambda s: record_came_back(s, who, asked, attempt=attempt, came=came, reason="No.").id)
        else:
            in_transaction(lambda s: record_not_taken(s, who, asked, attempt=attempt, reason="No.", now=NOW).id)

    def attempt(self, asked: UUID) -> int:
        with reading() as session:
            return session.get_one(Redemption, asked).attempt

    def again(self, asked: UUID, who: Any) -> None:
        in_transaction(lambda s: pay_again(s, who, asked, failed=1).id)


@pytest.mark.parametrize("wanted", REDEMPTION.states)
def test_a_redemption_goes_only_where_its_table_leads(trade: Trade, paid_seller: Shop, wanted: str) -> None:  # noqa: F811
    Redemptions(trade, paid_seller).try_everything_in(wanted)


def test_every_edge_but_those_of_the_chain_is_tried(trade: Trade, paid_seller: Shop) -> None:  # noqa: F811
    assert Redemptions(trade, paid_seller).untried() == [
        "burning -> burned by payouts.handlers",
        "burning -> paid by payouts.keep_of_payout",
    ]
