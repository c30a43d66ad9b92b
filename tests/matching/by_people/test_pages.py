"""The queue of exceptions on screen: found, given to somebody, written about, proposed, agreed."""

import io
import re

import pytest
from sqlalchemy import select

from app.banking.models import BankStatement
from app.bookkeeping.actions.book_capital import book_capital
from app.db.session import reading, transaction
from app.identity.models import User
from app.notify.models import OutgoingMail
from tests.banking.files import entry
from tests.closing.kept_books import Books
from tests.matching.resolving import balance, exceptions, id_of, keep, match, say
from tests.support.front import Visitor, hidden_fields

PATH = "/books/exceptions"


@pytest.fixture
def open_line(books: Books) -> str:
    """A line of the bank that no entry explains, and an entry of as much that the bank does not have; where it is."""
    with transaction() as session:
        book_capital(session, books.operator, cents=5_000, reference="ABA-7", at=books.moment(books.last))
    say(books, entry("50.00", day=f"{books.moment(books.last):%Y-%m-%d}", reference="ABA-8"))
    return f"{PATH}/{id_of('aba8')}"


def post(who: Visitor, page_path: str, to: str, **fields: object) -> tuple[int, str]:
    answer = who.send(who.look(page_path), to, **fields)
    return answer.status_code, answer.get_data(as_text=True)


def seen_in(page: str) -> str:
    """What the button under the entry sends."""
    (button,) = [tag for tag in re.findall(r"<button[^>]*>", page) if 'name="seen"' in tag]
    return re.findall(r'value="([^"]+)"', button)[0]


def mails(what: str) -> list[tuple[str, str]]:
    """Recipient and text of what people were told."""
    with reading() as session:
        rows = session.query(OutgoingMail).filter(OutgoingMail.key.startswith(f"exception:{what}:")).all()
        return [(row.recipient, row.body) for row in rows]


def books_operator_mail(books: Books) -> str:
    with reading() as session:
        return session.get_one(User, books.operator.user_id).email or ""


def pressed(who: Visitor, page: str, agree: str) -> int:
    """The button that sends the form to another address than the form says."""
    fields = hidden_fields(page, agree.replace("/agree", "/refuse"))
    return who.browser.post(agree, data=fields).status_code


def test_an_empty_queue_says_that_every_item_is_matched(books: Books) -> None:
    page = books.front.member(books.accountant).look(PATH)
    assert "Every item is matched." in page
    assert "No exception is open: there is nothing to resolve." in page
    assert "Show all" not in page


def test_the_queue_shows_what_is_open_and_filters_it(books: Books, open_line: str) -> None:
    sokha = books.front.member(books.accountant)
    page = sokha.look(PATH)
    for words in ("aba8", "Not booked", "Bank", "+50.00 USD", "1 is open."):
        assert words in page, words
    assert "aba7" in sokha.look(f"{PATH}?state=waiting")
    filtered = sokha.look(f"{PATH}?family=chain")
    assert "None with these filters." in filtered
    assert f'<a href="{PATH}">Show all</a>' in filtered
    assert "aba8" in sokha.look(f"{PATH}?family=bank&reason=MISSING_LEDGER&assignee=nobody")
    assert "None with these filters." in sokha.look(f"{PATH}?age=0-1")
    assert "aba8" in sokha.look(f"{PATH}?family=nonsense&assignee=nonsense&age=x")


def test_it_is_given_to_somebody_and_notes_carry_evidence(books: Books, open_line: str) -> None:
    sokha, boss = books.front.member(books.accountant), books.front.member(books.operator)
    status, _ = post(sokha, open_line, f"{open_line}/assignee", assignee=str(books.accountant.user_id))
    assert status == 303
    assert "sokha@books.example" in sokha.look(PATH)
    assert mails("given") == []
    post(boss, open_line, f"{open_line}/assignee", assignee=str(books.accountant.user_id))
    ((recipient, body),) = mails("given")
    assert recipient == "sokha@books.example"
    assert open_line in body
    status, _ = post(
        sokha, open_line, f"{open_line}/notes", text="<b>Asked the bank</b>",
        file=(io.BytesIO(b"<script>alert(1)</script>"), "letter.html"),
    )  # fmt: skip
    assert status == 303
    page = boss.look(open_line)
    assert "&lt;b&gt;Asked the bank&lt;/b&gt;" in page
    (link,) = re.findall(rf'href="({open_line}/evidence/[^"]+)"', page)
    answer = boss.browser.get(link)
    assert answer.data == b"<script>alert(1)</script>"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.mimetype == "application/octet-stream"
    assert post(sokha, open_line, f"{open_line}/notes", text="")[0] == 422


