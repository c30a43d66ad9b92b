"""The operator's desk: what waits is listed oldest first, and every act is the operator's alone and written down."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.audit.models import AuditEntry
from app.catalog.models import Variant
from app.console.actions.replay_webhook import replay_webhook
from app.console.actions.retry_intent import retry_intent
from app.console.errors import IntentNotFound, IntentNotStuck, WebhookNotFound
from app.console.queries import needs, stuck_intents, webhooks
from app.console.rules import TASK_WORDS, NeedKind
from app.db.session import reading, transaction
from app.identity.actions.create_shop import ShopTerms, create_shop
from app.identity.actions.ensure_market import ensure_market
from app.identity.actions.grant_role import grant_role
from app.identity.actor import Actor
from app.identity.errors import OperatorNeeded
from app.identity.queries import actor_of
from app.ledger.queries import balance
from app.onramp.actions.record_card_dispute import record_card_dispute
from app.onramp.models import BankReceipt, CardPayment, WebhookEvent
from app.orders.actions.open_dispute import open_dispute
from app.payouts.models import BankFile
from app.settlement.actions.exit_leg import BY_BUYER, BY_SELLER
from app.settlement.actions.finish_intents import MAX_ATTEMPTS, set_back
from app.settlement.actions.plan_intent import plan_intent
from app.settlement.calldata import _DEPOSITS, _TOKEN_CALLS, _UNSIGNED
from app.settlement.models import ChainIntent
from app.shipping.actions.set_rates import set_rates
from tests.support.front import Front, hidden_fields
from tests.support.queries import queries_of
from tests.support.trade import HOME, Shop, Trade, buyer_of

LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)


def stuck_intent(key: str) -> ChainIntent:
    """Refused by the chain as often as it may be."""
    with transaction() as session:
        intent_id = plan_intent(session, key=key, chain_id=31337, kind="mint")
        intent = session.get_one(ChainIntent, intent_id)
        for _ in range(MAX_ATTEMPTS):
            set_back(session, intent, "execution reverted: MintAlreadyDone")
        return intent


def kept_webhook(event_id: str, *, problem: str | None, received_at: datetime = LONG_AGO) -> None:
    with transaction() as session:
        session.add(
            WebhookEvent(
                stripe_event_id=event_id,
                type="refund.updated",
                created=received_at,
                payload={"data": {"object": {"id": "re_1"}}},
                received_at=received_at,
                problem=problem,
            )
        )


def market_member(trade: Trade, role: str) -> Actor:
    person = trade.person()
    with transaction() as session:
        market = ensure_market(session, name="Phsar", country_code="KH", time_zone="Asia/Phnom_Penh")
        grant_role(session, granted_by=None, organization_id=market.id, user_id=person.user_id, role=role)
        return actor_of(session, person.user_id)


def acts(action: str) -> list[AuditEntry]:
    with reading() as session:
        return session.query(AuditEntry).filter_by(action=action).all()


def waiting(actor: Actor) -> list[tuple[NeedKind, str]]:
    with reading() as session:
        return [(need.kind, need.which) for need in needs(session, actor)]


def test_an_idle_market_needs_nobody(trade: Trade) -> None:
    assert waiting(trade.operator) == []


def test_all_that_waits_is_listed_oldest_first(trade: Trade) -> None:
    group = trade.shipped_order(trade.shop_of())
    with transaction() as session:
        open_dispute(
            session, buyer_of(group), group.orders[0].id, reason="damaged", text="The jar is broken.", now=trade.now()
        )
    stuck_intent("mint:stuck")
    kept_webhook("evt_old", problem="Stripe does not answer")
    found = waiting(trade.operator)
    assert found[0] == (NeedKind.WEBHOOK, "refund.updated")
    assert {kind for kind, _ in found} == {NeedKind.WEBHOOK, NeedKind.DISPUTE, NeedKind.INTENT}
    with reading() as session:
        listed = needs(session, trade.operator)
    assert [need.since for need in listed] == sorted(need.since for need in listed)
    assert next(need for need in listed if need.kind is NeedKind.DISPUTE).path == (
        f"/console/disputes/{group.orders[0].number}"
    )


def test_only_the_oldest_few_of_a_kind_are_listed_with_how_many_there_are(trade: Trade) -> None:
    for number in range(8):
        kept_webhook(f"evt_{number}", problem="refused", received_at=LONG_AGO + timedelta(days=number))
    with reading() as session:
        listed = needs(session, trade.operator)
    assert len(listed) == 5
    assert {need.total for need in listed} == {8}


def test_a_message_that_has_just_come_is_left_to_the_queue(trade: Trade) -> None:
    kept_webhook("evt_new", problem=None, received_at=datetime.now(UTC))
    kept_webhook("evt_forgotten", problem=None)
    with reading() as session:
        (need,) = needs(session, trade.operator)
    assert need.since == LONG_AGO


def test_the_desk_asks_as_many_questions_for_many_rows_as_for_one(trade: Trade) -> None:
    kept_webhook("evt_first", problem="refused")
    with reading() as session:
        one = queries_of(session, lambda: needs(session, trade.operator))
    for number in range(50):
        kept_webhook(f"evt_{number}", problem="refused")
    with reading() as session:
        many = queries_of(session, lambda: needs(session, trade.operator))
    assert many == one


def test_an_arbiter_sees_disputes_and_nothing_else(trade: Trade) -> None:
    kept_webhook("evt_old", problem="refused")
    assert waiting(market_member(trade, "arbiter")) == []


@pytest.mark.parametrize("role", ["accountant", "auditor", "arbiter"])
def test_only_an_operator_mends(trade: Trade, role: str) -> None:
    intent, actor = stuck_intent("mint:x"), market_member(trade, role)
    kept_webhook("evt_x", problem="refused")
    with pytest.raises(OperatorNeeded), transaction() as session:
        retry_intent(session, actor, intent.id)
    with pytest.raises(OperatorNeeded), transaction() as session:
        replay_webhook(session, actor, "evt_x")
    with pytest.raises(OperatorNeeded), reading() as session:
        stuck_intents(session, actor)


def test_a_retried_task_is_planned_again_and_written_down(trade: Trade) -> None:
    intent = stuck_intent("mint:again")
    with transaction() as session:
        retry_intent(session, trade.operator, intent.id)
    with reading() as session:
        stored = session.get_one(ChainIntent, intent.id)
    assert (stored.state, stored.attempts) == ("planned", 0)
    (act,) = acts("intent.retry")
    assert (act.actor_id, act.subject_id) == (trade.operator.user_id, intent.id)


def test_a_task_that_is_no_longer_stuck_is_not_retried(trade: Trade) -> None:
    intent = stuck_intent("mint:twice")
    with transaction() as session:
        retry_intent(session, trade.operator, intent.id)
    with pytest.raises(IntentNotStuck, match="planned"), transaction() as session:
        retry_intent(session, trade.operator, intent.id)
    with pytest.raises(IntentNotFound), transaction() as session:
        retry_intent(session, trade.operator, uuid4())
    assert len(acts("intent.retry")) == 1


def test_a_replayed_message_is_on_the_queue_once_however_often_it_is_pressed(trade: Trade) -> None:
    kept_webhook("evt_again", problem="Stripe does not answer")
    for _ in range(2):
        with transaction() as session:
            replay_webhook(session, trade.operator, "evt_again")
    with reading() as session:
        jobs = session.scalars(
            text("SELECT args->>'stripe_event_id' FROM procrastinate_jobs WHERE task_name = 'onramp.handle_event'")
        ).all()
    assert jobs == ["evt_again"]


def test_messages_are_found_by_state_and_by_id_and_a_handled_one_can_be_handled_again(trade: Trade) -> None:
    kept_webhook("evt_done", problem=None)
    kept_webhook("evt_refused", problem="no such refund")
    with transaction() as session:
        session.get_one(WebhookEvent, "evt_done").handled_at = datetime.now(UTC)

    def found(**asked: str) -> list[str]:
        with reading() as session:
            page = webhooks(session, trade.operator, now=datetime.now(UTC), **asked)
        return [row.stripe_event_id for row in page.rows]

    assert found() == ["evt_refused"]
    assert found(state="handled") == ["evt_done"]
    assert sorted(found(state="all", named="re_1")) == ["evt_done", "evt_refused"]
    assert found(state="all", named="evt_done") == ["evt_done"]
    with transaction() as session:
        replay_webhook(session, trade.operator, "evt_done")
    assert len(acts("webhook.replay")) == 1


def test_an_unknown_message_is_not_replayed(trade: Trade) -> None:
    with pytest.raises(WebhookNotFound), transaction() as session:
        replay_webhook(session, trade.operator, "evt_never")


PAGES = ["", "/shops", "/disputes", "/receipts", "/tasks", "/messages", "/refunds"]


def test_every_page_of_the_desk_is_the_operators(front: Front) -> None:
    shop = front.trade.shop_of()
    operator, seller, guest = front.member(front.trade.operator), front.member(shop.owner), front.visitor()
    for page in PAGES:
        assert operator.look(f"/console{page}")
        assert seller.look(f"/console{page}", status=403)
        assert guest.look(f"/console{page}", status=303) is not None


def test_a_shop_is_approved_and_suspended_with_its_reason(front: Front) -> None:
    shop = front.trade.shop_of(name="Bánh mì & <Co>")
    operator = front.member(front.trade.operator)
    path = f"/console/shops/{shop.id}/suspend"
    assert operator.fill(path, reason="").status_code == 422
    assert operator.fill(path, reason="sells what it does not have").status_code == 303
    suspended = operator.look("/console/shops?status=suspended")
    assert "Bánh mì &amp; &lt;Co&gt;" in suspended
    assert acts("shop.suspend")[0].details["reason"] == "sells what it does not have"
    assert operator.send(suspended, f"/console/shops/{shop.id}/approve").status_code == 303
    assert "Bánh mì" in operator.look("/console/shops?status=approved")
    again = operator.browser.post(
        f"/console/shops/{shop.id}/approve", data=hidden_fields(suspended, f"/console/shops/{shop.id}/approve")
    )
    assert again.status_code == 409


def test_a_shop_is_looked_at_before_it_is_approved(front: Front) -> None:
    owner = front.trade.person("dara@people.example")
    with transaction() as session:
        said = {"name": "New Stall", "kind": "sole_trader", "country": "KH", "place": "Kampot", "currency": "USD"}
        shop = create_shop(session, owner, ShopTerms(**said, story={"en": "We weave <rattan> since 1990."}))
        owner = actor_of(session, owner.user_id)
        set_rates(session, owner, shop.id, [HOME])
    operator = front.member(front.trade.operator)
    assert "No goods ready for sale yet." in operator.look("/console/shops")
    variant_id = front.trade.goods(Shop(shop.id, owner), title="Rattan basket")
    with reading() as session:
        slug = session.get_one(Variant, variant_id).listing.slug
    waiting = operator.look("/console/shops")
    for said in (
        "dara@people.example",
        "We weave &lt;rattan&gt; since 1990.",
        "1 listing ready for sale:",
        "Shop number",
    ):
        assert said in waiting, said
    assert f'href="/p/{slug}"' in waiting
    assert "Buyers do not see these goods now." in operator.look(f"/p/{slug}")
    front.visitor().look(f"/p/{slug}", status=404)
    front.member(front.trade.shop_of().owner).look(f"/p/{slug}", status=404)


def test_a_chargeback_is_told_by_its_order_its_shop_and_in_plain_words(front: Front) -> None:
    shop = front.trade.shop_of(name="Sothy's Farm")
    group = front.trade.paid_group({front.trade.goods(shop): 1})
    with transaction() as session:
        payment = session.query(CardPayment).filter_by(order_group_id=group.id).one()
        record_card_dispute(session, {
            "id": "dp_77", "charge": payment.charge_id, "created": int(LONG_AGO.timestamp()), "amount": 1600,
            "currency": "usd", "reason": "fraudulent", "status": "needs_response",
        })  # fmt: skip
    operator = front.member(front.trade.operator)
    which = f"{group.orders[0].number} · Sothy&#39;s Farm"
    for path in ("/console", "/console/refunds"):
        page = operator.look(path)
        assert which in page, path
        assert "the cardholder says somebody else paid with the card" in page, path
    assert "answer the bank now" in page
    assert "needs_response" not in page


RECEIPT = {
    "reference": "ABA-77120",
    "payer_name": "Dara Chan",
    "wallet_address": "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
    "amount": "1,250.50",
    "received_on": (datetime.now(UTC) - timedelta(days=30)).date().isoformat(),
}


def test_a_bank_receipt_is_booked_once_per_reference(front: Front) -> None:
    operator = front.member(front.trade.operator)
    for _ in range(2):
        assert operator.fill("/console/receipts", **RECEIPT).status_code == 303
    with reading() as session:
        (receipt,) = session.query(BankReceipt).all()
        assert balance(session, "2150", "USD") == receipt.amount_minor == 125_050
    for alike in ("aba 77120", "ABA77120", "\uff21BA-\uff17\uff17120", "ABA\u201377120 ", "a.b.a/77120"):
        again = operator.fill("/console/receipts", **{**RECEIPT, "reference": alike})
        assert again.status_code == 303, alike
    with reading() as session:
        assert session.query(BankReceipt).count() == 1
        assert balance(session, "2150", "USD") == 125_050
    other = operator.fill("/console/receipts", **{**RECEIPT, "amount": "9"})
    assert other.status_code == 422
    assert "ABA-77120" in other.get_data(as_text=True)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("wallet_address", "0x1234", "40 hexadecimal digits"),
        ("wallet_address", "0x" + "0" * 40, "40 hexadecimal digits"),
        ("amount", "0", "at least one cent"),
        ("amount", "-5", "at least one cent|positive|minus"),
        ("received_on", "2999-01-01", "has not come yet"),
        ("received_on", "yesterday", "year-month-day"),
        ("received_on", "1999-01-01", "more than a year ago"),
        ("amount", "1000000.00", "at most \\$999,999.99"),
        ("reference", "", "Fill this in"),
        ("reference", "ABA-\u200b77120", "nothing invisible"),
        ("reference", "—", "letters and digits"),
    ],
)
def test_a_receipt_with_a_mistake_is_not_booked(front: Front, field: str, typed: str, said: str) -> None:
    answer = front.member(front.trade.operator).fill("/console/receipts", **{**RECEIPT, field: typed})
    assert answer.status_code == 422
    assert re.search(said, answer.get_data(as_text=True))
    with reading() as session:
        assert session.query(BankReceipt).count() == 0


def test_buttons_of_the_desk_do_what_they_say(front: Front) -> None:
    intent = stuck_intent("mint:page")
    kept_webhook("evt_page", problem="refused")
    operator = front.member(front.trade.operator)
    tasks, messages = operator.look("/console/tasks"), operator.look("/console/messages")
    assert "MintAlreadyDone" in tasks
    assert operator.send(tasks, f"/console/tasks/{intent.id}/retry").status_code == 303
    assert operator.send(messages, "/console/messages/evt_page/replay").status_code == 303
    assert "mint:page" not in operator.look("/console/tasks")


def test_a_stuck_task_says_what_it_was_for_and_what_to_do(front: Front, trade: Trade) -> None:
    refusals = {"mint:1": "insufficient funds for gas * price + value", "mint:2": "a word nobody knows"}
    for key, said in refusals.items():
        stuck_intent(key)
        with transaction() as session:
            session.query(ChainIntent).filter_by(key=key).one().problem = said
    page = front.member(trade.operator).look("/console/tasks")
    assert page.count("Mint tokens for a card payment") == 2
    assert "Send gas money to its address, then try again." in page
    assert all(said in page for said in refusals.values())


def test_every_kind_of_intent_has_words() -> None:
    kinds = {*_TOKEN_CALLS, *_DEPOSITS, *_UNSIGNED, *BY_BUYER, *BY_SELLER, "resolve", "anchor"}
    assert set(TASK_WORDS) == kinds


def test_the_operator_looks_at_a_shop_before_approving_it_and_strangers_do_not(front: Front, trade: Trade) -> None:
    owner = trade.person()
    with transaction() as session:
        shop = create_shop(session, owner, ShopTerms("New on the market", "company", "KH", "Kampot", currency="USD"))
        slug = shop.slug
    page = front.member(trade.operator).look(f"/s/{slug}")
    assert "the shop is not approved yet" in page
    assert f"/s/{slug}" in front.member(trade.operator).look("/console/shops")
    front.member(owner).look(f"/s/{slug}")
    front.visitor().look(f"/s/{slug}", status=404)
    front.member(trade.person()).look(f"/s/{slug}", status=404)


def test_who_takes_a_bank_file_away_is_written_down(front: Front, trade: Trade) -> None:
    with transaction() as session:
        file = BankFile(created_by=trade.operator.user_id)
        session.add(file)
        session.flush()
        file_id = file.id
    front.member(trade.operator).look(f"/console/bank-files/{file_id}.csv")
    with reading() as session:
        assert session.query(AuditEntry).filter_by(action="bank_file.download", subject_id=file_id).count() == 1
