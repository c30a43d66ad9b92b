"""One small market with somebody of every kind, and one of each thing that a route may be asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from flask import session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.access.actions.make_token import make_token
from app.access.rules import TokenTerms
from app.addresses.models import SavedAddress
from app.banking.actions.keep_statement import StatementFile, keep_statement
from app.banking.rules import read_statement
from app.bookkeeping.actions.ask_reversal import ask_reversal
from app.bookkeeping.actions.book_capital import book_capital
from app.bookkeeping.actions.book_opening import book_opening
from app.bookkeeping.rules import Opening, PartyBalance
from app.catalog.models import Listing, Variant
from app.catalog.rules.listings import SampleTerms
from app.closing.actions.ask_reopening import ask_reopening
from app.closing.actions.soft_close_month import soft_close_month
from app.console.actions.record_alarms import record_alarms
from app.console.rules import AlarmKind
from app.db.session import reading, transaction
from app.downloads.actions.ask_for_file import ask_for_file
from app.downloads.actions.keep_schedule import make_schedule
from app.downloads.jobs import make_file
from app.downloads.making import Wanted
from app.identity.actions.grant_role import grant_role
from app.identity.actions.invite_member import invite_member
from app.identity.actor import ANONYMOUS, Actor
from app.identity.models import Member, Organization
from app.identity.queries import actor_of, market_organization
from app.invoicing.actions.issue_documents import issue_documents
from app.jobs.queue import enqueue
from app.ledger.actions.post_journal import post_journal
from app.ledger.models import Journal
from app.ledger.recipes import bank_receipt_recorded
from app.matching.actions.match_items import match_items
from app.matching.actions.propose_resolution import propose_resolution
from app.matching.actions.write_note import write_note
from app.matching.models import MatchException, MatchNote
from app.matching.rules import Kind
from app.media.pictures import prepare
from app.media.private_files import prepare_private
from app.media.rules import WIDTHS, file_name
from app.messages.actions.report_message import report_message
from app.messages.actions.start_thread import About, start_thread
from app.messages.actions.write_message import Author, write_message
from app.messages.files import Draft, read_file
from app.messages.models import MessageFile, Report, Thread
from app.messages.parties import Party
from app.messages.rules import ORDER
from app.moderation.actions.report_listing import report_listing
from app.moderation.models import ListingReport
from app.notify.models import Notification
from app.notify.queries import mails_about
from app.notify.rules import MESSAGES
from app.notify.stop_links import stop_link
from app.onramp.actions.record_card_dispute import record_card_dispute
from app.onramp.actions.record_webhook import record_webhook
from app.onramp.actions.refund_card import record_refusal, refund_card
from app.onramp.models import CardPayment, CardRefund
from app.onramp.stripe_values import VerifiedEvent
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.request_return import request_return
from app.orders.actions.ship_order import ship_order
from app.orders.models import Order, OrderGroup
from app.orders.return_models import OrderFile
from app.parties.actions.keep_paper import StoredFile, add_paper
from app.payouts.actions.decide_redemption import approve_redemption
from app.payouts.actions.make_bank_file import make_bank_file
from app.payouts.actions.record_return import record_not_taken
from app.payouts.actions.request_redemption import request_redemption
from app.payouts.actions.set_bank_account import set_bank_account
from app.payouts.models import ChargebackClaim
from app.payouts.rules import bank_account
from app.privacy.actions.export_data import finish_export, request_export
from app.privacy.rules import Subject
from app.settlement.models import ChainIntent
from app.vouchers.actions.create_voucher import create_voucher
from app.vouchers.rules.terms import VoucherTerms
from app.webhooks.actions.keep_endpoint import EndpointTerms, add_endpoint
from app.webhooks.actions.send_again import send_test
from app.webhooks.models import WebhookDelivery
from tests.architecture.access import Person, Route
from tests.architecture.work_buyers import buying_for_work
from tests.banking.files import ABA
from tests.quotes.bargain import Bargain, takes_offers
from tests.rfqs.asking import Asking, asked_for_quotes
from tests.support.front import Front
from tests.support.goods import picture_bytes
from tests.support.signing_in import remember
from tests.support.trade import Shop, Trade, buyer_of
from tests.support.withheld_tax import withheld_tax
from tests.support.working import work_until_empty

EVENT = "evt_not_handled"
OWN_TOKEN, NO_TOKEN, FOREIGN_TOKEN, DAMAGED_TOKEN = "own", "none", "of another browser", "damaged"
INVITED = "invited@people.example"
CLOSED_MONTH = "2019-12"
JOB = "of.another.version"
PROGRAM = {"Accept": "application/problem+json"}  # a refusal then says its code


@dataclass(frozen=True)
class Market:
    """The application, its people, and the names of the first shop's things."""

    front: Front
    people: Mapping[Person, Actor | None]
    things: Mapping[str, str]

    def browser(self, person: Person) -> FlaskClient:
        actor = self.people[person]
        return (self.front.member(actor) if actor else self.front.visitor()).browser

    def ask(
        self,
        route: Route,
        person: Person,
        *,
        token: str = OWN_TOKEN,
        more: Mapping[str, str] | None = None,
        browser: FlaskClient | None = None,
    ) -> TestResponse:
        """Ask as this person, in a browser of its own that carries no link of a mail; or in the one that is given.

        `token` is the form protection that is sent; `more` stands in the address as well as in the form.
        """
        named = {name: self._named(values) for name, values in vars(route).items() if isinstance(values, Mapping)}
        with self.front.app.test_request_context():
            path = self.front.app.url_for(
                route.endpoint, _method=route.method, **named["params"], **{**(more or {}), **named["query"]}
            )
        browser = browser or self.browser(person)
        if route.method == "GET":
            return browser.get(path, headers=PROGRAM, buffered=True)
        own = self._protect(browser)
        if token == FOREIGN_TOKEN:
            own = self._protect(self.browser(person))
        protection = {"csrf_token": own[::-1] if token == DAMAGED_TOKEN else own} if token != NO_TOKEN else {}
        body = {"form_token": str(uuid4()), **(more or {}), **protection, **named["body"]}
        return browser.open(path, method=route.method, data=body, headers=PROGRAM, buffered=True)

    def _protect(self, browser: FlaskClient) -> str:
        """What the forms of every page shown to this browser carry."""
        with self.front.app.test_request_context():
            token, kept = generate_csrf(), session["csrf_token"]
        remember(browser, {"csrf_token": kept})
        return token

    def _named(self, values: Mapping[str, str]) -> dict[str, str]:
        return {name: text.format_map(self.things) for name, text in values.items()}


