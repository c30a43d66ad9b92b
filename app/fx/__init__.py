"""Dated exchange rates with their source."""
