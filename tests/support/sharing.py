"""Tests that share what their module or folder sets up run on one worker of a parallel run, so that it is set up once."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        scopes = {found[-1].scope for found in item._fixtureinfo.name2fixturedefs.values()}
        if "package" in scopes:
            item.add_marker(pytest.mark.xdist_group(item.module.__package__))
        elif "module" in scopes:
            item.add_marker(pytest.mark.xdist_group(item.module.__name__))
