"""What people get by mail about files of reports."""

from app.errors import N_

READY_SUBJECT = N_("%(report)s of %(whose)s is ready")
READY_BODY = N_(
    """Hello,

the report you asked for is ready: %(report)s of %(whose)s, %(first)s to %(last)s, as %(format)s. Fetch it here until %(until)s; after that it is deleted:

%(link)s"""
)
SCHEDULED_BODY = N_(
    """Hello,

%(report)s of %(whose)s, %(first)s to %(last)s, is ready as %(format)s. Sign in and fetch it until %(until)s; after that it is deleted:

%(link)s"""
)
REFUSED_SUBJECT = N_("%(report)s of %(whose)s was not made")
REFUSED_BODY = N_(
    """Hello,

%(report)s of %(whose)s, %(first)s to %(last)s, was not made as %(format)s. %(problem)s

%(link)s"""
)
