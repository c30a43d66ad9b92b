"""An order gets the documents it has come to: all that are missing, in the order in which they fell due."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.invoicing.content import content_of, content_of_credit, local_of, parts_kept, split_of
from app.invoicing.models import Invoice
from app.invoicing.queries import ISSUERS_ARE_NOT, documents_of, happenings
from app.invoicing.rules.amounts import given_back, local_given_back
from app.invoicing.rules.due import INVOICE, Due, documents_due
from app.invoicing.rules.numbers import CREDIT, PLAIN, TAXED
from app.orders.actions.lock_order import lock_order
from app.orders.models import Order


def issue_documents(session: Session, order_id: UUID) -> list[Invoice]:
    """Issue what is missing. Asked again, or by many at once, nothing more. Private persons issue none.

    The order is locked first and then the counters of its one seller, so two never wait for each other in a ring.
    """
    order = lock_order(session, select(Order), order_id)
    if order.organization.kind in ISSUERS_ARE_NOT:
        return []
    known = {one.source: one for one in session.scalars(documents_of(order_id))}
    made: list[Invoice] = []
    for due in documents_due(happenings(session, order_id), order.total_cents):
        if due.source in known:
            continue
        one = _invoice(session, order, due) if due.kind == INVOICE else _credit_note(order, due, known)
        session.add(one)
        session.flush()
        known[due.source] = one
        made.append(one)
    return made


def _invoice(session: Session, order: Order, due: Due) -> Invoice:
    split = split_of(order)
    local = local_of(session, order, split, due.at)
    content = content_of(session, order, split, local)
    return Invoice(
        organization_id=order.organization_id,
        series=TAXED if content["seller"]["is_tax_registered"] else PLAIN,
        kind=due.kind,
        order_id=order.id,
        source=due.source,
        supplied_at=due.at,
        total_cents=due.cents,
        tax_cents=sum(part.tax_cents for part in split.parts),
        local_currency=local.total.currency,
        local_total_minor=local.total.minor,
        local_tax_minor=local.tax.minor,
        content=content,
    )


def _credit_note(order: Order, due: Due, known: Mapping[str, Invoice]) -> Invoice:
    assert due.corrects is not None
    invoice = known[due.corrects]
    earlier = [one for one in known.values() if one.corrects_id == invoice.id]
    left = invoice.total_cents - sum(one.total_cents for one in earlier)
    parts = given_back(parts_kept(invoice.content), [parts_kept(one.content) for one in earlier], due.cents)
    local_total, local_tax = (
        local_given_back(getattr(invoice, name) - sum(getattr(one, name) for one in earlier), due.cents, left)
        for name in ("local_total_minor", "local_tax_minor")
    )
    return Invoice(
        organization_id=order.organization_id,
        series=CREDIT,
        kind=due.kind,
        order_id=order.id,
        source=due.source,
        corrects_id=invoice.id,
        supplied_at=due.at,
        total_cents=due.cents,
        tax_cents=sum(part.tax_cents for part in parts),
        local_currency=invoice.local_currency,
        local_total_minor=local_total,
        local_tax_minor=local_tax,
        content=content_of_credit(invoice.content, parts, due.reason),
    )
