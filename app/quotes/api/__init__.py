"""Offers and deals for programs: of who buys, and of a shop."""

from app.quotes.api import made, on_desk

BLUEPRINTS = (made.bp, made.deals, on_desk.bp, on_desk.deals)
