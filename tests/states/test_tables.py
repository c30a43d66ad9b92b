"""The tables of states themselves: whole, true to the database, drawn in the documentation."""

import re
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint

from app.cli.axes import AXES, states_page
from app.db.base import Base
from app.db.tables import load_all_models
from app.errors import DomainError
from app.orders.rules.edges import FULFILLMENT, SETTLEMENT, may
from app.orders.rules.life import require_disputable, require_returnable, require_sent, require_shippable
from app.orders.rules.returns import RETURN
from app.orders.rules.status import Axes, FulfillmentStatus, PaymentStatus, SettlementStatus
from app.states.edges import Axis

NOW, DAY = datetime(2026, 11, 1, tzinfo=UTC), timedelta(days=1)
ROOT = Path(__file__).parents[2]
named = pytest.mark.parametrize("axis", AXES, ids=lambda axis: axis.name)


def test_the_page_of_states_is_what_the_code_says() -> None:
    assert (ROOT / "docs/developers/states.md").read_text() == states_page()


@named
def test_every_edge_is_taken_by_a_module_that_is_there(axis: Axis) -> None:
    for edge in axis.edges:
        package, module = edge.action.split(".")
        there = ROOT / "app" / package / ("handlers.py" if module == "handlers" else f"actions/{module}.py")
        assert there.exists(), edge.action
        assert edge.by, f"nobody may take {edge}"


@named
def test_every_state_is_reached_from_the_beginning(axis: Axis) -> None:
    reached: set[str | None] = {None}
    while more := {edge.after for edge in axis.edges if edge.before in reached} - reached:
        reached |= more
    assert reached - {None} == set(axis.states)


@named
def test_the_database_takes_the_states_of_the_table_and_no_others(axis: Axis) -> None:
    table, column = axis.of.split(".")
    load_all_models()
    checks = [
        found[1]
        for check in Base.metadata.tables[table].constraints
        if isinstance(check, CheckConstraint)
        and (found := re.fullmatch(rf"{column} IN \(([^)]*)\)", str(check.sqltext)))
    ]
    if checks:
        assert set(re.findall(r"'(\w+)'", checks[0])) == set(axis.states)
    else:
        assert table == "orders", "a projection of its events is the one column without a check"


EVERY_ORDER = [Axes(*each) for each in product(PaymentStatus, FulfillmentStatus, SettlementStatus)]


def is_allowed(rule, axes: Axes, **values: object) -> bool:
    try:
        rule(axes, **values)
    except DomainError:
        return False
    return True


def test_the_rules_of_an_orders_life_refuse_what_is_no_edge_and_nothing_else() -> None:
    window = {"auto_release_at": NOW + DAY, "chain_now": NOW}
    for axes in EVERY_ORDER:
        assert is_allowed(require_shippable, axes, may_ship=True) == bool(may(FULFILLMENT, "orders.ship_order", axes))
        assert is_allowed(require_sent, axes) == bool(may(SETTLEMENT, "orders.confirm_receipt", axes))
        is_disputed = is_allowed(require_disputable, axes, ship_by=NOW - DAY, **window)
        assert is_disputed == bool(may(SETTLEMENT, "orders.open_dispute", axes))
        is_returned = is_allowed(require_returnable, axes, is_leaving=False, **window)
        assert is_returned == bool(may(RETURN, "orders.request_return", axes))
