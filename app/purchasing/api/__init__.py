"""Buying the same again and again, or by code, for programs."""

from app.purchasing.api import lists, quick

BLUEPRINTS = (lists.bp, quick.bp)
