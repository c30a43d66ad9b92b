"""Structured logs with request ids, and metrics."""
