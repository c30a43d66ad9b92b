"""Structured logs with request ids."""
