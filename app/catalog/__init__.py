"""Listings, variants, categories, stock and the search over them."""