def market_of(front: Front) -> Market:
    trade = front.trade
    shop = trade.shop_of(name="Sothy's Farm")
    other = trade.shop_of(name="Mekong Silk")
    people = {
        Person.GUEST: None,
        Person.BUYER: trade.person(),
        Person.STRANGER: trade.person(),
        Person.OWNER: shop.owner,
        Person.BOOKKEEPER: _with_role(trade, shop, "accountant"),
        Person.OTHER_SHOP: other.owner,
        Person.ACCOUNTANT: _with_role(trade, None, "accountant"),
        Person.OPERATOR: trade.operator,
    }
    paid_out = _paid_out(trade, shop)
    claim = _charged_back(trade, other)
    withheld = withheld_tax(trade)
    pepper = trade.goods(shop, title="Pepper of the first shop", sample=SampleTerms(200, 10, 50), sample_most=5)
    group = _bought(trade, people[Person.BUYER], pepper)
    returned = _returned(trade, shop, people[Person.BUYER])
    said = _conversation(people[Person.BUYER], shop, group.orders[0])
    offered = trade.goods(shop, title="A used bicycle of the first shop")
    offer, deal = _bargained(trade, shop, people[Person.BUYER], offered)
    elsewhere = _bought(trade, people[Person.STRANGER], trade.goods(other, title="Silk of the second shop"))
    with transaction() as work:
        happened = datetime.now(UTC)
        (invoice,) = issue_documents(work, group.orders[0].id)
        document, document_id = invoice.name, invoice.id
        slug = work.query(Listing.slug).join(Variant, Variant.listing_id == Listing.id).limit(1).scalar()
        reported = report_listing(work, ANONYMOUS, slug, reason="other", text="Look at it.")
        report = work.query(ListingReport.id).filter_by(listing_id=reported).scalar()
        (alarm,) = record_alarms(work, {AlarmKind.STUCK_INTENTS: {"count": 1}}, happened)
        enqueue(work, JOB)
        record_webhook(work, VerifiedEvent(EVENT, "payout.paid", happened, {"id": EVENT}))
        capital = book_capital(work, trade.operator, cents=100, reference="ABA-CAPITAL", at=happened)
        owed = Opening({"1010": 5_000}, [PartyBalance("2400", shop.id, 5_000)])
        book_opening(work, trade.operator, owed, at=datetime(2020, 1, 1, tzinfo=UTC))
        soft_close_month(work, trade.operator, CLOSED_MONTH, reason="Nothing was booked yet.")
        file = StatementFile("november.csv", ABA.encode(), "aba", "000123456")
        bank_statement = keep_statement(work, trade.operator, file, read_statement(file.content, "aba", "USD"))
        unexplained = _unexplained(work, trade.operator, happened)
        asked = ask_reopening(work, trade.operator, CLOSED_MONTH, reason="Something was.", form_token=uuid4())
        wrong = post_journal(work, bank_receipt_recorded(reference="TWICE", cents=1, at=happened))
        reversal = ask_reversal(work, trade.operator, wrong, reason="Read twice.", form_token=uuid4())
        off = VoucherTerms(code="", currency="USD", percent_bps=1_000)
        voucher = create_voucher(work, shop.owner, shop.id, off, form_token=uuid4(), now=happened)
        markets = create_voucher(work, trade.operator, None, off, form_token=uuid4(), now=happened)
    with reading() as work:
        listing = work.get_one(Variant, pepper).listing
        things = {
            "claim": claim,
            "shop": str(shop.id),
            "shop_slug": work.get_one(Organization, shop.id).slug,
            "listing": str(listing.id),
            "product": listing.slug,
            "product_of_another": work.get_one(Listing, elsewhere.orders[0].lines[0].listing_id).slug,
            "variant": str(pepper),
            "offered": str(offered),
            "offer": str(offer),
            "deal": str(deal),
            "group": str(group.id),
            "order": group.orders[0].number,
            "invoice": document,
            "invoice_id": str(document_id),
            "key": group.access_token,
            "other_order": elsewhere.orders[0].number,
            "journal": str(
                work.query(Journal.id).filter_by(organization_id=shop.id, event="leg_funded").limit(1).scalar()
            ),
            "intent": str(work.query(ChainIntent.id).limit(1).scalar()),
            "event": EVENT,
            "alarm": str(alarm.id),
            "goods_report": str(report),
            "hand_entry": str(capital),
            "closed_month": CLOSED_MONTH,
            "bank_statement": str(bank_statement),
            "reopening": str(asked.id),
            "reversal": str(reversal.id),
            **unexplained,
            "address": str(work.query(SavedAddress.id).filter_by(user_id=people[Person.BUYER].user_id).scalar()),
            "voucher": str(voucher.id),
            "market_voucher": str(markets.id),
            "failed_refund": _failed_refund(elsewhere),
            "job": _failed_job(trade),
            "picture": _picture(front),
            **_people(trade, shop),
            **_papers(front, shop),
            "export": _copy(people[Person.BUYER]),
            **paid_out,
            **withheld,
            **returned,
            **said,
        }
    things |= buying_for_work(trade, shop, people, pepper)
    things |= {"token": _token(people[Person.BUYER]), **_webhooks(shop)}
    things |= _reports(people[Person.BOOKKEEPER], shop)
    things |= _files(people[Person.ACCOUNTANT], "books_file", "books_file_to_remove")
    buyer = people[Person.BUYER]
    assert buyer is not None
    things |= asked_for_quotes(Asking(trade, shop, other, pepper, _silk(trade, other), buyer))
    return Market(front, people, things)


