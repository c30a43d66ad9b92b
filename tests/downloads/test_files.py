"""Files of reports that a job makes: the same bytes as at once, for whom they are, as long as they are kept."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup

from app.db.session import reading, transaction
from app.downloads import jobs
from app.downloads.models import ReportFile
from app.downloads.rules import EXPIRED, KEPT, MAKING, NOT_MADE, NOT_YOURS, READY, REFUSED, WAITING
from app.downloads.storage import storage
from app.identity.actor import Actor
from app.identity.models import Member, Organization, User
from app.notify.models import OutgoingMail
from app.parties.errors import PaperNotFound
from app.reports import files
from app.reports.tables import files as table_files
from app.reports.tables import printing
from tests.support.front import Front, Visitor
from tests.support.trade import Shop

DAYS = "first=2026-01-01"


@pytest.fixture
def shop(front: Front) -> Shop:
    found = front.trade.shop_of()
    front.trade.shipped_order(found)
    return found


def ask(who: Visitor, report: str, form: str, **more: str) -> None:
    shown = who.look(f"/books/reports/{report}?{DAYS}")
    assert who.send(shown, "/books/downloads", format=form, **more).status_code == 303


def only_file() -> ReportFile:
    with reading() as session:
        return session.query(ReportFile).one()


def email_of(actor: Actor) -> str:
    with reading() as session:
        return session.get_one(User, actor.user_id).email or ""


def fetched(who: Visitor, file: ReportFile, status: int = 200) -> bytes:
    answer = who.browser.get(f"/books/downloads/{file.id}", buffered=True)
    assert answer.status_code == status
    return answer.data


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_a_file_made_by_a_job_is_byte_for_byte_the_one_made_at_once(front: Front, shop: Shop, form: str) -> None:
    accountant = front.member(front.trade.operator)
    ask(accountant, "general_ledger", form)
    assert only_file().state == WAITING
    front.work()
    file = only_file()
    assert (file.state, file.problem) == (READY, "")
    at_once = accountant.browser.get(
        f"/books/reports/general_ledger.{form}?first={file.first_day}&last={file.last_day}", buffered=True
    ).data
    assert fetched(accountant, file) == at_once
    assert (file.byte_count, file.sha256) == (len(at_once), hashlib.sha256(at_once).digest())
    shown = accountant.look("/books/downloads")
    assert file.sha256.hex() in shown
    assert f"/books/downloads/{file.id}" in shown


def test_the_settlement_report_is_made_by_a_job_as_well(front: Front, shop: Shop) -> None:
    seller = front.member(shop.owner)
    shown = seller.look(f"/books/settlement?{DAYS}")
    assert seller.send(shown, "/books/downloads", format="csv").status_code == 303
    front.work()
    at_once = seller.browser.get(f"/books/settlement.csv?{DAYS}&last={only_file().last_day}", buffered=True).data
    assert fetched(seller, only_file()) == at_once


def test_whoever_asked_is_told_by_mail_where_it_is(front: Front, shop: Shop) -> None:
    ask(front.member(shop.owner), "fees", "csv")
    front.work()
    with reading() as session:
        mails = session.query(OutgoingMail).filter_by(recipient=email_of(shop.owner)).all()
    (mail,) = (one for one in mails if "Fees of " in one.subject)
    assert "/books/downloads" in mail.body


def test_nobody_else_sees_or_fetches_it(front: Front, shop: Shop) -> None:
    ask(front.member(front.trade.operator), "general_ledger", "csv")
    front.work()
    other = front.member(front.trade.shop_of().owner)
    fetched(other, only_file(), status=404)
    fetched(front.member(front.trade.person()), only_file(), status=404)
    assert str(only_file().id) not in other.look("/books/downloads")
    other.look("/books/downloads")
    front.member(front.trade.person()).look("/books/downloads", status=404)


def test_a_seller_asks_for_no_report_of_the_market_and_of_no_other_shop(front: Front, shop: Shop) -> None:
    seller, other = front.member(shop.owner), front.trade.shop_of(name="Mekong Silk")
    shown = seller.look(f"/books/reports/fees?{DAYS}")
    with reading() as session:
        slug = session.get_one(Organization, other.id).slug
    for more in ({"report": "general_ledger"}, {"report": "none"}, {"shop": slug}):
        assert seller.send(shown, "/books/downloads", **{"format": "csv", **more}).status_code == 404
    seller.send(shown, "/books/downloads", format="exe")
    with reading() as session:
        assert session.query(ReportFile).count() == 0


def test_the_same_form_sent_twice_is_one_file(front: Front, shop: Shop) -> None:
    seller = front.member(shop.owner)
    shown = seller.look(f"/books/reports/fees?{DAYS}")
    for _ in range(2):
        assert seller.send(shown, "/books/downloads", format="csv").status_code == 303
    only_file()


def test_who_lost_the_role_meanwhile_gets_nothing(front: Front, shop: Shop) -> None:
    ask(front.member(shop.owner), "fees", "csv")
    with transaction() as session:
        session.query(Member).filter_by(user_id=shop.owner.user_id).delete()
    front.work()
    assert (only_file().state, only_file().problem) == (REFUSED, NOT_YOURS)


def test_who_lost_the_role_later_fetches_it_no_more(front: Front, shop: Shop) -> None:
    ask(front.member(shop.owner), "fees", "csv")
    front.work()
    with transaction() as session:
        session.query(Member).filter_by(user_id=shop.owner.user_id).delete()
    fetched(front.member(shop.owner), only_file(), status=404)


def test_too_long_for_its_form_is_said_in_words(front: Front, shop: Shop, monkeypatch) -> None:
    accountant = front.member(front.trade.operator)
    monkeypatch.setattr(printing, "MOST_PRINTED", 1)
    monkeypatch.setattr(table_files, "SHEET_LONGEST", 9)
    for form in ("pdf", "xlsx"):
        ask(accountant, "general_ledger", form)
    front.work()
    with reading() as session:
        assert {file.state for file in session.query(ReportFile)} == {REFUSED}
    shown = accountant.look("/books/downloads")
    assert "too many lines for a PDF" in shown
    assert "too many lines for Excel" in shown


def test_progress_is_told_while_it_is_made(front: Front, shop: Shop, monkeypatch) -> None:
    monkeypatch.setattr(files, "_NOTED_EVERY", 1)
    seen = []
    note = jobs.note_progress
    accountant = front.member(front.trade.operator)

    def watched(session, file_id, **how):
        note(session, file_id, **how)
        session.commit()
        shown = BeautifulSoup(accountant.look("/books/downloads"), "html.parser").select_one("progress")
        seen.append((shown.get("value"), shown.get("max")))

    monkeypatch.setattr(jobs, "note_progress", watched)
    ask(accountant, "general_ledger", "csv")
    jobs.make_file(str(only_file().id))
    lines = str(only_file().lines)
    assert seen[0] == ("0", lines)
    assert seen[-1] == (lines, lines)
    assert only_file().state == READY


def test_a_file_goes_when_its_time_is_over(front: Front, shop: Shop, monkeypatch) -> None:
    seller = front.member(shop.owner)
    ask(seller, "fees", "csv")
    front.work()
    file = only_file()
    assert file.expires_at == file.ready_at + KEPT
    with transaction() as session:
        session.get_one(ReportFile, file.id).expires_at = datetime.now(UTC) - timedelta(seconds=1)
    fetched(seller, file, status=404)
    jobs.drop_expired()
    assert (only_file().state, only_file().file_key) == (EXPIRED, None)
    with pytest.raises(PaperNotFound):
        storage().open(file.file_key)
    assert "Nothing to fetch" in seller.look("/books/downloads")


def test_a_file_can_be_removed_by_whoever_asked(front: Front, shop: Shop) -> None:
    seller = front.member(shop.owner)
    ask(seller, "fees", "csv")
    front.work()
    file = only_file()
    shown = seller.look("/books/downloads")
    assert seller.send(shown, f"/books/downloads/{file.id}/remove").status_code == 303
    front.work()
    assert (only_file().state, only_file().file_key) == (EXPIRED, None)
    fetched(seller, file, status=404)


def test_bytes_that_an_older_backup_does_not_have_are_not_there(front: Front, shop: Shop) -> None:
    seller = front.member(shop.owner)
    ask(seller, "fees", "csv")
    front.work()
    storage().remove(only_file().file_key)
    fetched(seller, only_file(), status=404)


def test_a_job_that_runs_twice_makes_one_file_and_leaves_no_bytes_behind(front: Front, shop: Shop) -> None:
    ask(front.member(shop.owner), "fees", "csv")
    front.work()
    file = only_file()
    jobs.make_file(str(file.id))
    assert only_file().file_key == file.file_key
    with transaction() as session:
        assert not jobs.finish_file(
            session, file.id, key="0" * 32, byte_count=1, sha256=b"\0" * 32, now=datetime.now(UTC)
        )


def test_what_is_not_made_within_a_day_is_given_up_in_words(front: Front, shop: Shop) -> None:
    seller = front.member(shop.owner)
    ask(seller, "fees", "csv")
    with transaction() as session:
        file = session.query(ReportFile).one()
        file.state, file.asked_at = MAKING, datetime.now(UTC) - timedelta(days=2)
    jobs.drop_expired()
    assert (only_file().state, only_file().problem) == (REFUSED, NOT_MADE)
    assert "could not be made within a day" in seller.look("/books/downloads")
