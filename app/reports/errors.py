"""What a report refuses."""

from app.errors import N_, Forbidden, Invalid, NotFound, Unavailable


class ImpossiblePeriod(Invalid):
    code = "impossible-period"
    message = N_("The first day must be a date such as 2026-11-01, and not after the last one.")


class ReportNotFound(NotFound):
    code = "report-not-found"
    message = N_("There is no such report, or it is not yours to read.")


class JournalNotFound(NotFound):
    code = "journal-not-found"
    message = N_("There is no such journal in the books, and nothing is booked for such an order.")


class NoRoomForFile(Unavailable):
    code = "no-room-for-file"
    message = N_(
        "The file was not made: the market's disk has no room left. Nothing of it was kept, and nothing else was changed. Tell whoever runs this market; once there is room again, ask for the file once more."
    )


class TooLongForJson(Invalid):
    code = "report-too-long"
    message = N_(
        "This report has more than %(most)s lines. Ask for fewer days, or for the CSV file, which has no limit."
    )


class TooLongToPrint(Invalid):
    code = "report-too-long-to-print"
    message = N_(
        "This report has %(count)s lines, and a PDF at most %(most)s. Ask for fewer days, or for the CSV or Excel file."
    )


class TooLongForASheet(Invalid):
    code = "report-too-long-for-a-sheet"
    message = N_(
        "This report has more than the %(most)s lines that Excel opens. Ask for fewer days, or for the CSV file."
    )


class LineNotFound(NotFound):
    code = "line-not-found"
    message = N_("There is no such line in this settlement report.")


class EntryNotFound(NotFound):
    code = "entry-not-found"
    message = N_("There is no such entry in the books.")


class SealNotFound(NotFound):
    code = "seal-not-found"
    message = N_("There is no seal with this number.")


class ProofNamesOthers(Forbidden):
    code = "proof-names-others"
    message = N_(
        "This entry also names another seller, so its proof is not handed out. Ask whoever runs this market; an accountant of the market can prove it."
    )
