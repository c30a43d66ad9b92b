"""Paying later for programs: what a shop grants and is owed, and what a company may owe and does."""

from app.credit.api import granted, of_company, owed

BLUEPRINTS = (granted.bp, owed.bp, of_company.bp)
