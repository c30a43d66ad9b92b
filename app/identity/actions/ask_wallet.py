"""Asking a wallet for a signature, and taking the answer once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.errors import N_
from app.identity.models import WalletChallenge
from app.identity.rules.sign_in_message import (
    SignInMessage,
    WalletProofRejected,
    read_message,
    require_meant_for_us,
)
from app.identity.wallets import signer_of, written

VALID_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Site:
    """Which market asks: host as in the browser's address bar, full address of the page, chain of the settlement."""

    domain: str
    uri: str
    chain_id: int


def ask_wallet(session: Session, site: Site, address: bytes, *, statement: str, now: datetime) -> SignInMessage:
    """A fresh message for this address to sign within ten minutes. Also clears away challenges long past."""
    asked = now.replace(microsecond=0)
    message = SignInMessage(
        domain=site.domain,
        address=written(address),
        statement=statement,
        uri=site.uri,
        chain_id=site.chain_id,
        nonce=secrets.token_hex(16),
        issued_at=asked,
        expires_at=asked + VALID_FOR,
    )
    session.execute(delete(WalletChallenge).where(WalletChallenge.expires_at < now - timedelta(days=1)))
    session.add(WalletChallenge(nonce=message.nonce, expires_at=message.expires_at))
    session.flush()
    return message


def take_answer(session: Session, site: Site, text: str, signature: bytes, now: datetime) -> bytes:
    """The proven address; the nonce is used up by it. Raises WalletProofRejected."""
    message = read_message(text)
    require_meant_for_us(message, domain=site.domain, uri=site.uri, chain_id=site.chain_id, now=now)
    signer = signer_of(text, signature)
    if written(signer) != message.address:
        raise WalletProofRejected(reason=N_("Another account signed it."))
    used = (
        update(WalletChallenge)
        .where(WalletChallenge.nonce == message.nonce, WalletChallenge.used_at.is_(None))
        .where(WalletChallenge.expires_at > now)
        .values(used_at=now)
        .returning(WalletChallenge.nonce)
    )
    if session.scalar(used) is None:
        raise WalletProofRejected(reason=N_("It was used already or is too old."))
    return signer
