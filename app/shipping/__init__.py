"""Zones, methods and rates of each seller; delivery promises."""
