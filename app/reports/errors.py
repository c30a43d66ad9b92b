"""What a report refuses."""

from app.errors import N_, Invalid


class ImpossiblePeriod(Invalid):
    code = "impossible-period"
    message = N_("The first day must be a date such as 2026-11-01, and not after the last one.")
