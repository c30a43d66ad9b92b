"""The one owner of money arithmetic: integer minor units, exponents, exact conversion, allocation."""
