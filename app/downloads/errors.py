"""What is refused about files of reports."""

from app.errors import N_, Conflict, Invalid, NotFound


class FileNotFound(NotFound):
    code = "report-file-not-found"
    message = N_("This file is not there any more, or it is not yours. Ask for the report once more.")


class NoSuchFormat(Invalid):
    code = "no-such-format"
    message = N_("This report does not come in that form.")


class TooManyFiles(Conflict):
    code = "too-many-report-files"
    message = N_("%(most)s files are waiting or kept for you already. Remove some of them first.")


class ScheduleNotFound(NotFound):
    code = "report-schedule-not-found"
    message = N_("There is no such schedule, or it is not yours to see.")


class ReaderNeeded(Invalid):
    code = "report-reader-needed"
    message = N_("Choose at least one person of the list: only who may read the report can get it.")


class TooManySchedules(Conflict):
    code = "too-many-report-schedules"
    message = N_("There are %(most)s schedules already. Stop one of them first.")
