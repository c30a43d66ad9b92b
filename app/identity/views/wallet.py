"""Proving an Ethereum account: signing in with it, or binding it to a shop. Called by `wallet.js`."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.config.settings import Settings
from app.db.session import transaction
from app.errors import N_
from app.identity.actions.ask_wallet import Site, ask_wallet, take_answer
from app.identity.actions.prove_wallet import prove_wallet
from app.identity.actions.sign_in_by_wallet import sign_in_by_wallet
from app.identity.current import acting_shop, current_account, current_actor, keep_paying_wallet, require_signed_in
from app.identity.rules.roles import OWNING
from app.identity.rules.sign_in_message import WalletProofRejected
from app.identity.security import account_of
from app.identity.views import bp
from app.identity.views.entering import enter
from app.web.languages import current_locale
from app.web.limits import SIGN_IN, limiter
from app.web.pages import flash, safe_next

SIGN_IN_PATH, SHOP_PATH = "/sign-in/wallet", "/desk/shop/wallet"


@bp.post(f"{SIGN_IN_PATH}/message")
@limiter.limit("30 per minute")
def ask_to_sign_in() -> ResponseReturnValue:
    """`{address}` → `{message}` to sign. The statement is what the wallet shows, in English as the standard asks."""
    return _message(SIGN_IN_PATH, "Sign in to the market. This costs nothing and moves no money.")


@bp.post(SIGN_IN_PATH)
@limiter.limit(SIGN_IN)
def sign_in_with_wallet() -> ResponseReturnValue:
    """`{message, signature}` → `{next}`, signed in.

    Who is signed in by another way stays who they are, with their companies, and pays from the proven address: it does
    not become a way into their account.
    """
    text, signature = _answer()
    standing = current_account()
    if standing is not None and standing.wallet_address is None:
        with transaction() as session:
            address = take_answer(session, _site(SIGN_IN_PATH), text, signature, datetime.now(UTC))
        keep_paying_wallet(standing, address)
        return jsonify(next=safe_next("/"))
    with transaction() as session:
        user = sign_in_by_wallet(
            session, _site(SIGN_IN_PATH), text, signature, now=datetime.now(UTC), locale=current_locale()
        )
        account = account_of(user)
    if not account.active:
        raise WalletProofRejected(reason=N_("This account is closed."))
    response = current_app.make_response(enter(account, remember=False, via="wallet", to=safe_next("/")))
    return jsonify(next=response.headers["Location"])


@bp.post(f"{SHOP_PATH}/message")
@require_signed_in
def ask_to_bind() -> ResponseReturnValue:
    return _message(SHOP_PATH, "Pay my shop to this account from now on. This costs nothing and moves no money.")


@bp.post(SHOP_PATH)
@require_signed_in
@limiter.limit(SIGN_IN)
def bind_wallet() -> ResponseReturnValue:
    """`{message, signature}` → `{next}`; new orders are paid to the proven account."""
    shop_id = acting_shop(OWNING)
    text, signature = _answer()
    with transaction() as session:
        prove_wallet(
            session, current_actor(), shop_id,
            site=_site(SHOP_PATH), text=text, signature=signature, now=datetime.now(UTC),
        )  # fmt: skip
    flash(_("From the next order on, your shop is paid to this account."))
    return jsonify(next="/desk/shop")


def _site(path: str) -> Site:
    settings: Settings = current_app.config["SETTINGS"]
    return Site(urlsplit(settings.public_url).netloc, settings.public_url + path, settings.chain_id)


def _message(path: str, statement: str) -> ResponseReturnValue:
    address = _hex(_sent().get("address"), 20)
    with transaction() as session:
        message = ask_wallet(session, _site(path), address, statement=statement, now=datetime.now(UTC))
    return jsonify(message=message.text())


def _answer() -> tuple[str, bytes]:
    sent = _sent()
    text = sent.get("message")
    if not isinstance(text, str):
        raise WalletProofRejected(reason=N_("The message is missing."))
    return text, _hex(sent.get("signature"), 65)


def _sent() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    return sent if isinstance(sent, dict) else {}


def _hex(value: object, length: int) -> bytes:
    try:
        found = bytes.fromhex(str(value).removeprefix("0x"))
    except ValueError:
        found = b""
    if len(found) != length:
        raise WalletProofRejected(reason=N_("Its address or signature cannot be read."))
    return found
