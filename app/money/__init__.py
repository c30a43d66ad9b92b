"""The one owner of money arithmetic: integer minor units, exponents, exact conversion, allocation.

Import what you need from `app.money.amounts` and `app.money.currencies`.
"""
