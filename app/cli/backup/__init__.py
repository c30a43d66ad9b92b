"""`phsar backup` and `phsar restore`: one archive with all a market needs, proved before anything is put back.

The database is read in one snapshot. What an embedded Stripe and an embedded chain say is copied after the snapshot
was taken, so a restored database is never ahead of them: what it is behind it is told again, by asking.
"""
