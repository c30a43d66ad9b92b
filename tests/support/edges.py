"""Every test watches: no order, checkout, return, dispute, offer, deal, request or quote ever takes a way that is not in its table.

What a test writes past the actions of the product would be found here too.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event, inspect

from app.cli.axes import AXES
from app.credit.models import CreditGrant, Debt
from app.orders.models import Dispute, Order, OrderGroup
from app.orders.return_models import OrderReturn
from app.quotes.models import Deal, Offer
from app.rfqs.models import Quote, Rfq
from app.states.edges import Axis

WATCHED = (CreditGrant, Debt, Order, OrderGroup, OrderReturn, Dispute, Offer, Deal, Rfq, Quote)


def watch() -> None:
    for model in WATCHED:
        for axis in AXES:
            table, column = axis.of.split(".")
            if table == model.__tablename__:
                event.listen(model, "before_update", _watcher(axis, column))


def _watcher(axis: Axis, column: str) -> Callable[..., None]:
    def look(_mapper: Any, _connection: Any, row: Any) -> None:
        before, _same, after = (inspect(row).attrs[column].history[at] for at in (2, 1, 0))
        if before and after and before != after:
            require_edge(axis, str(before[0]), str(after[0]))

    return look


def require_edge(axis: Axis, before: str, after: str) -> None:
    """A reorganization of the chain may take back what it showed of the money."""
    is_taken_back = axis.name == "settlement" and axis.leads(after, before)
    assert axis.leads(before, after) or is_taken_back, f"{axis.name}: {before} became {after}, which is in no table"


watch()
