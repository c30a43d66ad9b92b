"""What is refused about messages."""

from app.errors import N_, Conflict, Invalid, NotFound, TooManyRequests


class OwnShop(Conflict):
    code = "own-shop"
    message = N_("These are goods of your own shop. Buyers' questions come to its desk, under Messages.")


class ThreadNotFound(NotFound):
    code = "thread-not-found"
    message = N_("There is no such conversation, or it is not yours to read.")


class MessageNotFound(NotFound):
    code = "message-not-found"
    message = N_("There is no such message, or it is not yours to read.")


class FileNotShown(NotFound):
    code = "message-file-not-found"
    message = N_("There is no such file, or it is not yours to open.")


class ReportNotFound(NotFound):
    code = "report-not-found"
    message = N_("There is no such report.")


class ThreadClosed(Conflict):
    code = "thread-closed"
    message = N_("The market has closed this conversation. Nothing more can be written in it.")


class ThreadErased(Conflict):
    code = "thread-erased"
    message = N_("The buyer's data was erased, and this conversation with it. Nothing more can be written in it.")


class YouHaveBlocked(Conflict):
    code = "you-have-blocked"
    message = N_("You have blocked the other side. Unblock it first, then write.")


class TheyHaveBlocked(Conflict):
    code = "they-have-blocked"
    message = N_("The other side takes no messages from you. About a running order you can still write, on its page.")


class NothingWritten(Invalid):
    code = "nothing-written"
    message = N_("Write something, or choose a file to send.")


class SentBefore(Conflict):
    code = "sent-before"
    message = N_("This form was sent before with another text. Load the page again and look at what is there.")


class WriteLater(TooManyRequests):
    code = "write-later"
    message = N_("You write faster than anybody can read. Your text is kept here: send it again from %(at)s.")


class AwaitAnswer(TooManyRequests):
    code = "await-answer"
    message = N_(
        "You have written %(count)s messages without an answer. Write again when the other side has answered, or from %(at)s."
    )


class TooManyThreads(TooManyRequests):
    code = "too-many-threads"
    message = N_("You have asked about %(count)s goods within a day. Ask about more of them from %(at)s.")


class TooManyFiles(Invalid):
    code = "too-many-files"
    message = N_("At most %(most)s files go with one message. Send the others with the next one.")


class UnknownFile(Invalid):
    code = "unknown-file"
    message = N_(
        "“%(name)s” is neither a picture (JPEG, PNG, WebP, GIF) nor a PDF, whatever its name says, or it is damaged."
    )


class MisnamedFile(Invalid):
    code = "misnamed-file"
    message = N_("“%(name)s” is not what its name says. Save it again under its right kind, then choose it here.")


class PdfTooHeavy(Invalid):
    code = "pdf-too-heavy"
    message = N_("“%(name)s” has %(megabytes)s MB; a PDF may have at most %(limit)s MB. Make it smaller first.")


class ReportDecided(Conflict):
    code = "report-decided"
    message = N_("Somebody has decided about this report already. Look at the list again.")
