"""What every test may use; each fixture is described where it is made."""

from tests.support.examples import load_profile

load_profile()

pytest_plugins = [
    "tests.support.garbage",
    "tests.support.compiled_templates",
    "tests.support.folders",
    "tests.support.postgres",
    "tests.support.evm",
    "tests.support.http",
    "tests.support.market_pages",
    "tests.support.pages",
    "tests.support.session",
    "tests.support.settled",
    "tests.support.trade",
    "tests.support.edges",
    "tests.support.front",
]
