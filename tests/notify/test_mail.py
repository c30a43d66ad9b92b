"""Mail: written once with its fact, delivered by a server that may fail."""

import socket
import socketserver
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from app.db.session import configure, reading, transaction
from app.money.amounts import Money
from app.notify.actions.claim_mail import claim_mail
from app.notify.actions.send_mail import send_mail
from app.notify.jobs import deliver_next
from app.notify.models import OutgoingMail
from app.notify.queries import mailbox, waiting_mails
from app.notify.smtp import MailServer
from app.notify.words import in_language


def write(session, key="order:1:paid", **changes):
    mail = {"recipient": "dara@market.example", "locale": "en", "subject": "Paid", "body": "Thank you.\nបាទ"} | changes
    send_mail(session, key=key, **mail)


def jobs(session):
    return session.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'notify.deliver_mails'"))


def test_a_fact_heard_twice_is_told_once(session):
    write(session)
    write(session, subject="Paid again")
    assert [mail.subject for mail in mailbox(session).rows] == ["Paid"]
    assert jobs(session) == 1


def test_a_subject_cannot_add_headers(session):
    write(session, subject="Paid\r\nBcc: everybody@market.example")
    assert mailbox(session).rows[0].subject == "Paid Bcc: everybody@market.example"


def test_a_claimed_mail_is_not_given_to_a_second_worker(session):
    write(session)
    now = datetime.now(UTC) + timedelta(seconds=1)
    assert claim_mail(session, now) is not None
    session.flush()
    assert claim_mail(session, now) is None
    assert claim_mail(session, now + timedelta(minutes=5)) is not None


class _Server(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs to hand over a mail."""

    def handle(self):
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.got.append(b"".join(lines))
            self.wfile.write(b"250 yes\r\n" if verb != b"QUIT" else b"221 bye\r\n")
            if verb == b"QUIT":
                return


@pytest.fixture
def smtp():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Server) as server:
        server.got = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def database(cloned_database):
    engine = configure(cloned_database)
    yield
    engine.dispose()


def test_a_due_mail_is_handed_to_the_server_once(database, smtp):
    with transaction() as session:
        write(session)
    server = MailServer(f"smtp://127.0.0.1:{smtp.server_address[1]}", "Phsar <no-reply@market.example>")
    assert deliver_next(server)
    assert not deliver_next(server)
    (message,) = smtp.got
    assert b"To: dara@market.example" in message
    with reading() as session:
        assert waiting_mails(session).count == 0


def test_a_mail_that_no_server_takes_waits_and_says_why(database):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with transaction() as session:
        write(session)
    assert deliver_next(MailServer(f"smtp://127.0.0.1:{port}", "Phsar <no-reply@market.example>"))
    with reading() as session:
        assert waiting_mails(session).count == 1
        mail = session.scalars(select(OutgoingMail)).one()
        assert mail.last_error
        assert mail.due_at > datetime.now(UTC)
        assert session.scalar(select(func.count()).where(OutgoingMail.sent_at.is_not(None))) == 0


def test_words_come_in_the_readers_language_with_amounts_as_written_there():
    assert (
        in_language("en", "%(n)s of %(m)s on %(d)s", n=1200, m=Money(1250, "USD"), d=date(2026, 11, 23))
        == "1,200 of $12.50 on 23 Nov 2026"
    )
    assert "ពាក្យសម្ងាត់" in in_language("km", "Choose a new password for %(market)s", market="Phsar").replace(
        "\u200b", ""
    )
