"""Who gets what when an order that the market's voucher paid a part of goes back (decision 0022)."""

from app.money.amounts import share_so_far


def market_part(total_cents: int, market_cents: int, *, before: int, cents: int) -> int:
    """Of `cents` more that go back after `before`, the part that is the market's: in proportion, odd cents to the buyer.

    Cumulative, so that parts come to the same as the whole at once.
    """
    after = share_so_far(market_cents, before + cents, total_cents)
    return after - share_so_far(market_cents, before, total_cents)


def buyers_part(total_cents: int, market_cents: int, *, before: int, cents: int) -> int:
    """The other part: what the buyer's card is given."""
    return cents - market_part(total_cents, market_cents, before=before, cents=cents)
