"""What only the market's own people may do is written down with who did it, and nobody can change what was written."""

from collections.abc import Iterator, Mapping
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.audit.actions.record_act import record_act
from app.audit.models import AuditEntry
from app.bookkeeping.actions.ask_reversal import ask_reversal
from app.bookkeeping.actions.take_back import take_back
from app.bookkeeping.queries.entries import openings
from app.closing.actions.ask_reopening import ask_reopening
from app.closing.actions.soft_close_month import soft_close_month
from app.db.session import reading, transaction
from app.embedded.postgres import EmbeddedPostgres
from app.identity.actions.create_shop import ShopTerms, create_shop
from app.identity.actions.open_private_stall import open_private_stall
from app.identity.models import Organization
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import bank_receipt_recorded
from app.matching.actions.propose_resolution import entry_for, plain_lines, propose_resolution
from app.matching.models import MatchException
from app.matching.rules import Kind, seen_mark
from app.payouts.actions.request_redemption import request_redemption
from app.settlement.models import ChainIntent
from tests.architecture.access import OPERATORS, Person, Route
from tests.architecture.market import Market, market_of
from tests.architecture.routes import ROUTES
from tests.support.busy_market import Orders, make_busy
from tests.support.evm import EvmChain, undone_afterwards
from tests.support.front import opened
from tests.support.postgres import a_clone
from tests.support.trade import trading

