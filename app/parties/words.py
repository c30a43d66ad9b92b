"""What this package's states are called on pages."""

from app.errors import N_
from app.parties.rules.checklist import PaperKind, Step
from app.parties.rules.numbers import Oddity
from app.parties.rules.review import Happening, Review

STEP_WORDS = {
    Step.IDENTITY: N_("Who sells"),
    Step.NUMBERS: N_("Registration and tax numbers"),
    Step.PAPERS: N_("Documents"),
    Step.PAYOUT: N_("Where you are paid"),
    Step.ATTESTATION: N_("Your word"),
}
PAPER_WORDS = {
    PaperKind.REGISTRATION: N_("Certificate of registration or licence"),
    PaperKind.IDENTITY: N_("Identity card or passport of the owner"),
    PaperKind.TAX: N_("Tax certificate"),
    PaperKind.BANK: N_("Bank statement or passbook, first page"),
    PaperKind.OTHER: N_("Something else"),
}
KIND_WORDS = {
    "company": N_("A company"),
    "sole_trader": N_("A family business or sole trader"),
    "private_person": N_("A private person"),
}
REVIEW_WORDS = {
    Review.OPEN: N_("The owner is still telling us"),
    Review.SENT: N_("Sent for review"),
    Review.MORE: N_("We asked for more"),
    Review.ACCEPTED: N_("Accepted"),
    Review.REJECTED: N_("Not accepted"),
}
REVIEW_LOOKS = {
    Review.OPEN: "",
    Review.SENT: "warn",
    Review.MORE: "warn",
    Review.ACCEPTED: "ok",
    Review.REJECTED: "danger",
}
ODDITY_WORDS = {
    Oddity.NOT_TOLD: N_("A shop of this kind has one, and none was told."),
    Oddity.OTHER_FORM: N_("It is not written as such numbers are there. Compare it with the document."),
    Oddity.CHECK_FAILED: N_("Its check digits do not fit. Compare it with the document."),
    Oddity.UNCHECKED: N_("We know no check for it. Compare it with the document."),
}
OWN_ODDITY_WORDS = {
    Oddity.NOT_TOLD: N_("A shop of this kind usually has one."),
    Oddity.OTHER_FORM: N_("It is not written as such numbers usually are. Compare it with your document."),
    Oddity.CHECK_FAILED: N_("Its check digits do not fit. Compare it with your document, digit by digit."),
}
"""As its owner reads it; what only the reviewer can do is not said there."""
HAPPENING_WORDS = {
    Happening.SENT: N_("Sent for review"),
    Happening.CHANGED: N_("Changed by the shop; to be looked at again"),
    Happening.ASKED_MORE: N_("Asked for more"),
    Happening.APPROVED: N_("Approved"),
    Happening.REJECTED: N_("Not accepted"),
    Happening.SUSPENDED: N_("Taken off the market"),
    Happening.LIFTED: N_("Back on the market"),
}
HAPPENING_LOOKS = {
    Happening.SENT: ("upload", ""),
    Happening.CHANGED: ("pencil", "warn"),
    Happening.ASKED_MORE: ("message-circle", "warn"),
    Happening.APPROVED: ("check", "ok"),
    Happening.REJECTED: ("x", "danger"),
    Happening.SUSPENDED: ("ban", "danger"),
    Happening.LIFTED: ("rotate-ccw", "ok"),
}
"""Icon and color; the words carry the meaning."""
