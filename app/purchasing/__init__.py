"""Buying a lot at once: lists pasted or uploaded by code (SKU), and lists of a buyer or company kept for the next time."""
