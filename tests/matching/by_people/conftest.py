"""The fixture of these tests."""

from tests.closing.kept_books import books  # noqa: F401
