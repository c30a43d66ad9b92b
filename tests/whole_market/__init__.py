"""Whole markets from start to end: `make test-whole`. Too long for `make test`, which does not look in here."""
