"""Invoices and credit notes that sellers give through the market: numbered without gaps, never changed.

An *invoice* is issued when an order is paid, a *credit note* whenever money of it goes back; nothing else takes an
invoice away. Both are *documents* of a *series* of their seller. What they say is kept as it was at that moment.
"""
