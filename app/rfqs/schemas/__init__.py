"""Requests for quotes, and quotes, as programs send and read them."""
