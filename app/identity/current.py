"""Who is asking: for views. Domain code is handed the `Actor`."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import ParamSpec
from uuid import UUID

from flask import redirect, request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.identity.actor import ANONYMOUS, Actor, market_role
from app.identity.errors import OperatorNeeded, ShopNotFound, SignInNeeded
from app.identity.rules.roles import MARKET, SHOP_ROLES
from app.identity.security import Account
from app.web.navigation import DESKS
from app.web.pages import NOTE, flash, go_on, this_place
from app.web.viewer import Viewer

P = ParamSpec("P")


def current_account() -> Account | None:
    """The signed-in person, read once per request; None for a guest."""
    return current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001


_WALLET_KEY = "wallet_of"


def paying_wallet() -> bytes | None:
    """The address the person pays from: the account's own, or one proven in this browser since signing in."""
    account = current_account()
    if account is None:
        return None
    whose, address = browser_session.get(_WALLET_KEY, ("", ""))
    return account.wallet_address or (bytes.fromhex(address) if whose == str(account.id) else None)


def keep_paying_wallet(account: Account, address: bytes) -> None:
    """Signing out does not empty the browser's session, so the address says whose it is."""
    browser_session[_WALLET_KEY] = (str(account.id), address.hex())


def current_actor() -> Actor:
    account = current_account()
    return account.actor if account else ANONYMOUS


def require_signed_in(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Under a route: a guest is led to sign in and comes back here. Raises SignInNeeded for anything but a page."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if current_account() is not None:
            return view(*args, **kwargs)
        if request.method != "GET":
            raise SignInNeeded
        return redirect(url_for("identity.sign_in", next=this_place()), 303)

    return guarded


def require_shop(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Under a route of the seller's desk: a guest is led to sign in, and who has no shop to where one is opened.

    Who names a shop in the address is answered by `acting_shop`, the same for every shop that is not theirs.
    """

    @require_signed_in
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if current_actor().organizations() or request.method != "GET" or "shop" in request.args:
            return view(*args, **kwargs)
        flash(_("You have no shop yet. Open one here, and its desk is yours."), NOTE)
        return go_on("/sell")

    return guarded


def require_market_role(*roles: str) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Under a route: only people with one of these roles in the market. Raises OperatorNeeded for others."""

    def guard(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @require_signed_in
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if not market_role(current_actor(), *roles):
                raise OperatorNeeded
            return view(*args, **kwargs)

        return guarded

    return guard


def require_keeper(*roles: str) -> None:
    """In a view that others read as well: only people with one of these roles in the market send its form. Raises OperatorNeeded."""
    if request.method != "GET" and not market_role(current_actor(), *roles):
        raise OperatorNeeded


def acting_shop(roles: Collection[str] = SHOP_ROLES) -> UUID:
    """The shop whose desk is open: the one in `?shop=`, else the person's first. Raises ShopNotFound."""
    shops = current_actor().organizations(roles)
    wanted = request.values.get("shop", "")
    chosen = [shop for shop in shops if str(shop) == wanted] if wanted else list(shops[:1])
    if not chosen:
        raise ShopNotFound
    return chosen[0]


def viewer() -> Viewer:
    """What layout, language and time zone need to know; the wiring adds the cart."""
    account = current_account()
    if account is None:
        return Viewer()
    actor = account.actor
    desks = [name for name, is_open in _desks(actor) if is_open]
    return Viewer(
        user_id=account.id,
        name=account.name or account.email or "",
        locale=account.locale,
        unread=account.unread,
        desks=tuple(desks),
        roles=frozenset(held.role for held in actor.memberships if held.kind != MARKET),
    )


def main_desk(actor: Actor) -> str | None:
    """Where work begins for who has one desk: its path. The books are a part of an operator's work, not a second one."""
    open_ones = [name for name, is_open in _desks(actor) if is_open]
    keys = [name for name in open_ones if name != "books" or "operator" not in open_ones]
    return DESKS[keys[0]].items[0].path if len(keys) == 1 else None


def _desks(actor: Actor) -> list[tuple[str, bool]]:
    return [
        ("seller", bool(actor.organizations())),
        ("operator", market_role(actor, "operator", "arbiter")),
        ("books", market_role(actor, "accountant", "auditor", "operator")),
    ]
