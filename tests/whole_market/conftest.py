"""Which of these tests run beside each other: markets of processes one after the other, all else beside them."""

from pathlib import PurePath
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

MARKETS_OF_PROCESSES = {"test_backup", "test_stops_and_starts", "test_ways_through"}
"""Two at once would take each other's ports: each looks for free ones and opens them a moment later."""


class Lanes(LoadScopeScheduling):
    """A lane per file, and one for all markets of processes. (pytest 9.2 does not heed the groups of xdist 3.8.)"""

    def _split_scope(self, nodeid: str) -> str:
        file = PurePath(nodeid.split("::", maxsplit=1)[0]).stem
        return "markets of processes" if file in MARKETS_OF_PROCESSES else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Lanes:
    return Lanes(config, log)
