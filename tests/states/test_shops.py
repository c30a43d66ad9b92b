"""A shop's status, its review, and reports of its goods: in every state, by everybody."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.audit.models import AuditEntry
from app.db.session import in_transaction, reading, transaction
from app.identity.actions.approve_shop import approve_shop, reconsider_shop, refuse_shop, suspend_shop
from app.identity.actions.create_shop import ShopTerms, create_shop
from app.identity.actions.forget_user import close_shop
from app.identity.actions.pause_shop import pause_shop, reopen_due, reopen_shop
from app.identity.actor import ANONYMOUS, Actor
from app.identity.models import Organization
from app.identity.queries import actor_of
from app.identity.rules.shops import SHOP
from app.moderation.actions.decide_report import dismiss_report, remove_listing
from app.moderation.models import ListingReport
from app.moderation.rules import REPORT
from app.parties.actions.send_for_review import send_for_review
from app.parties.actions.tell_dossier import tell_numbers
from app.parties.models import ShopEvent
from app.parties.rules.review import REVIEW
from app.states.edges import By
from tests.moderation.test_reports import reported
from tests.parties.test_approval import decide, new_shop, review_of, sent_shop, tell_all
from tests.states.matrix import Act, Person, Stage
from tests.support.front import Front
from tests.support.trade import Shop, Trade

WEEK = timedelta(days=7)


class Owned:
    """The owner of a shop is another one each time, so `people` stand for sides and the shop knows its owner."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        self.people = [
            Person("owner", By.SELLER, "owner"),
            Person("operator", By.OPERATOR, trade.operator),
            Person("another shop", None, trade.shop_of(name="Mekong Silk").owner),
            Person("stranger", None, trade.person()),
            Person("nobody", None, ANONYMOUS),
        ]

    def actor(self, shop: Shop, who: Any) -> Actor:
        return shop.owner if who == "owner" else who


class Shops(Stage):
    def __init__(self, trade: Trade) -> None:
        self.trade, self.owned = trade, Owned(trade)
        super().__init__(
            SHOP,
            self.owned.people,
            [
                Act("identity.approve_shop", ("approved",), self.approve),
                Act("identity.approve_shop", ("suspended",), self.suspend),
                Act("identity.approve_shop", ("rejected",), self.refuse),
                Act("identity.approve_shop", ("pending",), self.reconsider),
                Act("identity.pause_shop", ("paused",), self.pause),
                Act("identity.pause_shop", ("approved",), self.reopen),
                Act("identity.pause_shop", ("approved",), self.reopen_in_time, By.CLOCK),
                Act("identity.forget_user", ("closed",), self.erase, By.SELLER),
            ],
            self.come_to,
            self.state_of,
            self.told,
        )

    def state_of(self, shop: Shop) -> str:
        with reading() as session:
            return session.get_one(Organization, shop.id).status

    def told(self, shop: Shop) -> int:
        with reading() as session:
            return session.query(AuditEntry).filter_by(subject_id=str(shop.id)).count()

    def come_to(self, state: str) -> Shop:
        person = self.trade.person()
        with transaction() as session:
            made = create_shop(session, person, ShopTerms("Sothy's Farm", "company", "KH", "Kampot", currency="USD"))
            shop = Shop(made.id, actor_of(session, person.user_id))
        boss = self.trade.operator
        if state in ("approved", "paused"):
            self.approve(shop, boss)
        for wanted, step, who in (
            ("paused", self.pause, "owner"),
            ("suspended", self.suspend, boss),
            ("rejected", self.refuse, boss),
            ("closed", self.erase, None),
        ):
            if state == wanted:
                step(shop, who)
        return shop

    def approve(self, shop: Shop, who: Any) -> None:
        in_transaction(lambda s: approve_shop(s, self.owned.actor(shop, who), shop.id))

    def suspend(self, shop: Shop, who: Any) -> None:
        in_transaction(lambda s: suspend_shop(s, self.owned.actor(shop, who), shop.id, reason="Copies."))

    def refuse(self, shop: Shop, who: Any) -> None:
        in_transaction(lambda s: refuse_shop(s, self.owned.actor(shop, who), shop.id, reason="No such firm."))

    def reconsider(self, shop: Shop, who: Any) -> None:
        in_transaction(lambda s: reconsider_shop(s, self.owned.actor(shop, who), shop.id))

    def pause(self, shop: Shop, who: Any) -> None:
        now = self.trade.now()
        if self.state_of(shop) == "paused":
            return  # again, with other words, is no edge
        until = (now + WEEK).date()
        in_transaction(lambda s: pause_shop(s, self.owned.actor(shop, who), shop.id, until=until, note="", now=now))

    def reopen(self, shop: Shop, who: Any) -> None:
        in_transaction(lambda s: reopen_shop(s, self.owned.actor(shop, who), shop.id))

    def reopen_in_time(self, _shop: Shop, _nobody: None) -> None:
        in_transaction(lambda s: reopen_due(s, self.trade.now() + 2 * WEEK))

    def erase(self, shop: Shop, _nobody: None) -> None:
        assert shop.owner.user_id is not None
        owner_id: UUID = shop.owner.user_id
        in_transaction(lambda s: close_shop(s, shop.id, actor_id=owner_id))


