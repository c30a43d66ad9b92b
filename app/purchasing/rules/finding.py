"""What a line of a quick order is, once its code was looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.catalog.errors import QuantityNotInSteps, QuantityTooSmall, TooFewLeft
from app.catalog.rules.quantities import require_quantity
from app.errors import Invalid
from app.purchasing.rules.lines import NO_CODE

UNKNOWN, AMBIGUOUS, CLOSED, OWN = "unknown-code", "several-goods", "shop-closed", "own-goods"
MOST_OPTIONS = 6


@dataclass(frozen=True)
class Candidate:
    """Goods on sale to this buyer that have the code."""

    variant_id: UUID
    titles: Mapping[str, str]
    names: Mapping[str, str]
    seller: str
    is_closed: bool
    minimum: int
    step: int
    unit: str
    available: int
    pieces: int | None = None
    piece_unit: str = ""
    is_own: bool = False


@dataclass(frozen=True)
class Found:
    """`problem` is a stable code, empty when the line can be ordered; `details` are plain values for the page."""

    quantity: int | None
    variant_id: UUID | None = None
    problem: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def judge(quantity: int | None, problem: str, candidates: Sequence[Candidate]) -> Found:
    """`quantity` None takes the smallest that is sold. `problem` is what was wrong with the line as typed."""
    if not candidates:
        return Found(quantity, problem=NO_CODE if problem == NO_CODE else UNKNOWN)
    if len(candidates) > 1:
        options = [_said(one) for one in candidates[:MOST_OPTIONS]]
        return Found(quantity, problem=AMBIGUOUS, details={"options": options})
    (one,) = candidates
    wanted = quantity or one.minimum
    if one.is_own:
        return Found(wanted, one.variant_id, OWN, _said(one))
    if problem:
        return Found(None, one.variant_id, problem, _said(one))
    if one.is_closed:
        return Found(wanted, one.variant_id, CLOSED, _said(one))
    return _orderable(one, wanted)


def _orderable(one: Candidate, quantity: int) -> Found:
    try:
        require_quantity(quantity, minimum=one.minimum, step=one.step, available=one.available, unit=one.unit)
    except (QuantityTooSmall, QuantityNotInSteps, TooFewLeft) as error:
        return Found(quantity, one.variant_id, error.code, {**_said(one), "values": _plain(error)})
    return Found(quantity, one.variant_id, "", _said(one))


def _plain(error: Invalid) -> dict[str, Any]:
    return {name: value if isinstance(value, int) else str(value) for name, value in error.values.items()}


def _said(one: Candidate) -> dict[str, Any]:
    return {
        "variant_id": str(one.variant_id),
        "titles": dict(one.titles),
        "names": dict(one.names),
        "seller": one.seller,
        "unit": one.unit,
        "pieces": one.pieces,
        "piece_unit": one.piece_unit,
    }
