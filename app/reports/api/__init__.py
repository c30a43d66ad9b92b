"""Reports for programs: of a shop, and of the books of the market."""

from app.reports.api import of_books, of_shop, tables

BLUEPRINTS = (of_shop.bp, of_books.bp, tables.of_books, tables.of_shop)