class Reviews(Stage):
    def __init__(self, front: Front) -> None:
        self.front, self.trade, self.owned = front, front.trade, Owned(front.trade)
        super().__init__(
            REVIEW,
            self.owned.people,
            [
                Act("parties.send_for_review", ("sent",), self.send),
                Act("parties.decide_review", ("accepted",), self.accept),
                Act("parties.decide_review", ("more",), self.ask_for_more),
                Act("parties.decide_review", ("rejected",), self.reject),
                Act("parties.tell_dossier", ("sent",), self.change, is_free=True),
            ],
            self.come_to,
            lambda shop: review_of(shop)[0],
            self.told,
        )

    def told(self, shop: Shop) -> int:
        with reading() as session:
            return session.query(ShopEvent).filter_by(organization_id=shop.id).count()

    def come_to(self, state: str) -> Shop:
        email = f"{self.trade.person().user_id}@people.example"
        if state == "open":
            shop = new_shop(self.trade, email=email)
            tell_all(self.front, shop)
            return shop
        shop = sent_shop(self.front, email=email)
        steps = {"more": self.ask_for_more, "accepted": self.accept, "rejected": self.reject}
        if state in steps:
            steps[state](shop, self.trade.operator)
        return shop

    def send(self, shop: Shop, who: Any) -> None:
        in_transaction(lambda s: send_for_review(s, self.owned.actor(shop, who), shop.id, now=self.trade.now()))

    def accept(self, shop: Shop, who: Any) -> None:
        decide(self.owned.actor(shop, who), shop, "accept")

    def ask_for_more(self, shop: Shop, who: Any) -> None:
        decide(self.owned.actor(shop, who), shop, "more", "A clearer picture.")

    def reject(self, shop: Shop, who: Any) -> None:
        decide(self.owned.actor(shop, who), shop, "reject", "No such firm.")

    def change(self, shop: Shop, who: Any) -> None:
        number = str(self.trade.person().user_id)[:12]
        now = self.trade.now()
        in_transaction(
            lambda s: tell_numbers(s, self.owned.actor(shop, who), shop.id, registration=number, tax="2", now=now)
        )


class Reports(Stage):
    def __init__(self, trade: Trade) -> None:
        self.trade, self.shop = trade, trade.shop_of()
        super().__init__(
            REPORT,
            [
                Person("operator", By.OPERATOR, trade.operator),
                Person("seller", None, self.shop.owner),
                Person("stranger", None, trade.person()),
                Person("nobody", None, ANONYMOUS),
            ],
            [
                Act("moderation.decide_report", ("dismissed",), self.dismiss),
                Act("moderation.decide_report", ("removed",), self.remove),
            ],
            self.come_to,
            self.state_of,
            self.told,
        )

    def state_of(self, report_id: UUID) -> str:
        with reading() as session:
            return session.get_one(ListingReport, report_id).state

    def told(self, report_id: UUID) -> int:
        with reading() as session:
            return session.query(AuditEntry).filter_by(subject_id=str(report_id)).count()

    def come_to(self, state: str) -> UUID:
        (report,) = reported(self.trade, self.trade.goods(self.shop))
        if state != "open":
            (self.dismiss if state == "dismissed" else self.remove)(report.id, self.trade.operator)
        return report.id

    def dismiss(self, report_id: UUID, who: Any) -> None:
        in_transaction(lambda s: dismiss_report(s, who, report_id, decision="Fine.", now=self.trade.now()))

    def remove(self, report_id: UUID, who: Any) -> None:
        in_transaction(lambda s: remove_listing(s, who, report_id, decision="A copy.", now=self.trade.now()))


@pytest.mark.parametrize("state", SHOP.states)
def test_a_shop_goes_only_where_its_table_leads(trade: Trade, state: str) -> None:
    Shops(trade).try_everything_in(state)


@pytest.mark.parametrize("state", REVIEW.states)
def test_a_review_goes_only_where_its_table_leads(front: Front, state: str) -> None:
    Reviews(front).try_everything_in(state)


@pytest.mark.parametrize("state", REPORT.states)
def test_a_report_goes_only_where_its_table_leads(trade: Trade, state: str) -> None:
    Reports(trade).try_everything_in(state)


def test_every_edge_of_the_three_is_tried(front: Front) -> None:
    assert Shops(front.trade).untried() == Reviews(front).untried() == Reports(front.trade).untried() == []