def _silk(trade: Trade, other: Shop) -> UUID:
    return trade.goods(other, title="More silk of the second shop")


def _token(person: Actor | None) -> str:
    assert person is not None
    with transaction() as work:
        terms = TokenTerms("A program", ("buy",))
        return str(make_token(work, person, terms, form_token=uuid4(), now=datetime.now(UTC))[0].id)


def _webhooks(shop: Shop) -> dict[str, str]:
    """One with a message, and one that may go."""
    with transaction() as work:
        terms = EndpointTerms("https://hooks.example/here", ("order.paid",))
        kept, doomed = (add_endpoint(work, shop.owner, shop.id, terms, form_token=uuid4())[0] for _ in range(2))
        send_test(work, shop.owner, kept.id, form_token=uuid4(), now=datetime.now(UTC))
        message = work.query(WebhookDelivery.id).filter_by(endpoint_id=kept.id).scalar()
        return {"webhook": str(kept.id), "doomed_webhook": str(doomed.id), "message": str(message)}


def _bargained(trade: Trade, shop: Shop, buyer: Actor | None, variant_id: UUID) -> tuple[UUID, UUID]:
    """An offer that waits for the shop, on goods that take offers, and a deal about other ones."""
    assert buyer is not None
    other = trade.goods(shop, title="A used chair of the first shop")
    for goods in (variant_id, other):
        takes_offers(goods)
    offers = Bargain(trade, shop, variant_id, buyer), Bargain(trade, shop, other, buyer)
    return offers[0].offer().id, offers[1].deal().id


