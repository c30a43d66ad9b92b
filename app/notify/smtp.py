"""Handing one mail to the mail server of `SMTP_URL`."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import UUID

TIMEOUT_SECONDS = 20


@dataclass(frozen=True)
class MailServer:
    """`url` is `smtp://` (STARTTLS when offered) or `smtps://`; `sender` is the From line."""

    url: str
    sender: str

    def deliver(
        self, mail_id: UUID, recipient: str, locale: str, subject: str, body: str, stop_link: str | None = None
    ) -> None:
        """Raises OSError or smtplib.SMTPException when the server did not take it."""
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = recipient
        message["Subject"] = subject
        message["Content-Language"] = locale
        # The same id on every attempt lets the reader's mail program drop a second copy.
        message["Message-ID"] = f"<{mail_id}@{self.sender.rpartition('@')[2].rstrip('>')}>"
        if stop_link:  # a button of the mail program (RFC 2369); it may send it by itself (RFC 8058)
            message["List-Unsubscribe"] = f"<{stop_link}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(body)
        address = urlsplit(self.url)
        with self._connect(address) as server:
            if address.username:
                server.login(unquote(address.username), unquote(address.password or ""))
            server.send_message(message)

    @staticmethod
    def _connect(address: SplitResult) -> smtplib.SMTP:
        host, port, trust = address.hostname or "localhost", address.port or 0, ssl.create_default_context()
        if address.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=trust)
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=trust)
        return server
