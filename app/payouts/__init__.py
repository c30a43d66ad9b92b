"""Redemption: a seller turns released token units into money at the bank; the token is burned."""
