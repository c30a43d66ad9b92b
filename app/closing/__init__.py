"""Closing a month: what has to be in order first, trial balances, what came late, and opening again by two people.

A *gate* is one thing to look at before a month is closed. Closed for entries (*soft*), a month takes corrections by people
only; closed for good (*hard*), nothing, and its trial balance is kept with a hash. PostgreSQL sees to both (migrations 0039
and 0040); what is decided here is who may, and whether everything is in order.
"""
