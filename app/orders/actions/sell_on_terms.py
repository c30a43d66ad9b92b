"""A company orders now and pays later: the goods are its own at once, and nothing is in escrow until it has paid."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.events.bus import publish
from app.orders.actions.record_fact import record_fact
from app.orders.actions.take_goods import take_goods
from app.orders.actions.tell_terms import tell_on_terms
from app.orders.events import GroupOnTerms
from app.orders.models import OrderGroup
from app.orders.rules.purchase import Due
from app.orders.rules.status import FactKind


def sell_on_terms(session: Session, group: OrderGroup, due: Due, now: datetime) -> None:
    """What the checkout has just reserved is sold. Whether the seller grants it was decided before, under its lock."""
    has_goods = take_goods(session, group, now)
    assert has_goods, "it was reserved in this very transaction"
    group.state = "on_terms"
    for order in group.orders:
        record_fact(session, order, FactKind.ON_TERMS, at=now, days=due.days, due_on=due.on.isoformat())
    tell_on_terms(session, group, due)
    publish(session, GroupOnTerms(group.id, group.cart_id, now))
