"""The steps before a shop is looked at, and which of them are done."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from app.errors import N_

LONGEST_LEGAL_NAME = 120
LONGEST_NUMBER = 40


class Step(StrEnum):
    """In the order of the page."""

    IDENTITY = "identity"
    NUMBERS = "numbers"
    PAPERS = "papers"
    PAYOUT = "payout"
    ATTESTATION = "attestation"


class PaperKind(StrEnum):
    REGISTRATION = "registration"
    IDENTITY = "identity"
    TAX = "tax"
    BANK = "bank"
    OTHER = "other"


NEEDED_PAPERS: dict[str, frozenset[PaperKind]] = {
    "company": frozenset({PaperKind.REGISTRATION, PaperKind.IDENTITY}),
    "sole_trader": frozenset({PaperKind.IDENTITY}),
    "private_person": frozenset({PaperKind.IDENTITY}),
}
"""By the kind of shop. What else a country wants is asked for by the operator, shop by shop."""

ATTESTATION_VERSION = "2026-11"
ATTESTATIONS = {
    "2026-11": N_(
        "What I have told and shown here is true and complete. I may speak for this shop. I sell nothing that the law"
        " forbids, and when something of this changes I change it here at once."
    )
}
"""Every version that somebody has agreed to stays."""


@dataclass(frozen=True)
class Told:
    """What of a dossier counts for its steps."""

    kind: str
    legal_name: str = ""
    are_numbers_told: bool = False
    paper_kinds: Collection[str] = ()
    has_bank_account: bool = False
    has_wallet: bool = False
    attested_version: str | None = None


def steps_done(told: Told) -> dict[Step, bool]:
    """Every step, in order, and whether it is done."""
    return {
        Step.IDENTITY: bool(told.legal_name),
        Step.NUMBERS: told.are_numbers_told,
        Step.PAPERS: not missing_papers(told.kind, told.paper_kinds),
        Step.PAYOUT: told.has_bank_account or told.has_wallet,
        Step.ATTESTATION: told.attested_version is not None,
    }


def missing_papers(kind: str, there: Collection[str]) -> list[PaperKind]:
    needed = NEEDED_PAPERS.get(kind, frozenset())
    return [paper for paper in PaperKind if paper in needed and paper not in there]