def _failed_job(trade: Trade) -> str:
    """A worker that does not know the job gives it up at once."""
    work_until_empty(trade.engine.url.render_as_string(hide_password=False), {"notify.deliver_mails": lambda: None})
    with reading() as work:
        return str(work.scalar(text("SELECT id FROM procrastinate_jobs WHERE task_name = :name"), {"name": JOB}))


def _failed_refund(group: OrderGroup) -> str:
    """One that the card's bank does not take."""
    with transaction() as work:
        refund_card(work, order_group_id=group.id, order_id=group.orders[0].id, cents=1, key="refund:no", reason="kind")
        refund_id = work.query(CardRefund.id).filter_by(key="refund:no").scalar()
        record_refusal(work, refund_id, "The card is closed.", "expired_or_canceled_card")
        return str(refund_id)


def _charged_back(trade: Trade, shop: Shop) -> str:
    """A bank takes back what another shop was paid for."""
    sold = trade.shipped_order(shop, price=500)
    with transaction() as work:
        confirm_receipt(work, buyer_of(sold), sold.orders[0].id, now=trade.now())
    trade.settle()
    with transaction() as work:
        charge = work.query(CardPayment.charge_id).filter_by(order_group_id=sold.id).scalar()
        opened = int(datetime.now(UTC).timestamp())
        lost = {"id": "dp_kept", "charge": charge, "amount": 500, "currency": "usd", "reason": "fraudulent"}
        record_card_dispute(work, {**lost, "status": "lost", "created": opened})
        return str(work.query(ChargebackClaim.id).filter_by(stripe_dispute_id="dp_kept").scalar())


def _with_role(trade: Trade, shop: Shop | None, role: str) -> Actor:
    """Somebody who holds the role in the shop, or without one in the market itself."""
    person = trade.person()
    with transaction() as work:
        place = shop.id if shop else market_organization(work).id
        assert person.user_id is not None
        grant_role(work, granted_by=None, organization_id=place, user_id=person.user_id, role=role)
        return actor_of(work, person.user_id)


