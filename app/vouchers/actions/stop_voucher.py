"""Ending a voucher before its time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.vouchers.errors import VoucherNotFound
from app.vouchers.models import Voucher
from app.vouchers.queries import vouchers_run_by


def stop_voucher(
    session: Session, actor: Actor, organization_id: UUID | None, voucher_id: UUID, *, now: datetime
) -> Voucher:
    """From now on nobody can use it; checkouts that hold it keep their price. Twice is once. Raises VoucherNotFound."""
    query = vouchers_run_by(actor, organization_id).where(Voucher.id == voucher_id)
    voucher = lock_one(session, query, missing=VoucherNotFound)
    if voucher.stopped_at is None:
        voucher.stopped_at = now
        if organization_id is None:
            record_act(session, actor.user_id, "voucher.stop", voucher.id, code=voucher.code)
    return voucher
