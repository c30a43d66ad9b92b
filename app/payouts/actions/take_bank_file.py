"""Somebody takes a bank file away: it names people and their accounts, so that is written down."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import load_one
from app.identity.actor import Actor
from app.payouts.bank_file import bank_file_csv
from app.payouts.errors import BankFileNotFound
from app.payouts.models import BankFile
from app.payouts.queries import PAYING_ROLES, bank_files_of, payments_in


def take_bank_file(session: Session, actor: Actor, bank_file_id: UUID) -> str:
    """The file's text. Raises BankFileNotFound."""
    load_one(session, bank_files_of(actor, PAYING_ROLES).where(BankFile.id == bank_file_id), missing=BankFileNotFound)
    record_act(session, actor.user_id, "bank_file.download", bank_file_id)
    return bank_file_csv(payments_in(session, bank_file_id))
