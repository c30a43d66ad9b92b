"""Signing in with an Ethereum account."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.identity.actions.ask_wallet import Site, take_answer
from app.identity.models import User


def sign_in_by_wallet(
    session: Session, site: Site, text: str, signature: bytes, *, now: datetime, locale: str = "en"
) -> User:
    """The person who holds the address, made on the first visit. Raises WalletProofRejected."""
    address = take_answer(session, site, text, signature, now)
    values = {"wallet_address": address, "fs_uniquifier": secrets.token_hex(32), "locale": locale, "confirmed_at": now}
    session.execute(insert(User).values(values).on_conflict_do_nothing(index_elements=["wallet_address"]))
    return session.scalars(select(User).where(User.wallet_address == address)).one()
