"""What moderation refuses, and what to do about it."""

from app.errors import N_, Conflict, Invalid, NotFound, Word


class GoodsProhibited(Invalid):
    code = "goods-prohibited"
    message = N_(
        "This may not be sold here: %(kind)s (because of “%(word)s”). If your goods are something else, say it in other words, or write to the market."
    )

    def __init__(self, *, kind: str, word: str) -> None:
        super().__init__(field="title", kind=Word(kind), word=word)


class ReportNotFound(NotFound):
    code = "report-not-found"
    message = N_("There is no such report, or it is not yours to see.")


class ReportDecided(Conflict):
    code = "report-decided"
    message = N_("This report was decided already. Load the page again to see how.")
