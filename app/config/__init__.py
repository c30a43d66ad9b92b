"""Typed settings from the environment; nothing else reads it."""
