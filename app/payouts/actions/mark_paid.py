"""The bank has paid a file: each redemption in it is booked."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.ledger.actions.post_journal import post_journals
from app.ledger.entries import JournalEntry
from app.ledger.recipes import redemption_paid
from app.money.references import reference_key
from app.payouts.errors import BankFileEmpty, BankFileNotFound, BankFilePaid, BankReferenceNeeded, BankReferenceUsed
from app.payouts.models import BankFile, Redemption
from app.payouts.queries import PAYING_ROLES, bank_files_of
from app.payouts.rules import NAME_LONGEST, PAID


def mark_paid(
    session: Session, actor: Actor, bank_file_id: UUID, *, bank_reference: str, paid_at: datetime
) -> BankFile:
    """Book the file under the bank's reference; the same reference again, however written, changes nothing.

    Raises BankFileNotFound, BankReferenceNeeded, BankReferenceUsed, BankFilePaid for another reference, or BankFileEmpty
    when the bank took none of its payments.
    """
    reference = " ".join(bank_reference.split())
    key = reference_key(reference)
    if not key or len(reference) > NAME_LONGEST or not reference.isprintable():
        raise BankReferenceNeeded(field="bank_reference")
    query = bank_files_of(actor, PAYING_ROLES).where(BankFile.id == bank_file_id)
    file = lock_one(session, query, missing=BankFileNotFound)
    if file.reference_key == key:
        return file
    if file.bank_reference is not None:
        raise BankFilePaid(reference=file.bank_reference)
    if session.scalar(select(BankFile.id).where(BankFile.reference_key == key)) is not None:
        raise BankReferenceUsed(field="bank_reference", reference=reference)
    taken = session.scalars(
        select(Redemption)
        .where(Redemption.bank_file_id == file.id)
        .order_by(Redemption.id)
        .with_for_update(of=Redemption)
        .execution_options(populate_existing=True)
    ).all()
    if not taken:
        raise BankFileEmpty
    file.bank_reference, file.reference_key, file.paid_at = reference, key, paid_at
    post_journals(session, [_pay(redemption, paid_at) for redemption in taken])
    record_act(session, actor.user_id, "bank_file.mark_paid", file.id, reference=reference)
    session.flush()
    return file


def _pay(redemption: Redemption, paid_at: datetime) -> JournalEntry:
    redemption.state, redemption.paid_at = PAID, paid_at
    return redemption_paid(
        redemption_id=redemption.id,
        organization_id=redemption.organization_id,
        cents=redemption.to_bank_cents,
        at=paid_at,
        attempt=redemption.attempt,
    )