Things = Mapping[str, str]
RECEIPT = {
    "reference": "ABA-90001", "payer_name": "Dara Chan", "amount": "12.00", "received_on": "2026-11-02",
    "wallet_address": "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
}  # fmt: skip
CAPITAL = {"direction": "in", "amount": "12.00", "reference": "ABA-90003", "day": "2026-11-02"}
OPENING = {"day": "2020-01-01", "a1010": "500.00", "parties": "2400; {shop_slug}; 5.00", "seen": "1"}
PAID = {"amount": "5.00", "reference": "ABA-90005", "day": "2026-11-02"}
ACTS: dict[str, tuple[dict[str, str], dict[str, str], str]] = {
    "console.acknowledge": ({"alarm_id": "{alarm}"}, {}, "alarm.acknowledge"),
    "console.run_job_again": ({"job_id": "{job}"}, {}, "job.retry"),
    "console.approve": ({"shop_id": "{newcomer}"}, {}, "shop.approve"),
    "console.see": ({"shop_id": "{unseen}"}, {}, "shop.see"),
    "console.ask_more": ({"shop_id": "{newcomer}"}, {"reason": "It cannot be read.", "seen": "1"}, "dossier.ask_more"),
    "console.suspend": ({"shop_id": "{newcomer}"}, {"reason": "Sells what it has not."}, "shop.suspend"),
    "console.reject": ({"shop_id": "{to_reject}"}, {"reason": "We sell no medicine.", "seen": "1"}, "shop.reject"),
    "console.replay": ({"event_id": "{event}"}, {}, "webhook.replay"),
    "console.receipts": ({}, RECEIPT, "receipt.book"),
    "vouchers.markets": ({}, {"percent": "10"}, "voucher.create"),
    "vouchers.stop_markets": ({"voucher_id": "{market_voucher}"}, {}, "voucher.stop"),
    "console.paid_by_bank": (
        {"refund_id": "{failed_refund}"},
        {"reference": "ABA-90004", "paid_on": "2026-11-02"},
        "refund.pay_by_bank",
    ),
    "moderation.remove": (
        {"report_id": "{goods_report}"},
        {"decision": "May not be sold."},
        "listing_report.remove",
    ),
    "moderation.dismiss": (
        {"report_id": "{goods_report}"},
        {"decision": "It may after all."},
        "listing_report.dismiss",
    ),
    "bookkeeping.by_hand": ({}, CAPITAL, "capital.book"),
    "bookkeeping.opening": ({}, OPENING, "opening.book"),
    "bookkeeping.settle": ({"number": "2400", "owner": "{shop}"}, PAID, "carried.settle"),
    "bookkeeping.undo": ({"journal_id": "{hand_entry}"}, {"reason": "Typed twice."}, "entry.take_back"),
    "bookkeeping.ask_to_turn_back": ({"journal_id": "{journal}"}, {"reason": "It is wrong."}, "reversal.ask"),
    "bookkeeping.turn_back": ({"reversal_id": "{by_another}"}, {}, "reversal.agree"),
    "bookkeeping.leave_standing": ({"reversal_id": "{reversal}"}, {"answer": "It is right."}, "reversal.withdrawn"),
    "orders.decide": (
        {"number": "{disputed}"},
        {"seller_amount": "1.00", "resolution": "Half good."},
        "orders.resolve_dispute",
    ),
    "closing.soft_close": ({"period": "2020-02"}, {"reason": "Nothing is missing."}, "month.soft_close"),
    "closing.agree": ({"reopening_id": "{asked_by_another}"}, {}, "reopening.agree"),
    "closing.refuse": ({"reopening_id": "{reopening}"}, {"answer": "It can wait."}, "reopening.withdrawn"),
    "closing.ask": ({"period": "{closed_month}"}, {"reason": "It cannot."}, "reopening.ask"),
    "matching.give": ({"exception_id": "{exception}"}, {"assignee": ""}, "exception.assign"),
    "matching.note": ({"exception_id": "{exception}"}, {"text": "The bank answered."}, "exception.note"),
    "matching.propose": (
        {"exception_id": "{exception}"},
        {"kind": "book", "note": "Nobody knows it.", "seen": "{seen}"},
        "exception.propose",
    ),
    "matching.refuse": ({"proposal_id": "{proposal}"}, {"answer": "Not so."}, "exception.withdrawn"),
    "matching.agree": ({"proposal_id": "{proposed_by_another}"}, {}, "exception.agree"),
    "messages.decide": ({"report_id": "{report}"}, {"decision": "warned"}, "message_report.warned"),
    "payouts.chargeback": (
        {"claim_id": "{claim}"},
        {"decision": "charge", "amount": "1.00", "reason": "No proof."},
        "chargeback.charge",
    ),
    "payouts.approve": ({"redemption_id": "{redemption}"}, {}, "redemption.approve"),
    "payouts.refuse": ({"redemption_id": "{to_refuse}"}, {"reason": "Another account."}, "redemption.refuse"),
    "payouts.send_again": ({"redemption_id": "{failed_payout}"}, {"failed": "1"}, "redemption.pay_again"),
    "payouts.give_commission": (
        {},
        {"number": "{sold_order}", "amount": "1.00", "reason": "It came back."},
        "commission.give_back",
    ),
    "payouts.collect": ({}, {}, "bank_file.make"),
    "payouts.note_paid": ({"bank_file_id": "{bank_file}"}, {"bank_reference": "ABA-90002"}, "bank_file.mark_paid"),
    "payouts.failed": (
        {"redemption_id": "{in_bank_file}"},
        {"attempt": "1", "reason": "Closed.", "bank_reference": "ABA-90003", "amount": "1.00"},
        "redemption.came_back",
    ),
    "withholding.switch": (
        {},
        {
            "scope": "withheld",
            "country": "ID",
            "starts_on": "2036-01-01",
            "ends_on": "2036-12-31",
            "reason": "Advice of counsel.",
        },
        "withholding.switch_on",
    ),
    "withholding.end": ({"switch_id": "{switch}"}, {"last_day": "2036-01-01"}, "withholding.switch_off"),
    "withholding.give_back": (
        {},
        {"number": "{taxed_order}", "amount": "1.00", "reason": "It came back."},
        "tax.give_back",
    ),
    "withholding.remit": ({"country": "{tax_country}", "month": "{tax_month}"}, {}, "tax.remit"),
    "withholding.note_remitted": (
        {"remittance_id": "{remittance}"},
        {"bank_reference": "VCB-90001"},
        "tax.mark_remitted",
    ),
    "console.retry": (
        {"intent_id": "{stuck}"},
        {},
        "intent.retry",
    ),  # of a mint nobody planned: the chain is not asked after it
}
"""By endpoint: the address, what the form says, and the act that is then in the log. In an order in which each can be done."""

KEPT_ELSEWHERE = {
    "reports.compare",  # changes nothing; every comparison is a row of `tie_out_runs`, append-only as well
    "banking.statements",  # takes a file; its row is looked at in tests/banking
    "closing.close",  # needs a market in which all is in order; its row is looked at in tests/closing
}


@pytest.fixture(scope="module")
def market(
    evm_session: EvmChain, database_server: EmbeddedPostgres, deployed: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Market]:
    with (
        undone_afterwards(evm_session) as chain,
        a_clone(database_server, deployed) as url,
        trading(chain, url) as trade,
        opened(trade, chain, tmp_path_factory.mktemp("acts")) as front,
    ):
        yield market_of(front)


