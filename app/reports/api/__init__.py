"""Reports for programs: of a shop, and of the books of the market."""

from app.reports.api import of_books, of_shop

BLUEPRINTS = (of_shop.bp, of_books.bp)
