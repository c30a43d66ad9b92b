"""What tests of offers and deals use."""

from tests.quotes.bargain import bargain  # noqa: F401 - a fixture
