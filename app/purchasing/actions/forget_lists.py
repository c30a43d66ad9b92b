"""Taking a person's lists away. Those of a company stay with it."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.purchasing.models import QuickLine, QuickOrder, RequisitionLine, RequisitionList


def forget_lists(session: Session, user_id: UUID) -> None:
    own = select(RequisitionList.id).where(RequisitionList.user_id == user_id, RequisitionList.company_id.is_(None))
    session.execute(delete(RequisitionLine).where(RequisitionLine.list_id.in_(own)))
    session.execute(delete(RequisitionList).where(RequisitionList.id.in_(own)))
    typed = select(QuickOrder.id).where(QuickOrder.user_id == user_id)
    session.execute(delete(QuickLine).where(QuickLine.quick_order_id.in_(typed)))
    session.execute(delete(QuickOrder).where(QuickOrder.id.in_(typed)))
