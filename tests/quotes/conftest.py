"""What tests of offers and deals use."""

pytest_plugins: list[str] = []

from tests.quotes.bargain import bargain  # noqa: E402, F401 - a fixture
