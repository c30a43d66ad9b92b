"""What this package raises."""

from app.errors import N_, Conflict, Invalid, NotFound


class PaperNotFound(NotFound):
    code = "paper-not-found"
    message = N_("There is no such document.")


class UnusablePaper(Invalid):
    code = "unusable-paper"
    message = N_("This file is not a PDF, a JPEG or a PNG picture. Choose another one, or take a picture of the paper.")


class PaperTooHeavy(Invalid):
    code = "paper-too-heavy"
    message = N_("This file has %(megabytes)s MB; at most %(limit)s MB can be sent. Make it smaller first.")


class PaperMissing(Invalid):
    code = "paper-missing"
    message = N_("Choose a file of this device first.")


class TooManyPapers(Conflict):
    code = "too-many-papers"
    message = N_("%(most)s documents are here already, and that is the most. Remove one first.")


class StepsMissing(Conflict):
    code = "steps-missing"
    message = N_("Some steps are not done yet. Finish each of them, then send your shop for review.")


class AttestationNeeded(Invalid):
    code = "attestation-needed"
    message = N_("Tick this to say that what you told us is true.")


class ReviewCannotGoThere(Conflict):
    code = "review-cannot-go-there"
    message = N_("This shop was decided about in the meantime. Look at it again before you go on.")


class DossierChanged(Conflict):
    code = "dossier-changed"
    message = N_(
        "The owner of the shop has changed something since you opened this page. Look at it again, then decide."
    )


class ReasonNeeded(Invalid):
    code = "reason-needed"
    message = N_("Say why. The owner of the shop reads this.")
