"""Why an exception is not resolved."""

from app.errors import N_, Conflict, Forbidden, Invalid, NotFound


class ResolverNeeded(Forbidden):
    code = "resolver-needed"
    message = N_("Only the operator and the accountant of the market resolve exceptions.")


class ExceptionNotFound(NotFound):
    code = "exception-not-found"
    message = N_("There is no such exception.")


class EvidenceNotFound(NotFound):
    code = "evidence-not-found"
    message = N_("There is no such file.")


class ExceptionClosed(Conflict):
    code = "exception-closed"
    message = N_("This exception is closed already.")


class NothingToWrite(Invalid):
    code = "nothing-to-write"
    message = N_("Write something, or choose a file.")


class EvidenceTooLarge(Invalid):
    code = "evidence-too-large"
    message = N_("This file is larger than 5 MB.")


class ProposalNoteNeeded(Invalid):
    code = "proposal-note-needed"
    message = N_("Write why this is right. Whoever has to agree reads it.")


class NotTheseMeans(Conflict):
    code = "not-these-means"
    message = N_("This exception cannot be resolved that way.")


class NoSuchCounterpart(Conflict):
    code = "no-such-counterpart"
    message = N_("The other one is not open any more.")


class ProposalWaits(Conflict):
    code = "proposal-waits"
    message = N_("Somebody has proposed something already. Somebody else has to agree or refuse first.")


class ProposalNotFound(NotFound):
    code = "proposal-not-found"
    message = N_("There is no such proposal.")


class ProposalDecided(Conflict):
    code = "proposal-decided"
    message = N_("This proposal was answered already.")


class AnotherPersonNeeded(Conflict):
    code = "another-person-needed"
    message = N_("Somebody else has to agree: who proposes may not approve.")


class NotTheProposer(Conflict):
    code = "not-the-proposer"
    message = N_("Only whoever proposed withdraws it. Refuse it instead.")


class ProposerHasLeft(Conflict):
    code = "proposer-has-left"
    message = N_("Whoever proposed may not resolve exceptions any more. Refuse this, and propose anew if it is needed.")


class ChangedMeanwhile(Conflict):
    code = "changed-meanwhile"
    message = N_("Something has changed since this was proposed. Refuse it, look again, and propose anew.")


class WouldOverdraw(Conflict):
    code = "exception-would-overdraw"
    message = N_("With this entry an account would fall below zero that must not. Mend what followed from it first.")


class UnknownAssignee(Invalid):
    code = "unknown-assignee"
    message = N_("Choose somebody who resolves exceptions.")
