"""While the database is away everybody reads that part of the market is resting, whoever they are."""

from collections.abc import Iterator

import pytest

from app.db import session as database
from tests.support.front import Front
from tests.support.trade import Trade


@pytest.fixture
def nobody_home(trade: Trade) -> Iterator[None]:
    """Nothing listens where the database was."""
    url = trade.engine.url
    database.configure(url.set(host="127.0.0.1", port=1).render_as_string(hide_password=False)).dispose()
    yield
    database.configure(url.render_as_string(hide_password=False))


@pytest.mark.parametrize("path", ["/desk/orders", "/console", "/account", "/nothing/here"])
def test_somebody_signed_in_is_told_so_as_well(
    front: Front, trade: Trade, path: str, request: pytest.FixtureRequest
) -> None:
    operator = front.member(trade.operator)
    request.getfixturevalue("nobody_home")
    answer = operator.browser.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Part of the market is resting" in answer.get_data(as_text=True)
