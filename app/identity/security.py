"""Flask-Security over our own tables: the signed-in session, its freshness, and signed links in mails.

Its views are not used: pages, forms, words and transactions are ours (`app.identity.views`), so nothing here commits.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, Request, current_app
from flask import session as browser_session
from flask_login.utils import _user_context_processor
from flask_security import RoleMixin, Security, UserDatastore, UserMixin
from flask_security.utils import check_and_get_token_status, verify_hash
from sqlalchemy import ScalarSelect, exists, select
from sqlalchemy.orm import lazyload

from app.db.session import reading
from app.db.together import listed, rows_of
from app.identity.actor import Actor, Membership
from app.identity.models import EndedSignIn, Member, Organization, User
from app.notify.queries import unread_count

SIGN_IN_KEY = "sign_in"  # of the browser's session: which of a person's sign-ins it is
CONFIRM_WITHIN, RESET_WITHIN = timedelta(days=2), timedelta(hours=4)
_IN_CART = "phsar.in_cart"
_HELD = (
    select(Member.organization_id, Organization.kind, Member.role)
    .join(Organization, Organization.id == Member.organization_id)
    .where(Member.user_id == User.id)
    .order_by(Member.created_at, Member.id)
    .correlate(User)
)


@dataclass(eq=False, kw_only=True)
class Account(UserMixin):
    """The signed-in person during one request: a copy, so that no view writes through it by accident.

    `in_cart`: how many different goods, when the request began; None for who has no cart.
    """

    id: UUID  # type: ignore[assignment] # the library says int and only ever passes it on
    email: str | None  # type: ignore[assignment] # a wallet's account has none
    password: str | None
    fs_uniquifier: str = ""  # a default, because the library looks for it on the class
    active: bool
    confirmed_at: datetime | None
    name: str
    locale: str
    wallet_address: bytes | None
    memberships: tuple[Membership, ...] = ()
    unread: int = 0
    in_cart: int | None = None
    roles: list[Any] = field(default_factory=list)

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.memberships)


class NoRole(RoleMixin):
    """Roles are held in organizations; Flask-Security's own are not used."""


class AccountStore(UserDatastore):
    """Finds accounts; changes go through the actions of this package."""

    def __init__(self) -> None:
        super().__init__(Account, NoRole)

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> Account | None:
        """By exactly one column of `users`."""
        ((column, value),) = wanted.items()
        with reading() as session:
            user = session.scalar(select(User).where(getattr(User, column) == value))
            return account_of(user) if user is not None else None

    def find_role(self, role: str) -> None:
        return None

    def commit(self) -> None:
        """Nothing is ever pending here."""


def account_of(user: User) -> Account:
    """The copy of a row that a request carries; the row's session must still be open."""
    held = sorted(user.memberships, key=lambda member: (member.created_at, member.id))
    return _copied(user, tuple(Membership(m.organization_id, m.organization.kind, m.role) for m in held))


def _copied(user: User, memberships: tuple[Membership, ...], **counted: Any) -> Account:
    return Account(
        id=user.id,
        email=user.email,
        password=user.password,
        fs_uniquifier=user.fs_uniquifier,
        active=user.active,
        confirmed_at=user.confirmed_at,
        name=user.name,
        locale=user.locale,
        wallet_address=user.wallet_address,
        memberships=memberships,
        **counted,
    )


def read_confirmation(token: str) -> tuple[Account | None, bool]:
    """Whose address the link of a mail confirms, and whether it is too late.

    Nobody's when it is damaged, or ended by a later sign-up. The library does not say whose a late one was.
    """
    within = current_app.config["SECURITY_CONFIRM_EMAIL_WITHIN"]
    is_late, _is_damaged, said = check_and_get_token_status(token, "confirm", within)
    account = AccountStore().find_user(fs_uniquifier=said[0]) if said else None
    if account is None or not verify_hash(said[1], account.email or ""):
        return None, is_late
    return account, is_late


def nobody() -> Account:
    """Like an account with a password, and nobody's: for work that must take as long where there is none."""
    return Account(
        id=uuid4(),
        email="nobody@nowhere.invalid",
        password="$argon2id$v=19$m=19456,t=2,p=1$" + token_hex(32),
        fs_uniquifier=token_hex(32),
        active=False,
        confirmed_at=None,
        name="",
        locale="en",
        wallet_address=None,
    )


def install_identity(app: Flask, *, in_cart: ScalarSelect[Any]) -> None:
    """Sessions of signed-in people and links in mails. `in_cart` counts for the row of `users` that it is asked beside."""
    app.extensions[_IN_CART] = in_cart
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a method
        SECURITY_PASSWORD_SINGLE_HASH={"argon2"},
        # Of the address and of the password's hash, inside signed links. The library's own scheme takes a second, which
        # told from the time of an answer which addresses have an account; links made by it still open.
        SECURITY_HASHING_SCHEMES=["hex_sha256", "sha256_crypt"],
        SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"],
        SECURITY_CONFIRM_EMAIL_WITHIN=CONFIRM_WITHIN,
        SECURITY_RESET_PASSWORD_WITHIN=RESET_WITHIN,
    )
    Security(app, AccountStore(), register_blueprint=False)
    # No template asks the library who is signed in, and an error page must not ask the database that has just failed.
    app.template_context_processors[None].remove(_user_context_processor)
    app.login_manager.user_loader(_signed_in)  # type: ignore[attr-defined] # Flask-Login puts it there
    app.login_manager.request_loader(_nobody)  # type: ignore[attr-defined]


def _signed_in(uniquifier: str) -> Account | None:
    """Who the browser's session is of: nobody once it was signed out, or the person has another password.

    Asked by every page, so it is one statement with all that every page shows of a person.
    """
    if SIGN_IN_KEY not in browser_session:
        return None
    ended = exists().where(EndedSignIn.sign_in == str(browser_session[SIGN_IN_KEY]))
    wanted = (
        select(User, listed(_HELD), unread_count(User.id), current_app.extensions[_IN_CART])
        .options(lazyload(User.memberships))
        .where(User.fs_uniquifier == uniquifier, User.active, ~ended)
    )
    with reading() as session:
        row = session.execute(wanted).one_or_none()
    if row is None:
        return None
    user, held, unread, in_cart = row
    return _copied(user, tuple(Membership(*one) for one in rows_of(_HELD, held)), unread=unread, in_cart=in_cart)


def _nobody(_request: Request) -> None:
    """In place of the library's search for a token, which reads the whole body of every guest's request. We give none."""