def _unexplained(work: Session, operator: Actor, now: datetime) -> dict[str, str]:
    """Lines of the bank that no entry explains: one with a file as evidence, one for which something is proposed."""
    match_items(work, now=now)
    lines = work.query(MatchException).filter_by(family="bank", state="open").order_by(MatchException.id).all()
    first, second, third = lines[:3]
    write_note(work, operator, first.id, form_token=uuid4(), text="Asked.", file=("letter.txt", b"Dear bank,"))
    proposal = propose_resolution(
        work, operator, second.id, Kind.BOOK, other="", note="Nobody knows it.", form_token=uuid4()
    )
    return {
        "exception": str(first.id),
        "evidence": str(work.query(MatchNote.id).filter_by(exception_id=first.id).scalar()),
        "proposal": str(proposal.id),
        "another_exception": str(third.id),
    }


def _bought(trade: Trade, buyer: Actor | None, variant_id: object) -> OrderGroup:
    assert buyer is not None
    cart = trade.cart({variant_id: 1})
    group = trade.place(cart, trade.request(cart, buyer_id=buyer.user_id))
    trade.charge(trade.open_card_page(group), group.total_cents)
    trade.settle()
    return group


def _returned(trade: Trade, shop: Shop, buyer: Actor | None) -> dict[str, str]:
    """An order of which something is to come back, with a picture of it."""
    group = _bought(trade, buyer, trade.goods(shop, title="Pepper that broke"))
    order = group.orders[0]
    with transaction() as work:
        ship_order(work, shop.owner, order.id, carrier="VET Express", tracking="KP 7", now=trade.now())
        found = request_return(
            work,
            buyer_of(group),
            order.id,
            counts={order.lines[0].id: 1},
            reason="damaged",
            text="It broke.",
            files=[prepare_private("broken.png", picture_bytes(64, 64))],
            form_token=uuid4(),
            now=trade.now(),
        )
        file_id = work.query(OrderFile.id).filter_by(return_id=found.id).scalar()
        return {"returned_order": order.number, "return": str(found.id), "file": str(file_id)}


def _paid_out(trade: Trade, shop: Shop) -> dict[str, str]:
    """A bank file with one redemption in it, another one that the bank did not take, and a third that waits."""
    with transaction() as work:
        account = bank_account(holder="Sothy's Farm", bank="ABA Bank", number="000 123 456", bic="ABAAKHPP")
        set_bank_account(work, shop.owner, shop.id, account)
    sold = trade.shipped_order(shop)
    with transaction() as work:
        confirm_receipt(work, buyer_of(sold), sold.orders[0].id, now=trade.now())
    trade.settle()
    with transaction() as work:
        first, failed, waiting = (
            request_redemption(work, shop.owner, shop.id, cents=cents, form_token=uuid4()).id
            for cents in (4_000, 1_000, 1_000)
        )
        for one in (first, failed):
            approve_redemption(work, trade.operator, one, now=datetime.now(UTC))
    trade.settle()
    with transaction() as work:
        file = make_bank_file(work, trade.operator)
        why, now = "There is no such account.", datetime.now(UTC)
        record_not_taken(work, trade.operator, failed, attempt=1, reason=why, now=now)
        return {
            "in_bank_file": str(first),
            "failed_payout": str(failed),
            "redemption": str(waiting),
            "bank_file": str(file.id),
            "sold_order": sold.orders[0].number,
            "bank_number": account.number,
        }


def _people(trade: Trade, shop: Shop) -> dict[str, str]:
    """Somebody who works for the shop besides its owner and bookkeeper, and somebody who is invited."""
    clerk = _with_role(trade, shop, "warehouse")
    with transaction() as work:
        invitation = invite_member(
            work, shop.owner, shop.id, email=INVITED, role="sales", form_token=uuid4(), locale="en",
            now=datetime.now(UTC),
        )  # fmt: skip
        member = work.query(Member).filter_by(organization_id=shop.id, user_id=clerk.user_id).one()
        (mail,) = mails_about(work, [invitation.id], recipient=INVITED)
        secret = mail.body.partition("/join/")[2].split()[0]
        return {"member": str(member.id), "invitation": str(invitation.id), "invitation_secret": secret}


