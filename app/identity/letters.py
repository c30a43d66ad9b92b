"""Writing those mails in the reader's language, with links that lead to this market."""

from uuid import uuid4

from flask import current_app
from flask_security.confirmable import generate_confirmation_token
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy.orm import Session

from app.config.settings import Settings
from app.identity import mails
from app.identity.security import Account
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language


def send_confirmation(session: Session, account: Account) -> None:
    link = _address(f"/confirm/{generate_confirmation_token(account)}")
    _send(session, account, mails.CONFIRM_SUBJECT, mails.CONFIRM_BODY, link=link)


def send_already_known(session: Session, account: Account) -> None:
    """To somebody who signs up a second time; the page says the same as for a new address."""
    _send(
        session, account, mails.KNOWN_SUBJECT, mails.KNOWN_BODY,
        link=_address("/forgot-password"), sign_in=_address("/sign-in"),
    )  # fmt: skip


def send_reset(session: Session, account: Account) -> None:
    link = _address(f"/reset-password/{generate_reset_password_token(account)}")
    _send(session, account, mails.RESET_SUBJECT, mails.RESET_BODY, link=link)


def send_changed(session: Session, account: Account) -> None:
    _send(session, account, mails.CHANGED_SUBJECT, mails.CHANGED_BODY, link=_address("/forgot-password"))


def _send(session: Session, account: Account, subject: str, body: str, **values: str) -> None:
    if account.email is None:
        return
    words = {"market": _settings().market_name} | values
    send_mail(
        session,
        key=f"account:{account.id}:{uuid4()}",
        recipient=account.email,
        locale=account.locale,
        subject=in_language(account.locale, subject, **words),
        body=in_language(account.locale, body, **words),
    )


def _address(path: str) -> str:
    """Never the Host header's: a stranger could have sent that."""
    return _settings().public_url + path


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