def named(market: Market, orders: Orders) -> Things:
    owner = market.people[Person.OWNER]
    assert owner is not None
    terms = ShopTerms(name="Dara", kind="private_person", country="KH", place="Phnom Penh")
    with transaction() as work:
        unseen = open_private_stall(work, market.front.trade.person(), terms, now=market.front.trade.now())
        to_refuse = request_redemption(work, owner, owner.organizations()[0], cents=500, form_token=uuid4())
        to_reject = create_shop(work, market.front.trade.person(), ShopTerms("Pills", "company", "KH", "Kep"))
        newcomer = select(Organization.id).where(Organization.name == "Not looked at yet")
        stuck = select(ChainIntent.id).where(ChainIntent.key == "mint:stuck")
        take_back(work, market.front.trade.operator, openings(work)[0].journal_id, reason="Another is booked.")
        accountant = market.people[Person.ACCOUNTANT]
        assert accountant is not None
        soft_close_month(work, accountant, "2020-01", reason="Nothing is missing.")
        twice = post_journal(work, bank_receipt_recorded(reference="AGAIN", cents=1, at=market.front.trade.now()))
        by_another = ask_reversal(work, accountant, twice, reason="Read twice.", form_token=uuid4())
        another = ask_reopening(work, accountant, "2020-01", reason="Something is.", form_token=uuid4())
        unexplained = work.get_one(MatchException, UUID(market.things["exception"]))
        shown = entry_for(work, unexplained, Kind.BOOK, key="shown", note="")
        proposed = propose_resolution(
            work,
            accountant,
            UUID(market.things["another_exception"]),
            Kind.BOOK,
            other="",
            note="Why",
            form_token=uuid4(),
        )
        return {
            **market.things,
            "seen": seen_mark(Kind.BOOK, "", plain_lines(shown)),
            "proposed_by_another": str(proposed.id),
            "to_refuse": str(to_refuse.id),
            "unseen": str(unseen.id),
            "asked_by_another": str(another.id),
            "by_another": str(by_another.id),
            "to_reject": str(to_reject.id),
            "newcomer": str(work.scalars(newcomer).one()),
            "stuck": str(work.scalars(stuck).one()),
            "disputed": orders.numbers()["disputed"],
        }


def acts_by(market: Market, person: Person) -> list[str]:
    actor = market.people[person]
    assert actor is not None
    with reading() as session:
        return list(
            session.scalars(
                select(AuditEntry.action).where(AuditEntry.actor_id == actor.user_id).order_by(AuditEntry.id)
            )
        )


def test_every_act_of_the_operator_writes_a_row(market: Market) -> None:
    things = named(market, make_busy(market))
    for endpoint, (params, body, act) in ACTS.items():
        before = acts_by(market, Person.OPERATOR)
        route = Route(
            endpoint,
            OPERATORS,
            "POST",
            params={name: value.format_map(things) for name, value in params.items()},
            body={name: value.format_map(things) for name, value in body.items()},
        )
        answer = market.ask(route, Person.OPERATOR)
        assert answer.status_code == 303, f"{endpoint}: {answer.get_data(as_text=True)[:2000]}"
        assert acts_by(market, Person.OPERATOR)[len(before) :] == [act], endpoint
        if act == "redemption.approve":
            market.front.trade.settle()  # what is burned can be collected


def test_no_form_of_the_markets_own_desks_is_left_out() -> None:
    own = {Person.OPERATOR, Person.ACCOUNTANT}
    forms = {route.endpoint for route in ROUTES if route.method == "POST" and set() != route.access.allowed <= own}
    assert set(ACTS) | KEPT_ELSEWHERE == forms


def test_a_refused_act_leaves_no_row(market: Market) -> None:
    before = acts_by(market, Person.OPERATOR)
    route = Route("console.suspend", OPERATORS, "POST", params={"shop_id": market.things["shop"]}, body={"reason": ""})
    assert market.ask(route, Person.OPERATOR).status_code == 422
    assert acts_by(market, Person.OPERATOR) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET actor_id = NULL", "DELETE FROM audit_entries", "TRUNCATE audit_entries",
        "DELETE FROM audit_entries WHERE action = 'shop.look'",
    ],
)  # fmt: skip
def test_what_was_written_stays(market: Market, statement: str) -> None:
    with transaction() as session:
        record_act(session, None, "shop.look")
    with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
        session.execute(text(statement))