def _papers(front: Front, shop: Shop) -> dict[str, str]:
    """Two documents of the shop: one to look at, one to remove."""
    storage, found = front.app.extensions["papers"], {}
    for name in ("paper", "paper_to_remove"):
        stored = StoredFile.of(storage.save(b"%PDF-1.7"), "application/pdf", b"%PDF-1.7")
        with transaction() as work:
            paper = add_paper(
                work, shop.owner, shop.id, stored, kind="tax", name="a.pdf", form_token=uuid4(), now=datetime.now(UTC)
            )
            found[name] = str(paper.id)
    return found


def _copy(person: Actor | None) -> str:
    """A copy of that person's data, ready to be fetched."""
    assert person is not None
    now = datetime.now(UTC)
    with transaction() as work:
        asked = request_export(work, Subject(user_id=person.user_id), locale="en", now=now)
        finish_export(work, asked.id, b"PK", now=now)
        return str(asked.id)


def _reports(bookkeeper: Actor | None, shop: Shop) -> dict[str, str]:
    """Two files of a report, one to fetch and one to remove, and two schedules, one to leave and one to stop."""
    assert bookkeeper is not None
    now = datetime.now(UTC)
    made: dict[str, str] = {"bookkeeper": str(bookkeeper.user_id)}
    made |= _files(bookkeeper, "report_file", "report_to_remove")
    for name in ("schedule", "schedule_to_stop"):
        with transaction() as work:
            kept = make_schedule(
                work, bookkeeper, shop.id, report="fees", format="csv", every="day",
                recipients=[bookkeeper.user_id], locale="en", form_token=uuid4(), now=now,
            )  # fmt: skip
            made[name] = str(kept.id)
    return made


def _files(who: Actor | None, *names: str) -> dict[str, str]:
    """The same report as a file for each, ready to be fetched."""
    assert who is not None
    day = datetime.now(UTC).date()
    made: dict[str, str] = {}
    for name in names:
        with transaction() as work:
            wanted = Wanted("fees", "csv", day, day)
            made[name] = str(ask_for_file(work, who, None, wanted, locale="en", form_token=uuid4()).id)
        make_file(made[name])
    return made


def _conversation(buyer: Actor | None, shop: Shop, order: Order) -> dict[str, str]:
    """About the order: a question with a picture, which the shop has reported, and an answer."""
    assert buyer is not None
    assert buyer.user_id is not None
    now = datetime.now(UTC)
    about = About(
        ORDER, order.id, order.number, {"en": order.number}, shop.id, buyer.user_id, order.group.name
    )  # fmt: skip
    picture = read_file("crate.png", picture_bytes(400, 300))
    with transaction() as work:
        draft = Draft("Is it well packed?", (picture,), uuid4())
        question = start_thread(work, about, Author("buyer", buyer.user_id), draft, now=now)
        answer = write_message(
            work, work.get_one(Thread, question.thread_id), Author("shop", shop.owner.user_id),
            Draft("In a crate.", (), uuid4()), now=now,
        )  # fmt: skip
        report_message(work, Party(shop.owner), question.id, reason="other", text="Asks too much.")
        return {
            "thread": str(question.thread_id),
            "question": str(question.id),
            "answer": str(answer.id),
            "sent_file": str(work.query(MessageFile.id).filter_by(message_id=question.id).scalar()),
            "report": str(work.query(Report.id).scalar()),
            "news": str(work.query(Notification.id).filter_by(user_id=buyer.user_id).limit(1).scalar()),
            "mail_stop": stop_link(buyer.user_id, MESSAGES).rpartition("/")[2],
        }


def _picture(front: Front) -> str:
    prepared = prepare(picture_bytes(64, 64), effort=0)
    front.app.extensions["media"].save(prepared)
    return file_name(prepared.sha256, WIDTHS[0])
