"""A rate as orders lock it."""

from dataclasses import dataclass
from datetime import date

from app.money.amounts import Rate


@dataclass(frozen=True)
class DatedRate:
    """A rate with the day it was read and where."""

    rate: Rate
    as_of: date
    source: str
