"""Reports by the calendar: for members who may read them, until they are stopped."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.audit.models import AuditEntry
from app.db.session import reading, transaction
from app.downloads import jobs
from app.downloads.actions.keep_schedule import make_schedule
from app.downloads.errors import ReaderNeeded
from app.downloads.models import ReportFile, ReportSchedule
from app.downloads.rules import DAY, MONTH, READY
from app.identity.actions.grant_role import grant_role
from app.identity.actor import Actor
from app.identity.models import Member, User
from app.identity.queries import actor_of, market_organization
from app.notify.models import OutgoingMail
from app.reports.errors import ReportNotFound
from tests.support.front import Front
from tests.support.trade import Shop


@pytest.fixture
def shop(front: Front) -> Shop:
    found = front.trade.shop_of()
    front.trade.shipped_order(found)
    return found


def email_of(actor: Actor) -> str:
    with reading() as session:
        return session.get_one(User, actor.user_id).email or ""


def with_role(front: Front, organization_id, role: str) -> Actor:
    person = front.trade.person()
    with transaction() as session:
        place = organization_id or market_organization(session).id
        grant_role(session, granted_by=None, organization_id=place, user_id=person.user_id, role=role)
        return actor_of(session, person.user_id)


def scheduled(actor: Actor, organization_id, people: list[Actor], *, every: str = DAY, report: str = "fees"):
    with transaction() as session:
        return make_schedule(
            session, actor, organization_id or market_organization(session).id, report=report, format="csv",
            every=every, recipients=[one.user_id for one in people], locale="en", form_token=uuid4(),
            now=datetime.now(UTC),
        ).id  # fmt: skip


def due(schedule_id) -> datetime:
    with reading() as session:
        return session.get_one(ReportSchedule, schedule_id).due_at


def mails_about_report(actor: Actor) -> list:
    with reading() as session:
        mails = session.query(OutgoingMail).filter_by(recipient=email_of(actor)).order_by(OutgoingMail.id).all()
    return [one for one in mails if " is ready" in one.subject]


def test_a_seller_sets_one_up_on_the_page_and_gets_it_each_day(front: Front, shop: Shop) -> None:
    seller = front.member(shop.owner)
    shown = seller.look("/books/schedules")
    assert "Nothing comes by the calendar" in shown
    assert "General ledger" not in shown
    action = re.search(r'action="(/books/schedules\?shop=[^"]+)"', shown).group(1)
    sent = seller.send(shown, action, report="fees", format="xlsx", every=DAY, recipients=str(shop.owner.user_id))
    assert sent.status_code == 303
    with reading() as session:
        schedule = session.query(ReportSchedule).one()
    jobs.run_schedules_at(schedule.due_at - timedelta(seconds=1))
    assert mails_about_report(shop.owner) == []
    jobs.run_schedules_at(schedule.due_at)
    jobs.run_schedules_at(schedule.due_at)
    front.work()
    with reading() as session:
        file = session.query(ReportFile).one()
    assert (file.state, file.first_day) == (READY, file.last_day)
    (mail,) = mails_about_report(shop.owner)
    assert "/mail/stop/" in mail.body
    assert seller.browser.get(f"/books/downloads/{file.id}", buffered=True).status_code == 200


def test_what_was_missed_comes_file_by_file(front: Front, shop: Shop) -> None:
    schedule = scheduled(shop.owner, shop.id, [shop.owner])
    jobs.run_schedules_at(due(schedule) + timedelta(days=2))
    with reading() as session:
        days = sorted(file.first_day for file in session.query(ReportFile))
    assert len(days) == 3
    assert days[2] - days[0] == timedelta(days=2)


def test_a_month_is_a_month(front: Front, shop: Shop) -> None:
    schedule = scheduled(shop.owner, shop.id, [shop.owner], every=MONTH)
    jobs.run_schedules_at(due(schedule))
    with reading() as session:
        file = session.query(ReportFile).one()
    assert file.first_day.day == 1
    assert (file.last_day + timedelta(days=1)).day == 1


def test_only_members_who_may_read_it_can_be_chosen(front: Front, shop: Shop) -> None:
    for stranger in (front.trade.person(), with_role(front, shop.id, "warehouse"), front.trade.operator):
        with pytest.raises(ReaderNeeded):
            scheduled(shop.owner, shop.id, [shop.owner, stranger])
    with pytest.raises(ReaderNeeded):
        scheduled(shop.owner, shop.id, [])
    auditor = with_role(front, None, "auditor")
    scheduled(front.trade.operator, None, [auditor], report="general_ledger")


def test_who_may_not_read_it_any_more_gets_nothing_and_without_readers_it_ends(front: Front, shop: Shop) -> None:
    clerk = with_role(front, shop.id, "accountant")
    schedule = scheduled(shop.owner, shop.id, [clerk])
    jobs.run_schedules_at(due(schedule))
    front.work()
    assert len(mails_about_report(clerk)) == 1
    with transaction() as session:
        session.query(Member).filter_by(user_id=clerk.user_id).delete()
    jobs.run_schedules_at(due(schedule))
    front.work()
    assert len(mails_about_report(clerk)) == 1
    with reading() as session:
        assert session.get_one(ReportSchedule, schedule).ended_at is not None
        file = session.query(ReportFile).one()
    gone = front.member(clerk).browser.get(f"/books/downloads/{file.id}")
    assert gone.status_code == 404


def test_the_link_of_a_mail_stops_them_with_a_click(front: Front, shop: Shop) -> None:
    schedule = scheduled(shop.owner, shop.id, [shop.owner])
    jobs.run_schedules_at(due(schedule))
    front.work()
    (mail,) = mails_about_report(shop.owner)
    link = re.search(r"/mail/stop/\S+", mail.body).group(0)
    stopped = front.visitor().browser.post(link)
    assert stopped.status_code == 200
    jobs.run_schedules_at(due(schedule))
    front.work()
    assert len(mails_about_report(shop.owner)) == 1


def test_one_is_stopped_for_all_or_left_by_one(front: Front, shop: Shop) -> None:
    clerk = with_role(front, shop.id, "accountant")
    schedule = scheduled(shop.owner, shop.id, [shop.owner, clerk])
    person = front.member(clerk)
    shown = person.look("/books/schedules")
    for _ in range(2):
        assert person.send(shown, f"/books/schedules/{schedule}/leave").status_code == 303
    jobs.run_schedules_at(due(schedule))
    front.work()
    assert len(mails_about_report(shop.owner)) == 1
    assert mails_about_report(clerk) == []
    owner = front.member(shop.owner)
    shown = owner.look("/books/schedules")
    assert owner.send(shown, f"/books/schedules/{schedule}/stop").status_code == 303
    assert owner.send(shown, f"/books/schedules/{schedule}/stop").status_code == 303
    assert "Nothing comes by the calendar" in owner.look("/books/schedules")
    with reading() as session:
        acts = [entry.action for entry in session.query(AuditEntry).filter_by(subject_id=schedule)]
    assert sorted(acts) == ["report_schedule.end", "report_schedule.leave", "report_schedule.make"]


def test_nobody_touches_a_schedule_that_is_not_theirs(front: Front, shop: Shop) -> None:
    schedule = scheduled(shop.owner, shop.id, [shop.owner])
    other = front.member(front.trade.shop_of().owner)
    shown = other.look("/books/schedules")
    assert str(schedule) not in shown
    tokens = {"csrf_token": re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', shown).group(1)}
    for verb in ("stop", "leave"):
        answer = other.browser.post(f"/books/schedules/{schedule}/{verb}", data={**tokens, "form_token": str(uuid4())})
        assert answer.status_code == 404
    with reading() as session:
        slug = session.scalar(text("SELECT slug FROM organizations WHERE id = :id"), {"id": shop.id})
    other.look(f"/books/schedules?shop={slug}", status=404)


def test_an_auditor_reads_schedules_and_makes_none(front: Front, shop: Shop) -> None:
    auditor = with_role(front, None, "auditor")
    scheduled(front.trade.operator, None, [auditor], report="general_ledger")
    person = front.member(auditor)
    shown = person.look("/books/schedules")
    assert "General ledger" in shown
    assert "Not to me any more" in shown
    assert "Stop it for all" not in shown
    assert 'id="new"' not in shown


def test_the_trial_balance_and_the_open_items_come_by_the_calendar_too(front: Front, shop: Shop) -> None:
    operator = front.trade.operator
    for report in ("trial_balance", "open_items"):
        jobs.run_schedules_at(due(scheduled(operator, None, [operator], report=report)))
    front.work()
    with reading() as session:
        files = session.query(ReportFile).all()
    assert {(file.report, file.state) for file in files} == {("trial_balance", READY), ("open_items", READY)}
    reader = front.member(operator)
    for file in files:
        answer = reader.browser.get(f"/books/downloads/{file.id}", buffered=True)
        assert answer.status_code == 200
        assert answer.get_data(as_text=True).startswith("\ufeffaccount,account_name,")
    with pytest.raises(ReportNotFound):
        scheduled(shop.owner, shop.id, [shop.owner], report="trial_balance")
