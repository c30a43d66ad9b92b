"""The accountant's menu."""

from app.errors import N_
from app.web.navigation import Desk, NavItem

BOOKS_DESK = Desk(
    "books",
    N_("Books"),
    (
        NavItem(N_("Does it tie out?"), "/books", "check", is_exact=True),
        NavItem(N_("Months"), "/books/months", "calendar", is_staff_only=True, also=("/books/years",)),
        NavItem(N_("Trial balance"), "/books/trial-balance", "scale", is_staff_only=True),
        NavItem(N_("Exceptions"), "/books/exceptions", "triangle-alert", is_staff_only=True),
        NavItem(N_("Bank statements"), "/books/bank", "landmark", is_staff_only=True),
        NavItem(N_("Open items"), "/books/open-items", "hourglass", is_staff_only=True),
        NavItem(N_("Seals"), "/books/seals", "lock", is_staff_only=True),
        NavItem(
            N_("Booked by hand"),
            "/books/by-hand",
            "pencil",
            is_staff_only=True,
            also=("/books/opening", "/books/reversals"),
        ),
        NavItem(N_("Settlement report"), "/books/settlement", "file-text"),
        NavItem(N_("Reports"), "/books/reports", "file-spreadsheet", also=("/books/journals",)),
        NavItem(N_("Kept settings"), "/books/saved", "star"),
        NavItem(N_("Downloads"), "/books/downloads", "download", also=("/books/schedules",)),
    ),
)
