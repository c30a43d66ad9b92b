"""Statements an accountant downloads: settlement report on screen, as CSV and as XLSX."""
