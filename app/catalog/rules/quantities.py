"""How much of something can be bought at once."""

from app.catalog.errors import NoneLeft, QuantityNotInSteps, QuantityTooSmall, TooFewLeft
from app.catalog.rules.texts import unit_word

LARGEST = 1_000_000


def require_quantity(quantity: int, *, minimum: int, step: int, available: int, unit: str) -> None:
    """Raises QuantityTooSmall, QuantityNotInSteps, TooFewLeft or NoneLeft. `available` is stock less what others hold."""
    if quantity < minimum:
        raise QuantityTooSmall(field="quantity", minimum=minimum, unit=unit_word(unit, minimum))
    if quantity > min(available, LARGEST):
        left = largest_quantity(minimum, step, available)
        raise (TooFewLeft if left else NoneLeft)(field="quantity", left=left, unit=unit_word(unit, left))
    if (quantity - minimum) % step:
        below = quantity - (quantity - minimum) % step
        raise QuantityNotInSteps(
            field="quantity", step=step, below=below, above=below + step, unit=unit_word(unit, step)
        )


def largest_quantity(minimum: int, step: int, available: int) -> int:
    """The most that can be asked for just now; 0 when not even the minimum is left."""
    most = min(available, LARGEST)
    return 0 if most < minimum else most - (most - minimum) % step
