"""What every test may use; each fixture is described where it is made."""

import os

pytest_plugins = [
    "tests.support.folders",
    "tests.support.postgres",
    "tests.support.evm",
    "tests.support.http",
    "tests.support.market_pages",
    "tests.support.pages",
    "tests.support.session",
    "tests.support.settled",
    "tests.support.trade",
    "tests.support.front",
]


def pytest_xdist_auto_num_workers() -> int:
    """Of `-n auto`: tests wait for servers and browsers half of their time, so that one more than the cores fits."""
    return (os.cpu_count() or 1) + 1
