"""How many samples a buyer may still order."""


def samples_left(most: int, *, had: int, beside: int, available: int) -> int:
    """Of `most` for one buyer, less those ordered before and those in other lines; no more than there are."""
    return max(min(most - had - beside, available), 0)
