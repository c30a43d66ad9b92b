"""Near the line, and over it."""

from dataclasses import dataclass

from app.money.amounts import Money

WARN_PERCENT = 80


@dataclass(frozen=True)
class YearSales:
    """Both in US dollars at today's rate; `limit` None where no line is known."""

    sold: Money
    limit: Money | None

    @property
    def is_reached(self) -> bool:
        return self.limit is not None and self.sold.minor >= self.limit.minor

    @property
    def is_near(self) -> bool:
        """At four fifths, while there is time to register."""
        return self.limit is not None and self.sold.minor * 100 >= self.limit.minor * WARN_PERCENT

    @property
    def percent(self) -> int:
        """Whole percent of the line, rounded down; 0 where there is none."""
        return self.sold.minor * 100 // self.limit.minor if self.limit is not None else 0