def test_a_journal_is_shown_before_it_is_proposed_and_booked_by_another_person(
    books: Books,
    open_line: str,
) -> None:
    sokha, boss = books.front.member(books.accountant), books.front.member(books.operator)
    bank, path = balance("1010"), f"{open_line}/proposals"
    status, shown = post(sokha, open_line, path, kind="book", note="A gift of the owner")
    assert status == 200
    assert "This would be booked" in shown
    assert "Suspense" in shown
    other = sokha.send(shown, path, kind="book", note="A gift of the owner", seen="something else")
    assert "This would be booked" in other.get_data(as_text=True)
    answer = sokha.send(shown, path, kind="book", note="A gift of the owner", seen=seen_in(shown))
    assert answer.status_code == 303
    assert balance("1010") == bank
    assert {recipient for recipient, _ in mails("asked")} == {books_operator_mail(books)}
    page = sokha.look(open_line)
    assert "Somebody else has to agree." in page
    agree = re.search(r'formaction="(/books/proposals/[^"]+/agree)"', boss.look(open_line))
    assert agree
    assert agree[1] not in page
    assert pressed(sokha, page, agree[1]) == 422
    assert balance("1010") == bank
    seen = boss.look(open_line)
    assert pressed(boss, seen, agree[1]) == 303
    assert balance("1010") == bank + 5_000
    assert exceptions() == {}
    assert pressed(boss, seen, agree[1]) == 422
    assert balance("1010") == bank + 5_000
    assert "Resolved by two people" in boss.look(open_line)


def test_what_might_be_the_same_is_suggested_and_applied_only_by_two_people(
    books: Books,
    open_line: str,
) -> None:
    sokha = books.front.member(books.accountant)
    page = sokha.look(open_line)
    assert "Might belong together" in page
    assert "aba7" in page
    assert exceptions() == {"aba8": "MISSING_LEDGER"}
    path = f"{open_line}/proposals"
    status, shown = post(sokha, open_line, path, kind="link", other="aba7", note="A slip of the clerk")
    assert status == 200
    assert (
        sokha.send(shown, path, kind="link", other="aba7", note="A slip of the clerk", seen=seen_in(shown)).status_code
        == 303
    )
    assert exceptions() == {"aba8": "MISSING_LEDGER"}


def test_the_auditor_reads_and_a_stranger_is_refused(books: Books, open_line: str) -> None:
    vanna = books.front.member(books.auditor)
    page = vanna.look(open_line)
    assert "Resolve it" not in page
    assert "Write it down" not in page
    stranger = books.front.member(books.trade.person("nobody@example.com"))
    for path in (PATH, open_line):
        assert stranger.browser.get(path).status_code == 403
    assert vanna.browser.post(f"{open_line}/notes").status_code in {400, 403, 404}


def test_only_what_can_be_done_is_offered_and_where_it_is_one_thing_it_is_chosen(books: Books) -> None:
    day = f"{books.moment(books.last):%Y-%m-%d}"
    say(books, entry("50.00", day=day, reference="ABA-8"))
    page = books.front.member(books.accountant).look(f"{PATH}/{id_of('aba8')}")
    choices = re.findall(r'<input[^>]*name="kind"[^>]*>', page)
    assert [re.findall(r'value="([^"]+)"', choice) for choice in choices] == [["book"]]
    assert "checked" in choices[0]


def test_the_bank_tells_a_day_and_no_hour(books: Books) -> None:
    day = books.moment(books.last)
    say(books, entry("50.00", day=f"{day:%Y-%m-%d}", reference="ABA-8"))
    note = books.front.member(books.accountant).look(f"{PATH}/{id_of('aba8')}").split("</h1>")[1].split("</p>")[0]
    assert f"{day.day} {day:%b %Y}" in note
    assert ":" not in note


def test_what_a_run_wrote_down_is_told_in_words_and_its_entry_is_a_link(books: Books, open_line: str) -> None:
    page = books.front.member(books.accountant).look(f"{PATH}/{id_of('aba7')}")
    assert "capital_paid_in" not in page
    assert "Capital paid in" in page
    assert re.search(r'<a href="/books/journals/[^"]+"><code', page)


def test_each_line_of_a_statement_says_what_became_of_it_and_leads_there(books: Books) -> None:
    day = books.moment(books.last)
    with transaction() as session:
        journal = book_capital(session, books.operator, cents=5_000, reference="ABA-7", at=day)
    both = [
        entry(amount, day=f"{day:%Y-%m-%d}", reference=name) for amount, name in (("50.00", "ABA-7"), ("9.00", "ABA-8"))
    ]
    keep(books, *both)
    sokha = books.front.member(books.accountant)
    with reading() as session:
        statement = session.scalars(select(BankStatement.id)).one()
    page = sokha.look(f"/books/bank/{statement}")
    assert page.count("not yet") == 2
    match()
    page = sokha.look(f"/books/bank/{statement}")
    matched, missing = re.findall(r"<tr>.*?</tr>", page.split("<tbody>")[1].split("</tbody>")[0], re.DOTALL)
    assert f'href="/books/journals/{journal}"' in matched
    assert "matched" in matched
    assert f'href="{PATH}/{id_of("aba8")}"' in missing
    assert "Not booked" in missing
