"""The queue of exceptions and one exception: who looks after it, notes, evidence, proposals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.banking.errors import StatementNotFound
from app.banking.models import BankStatement
from app.banking.queries import lines_of, statements_for
from app.banking.rules import FORMATS
from app.db.locks import load_one
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import market_role
from app.identity.current import current_actor, require_market_role
from app.ledger.chart import CHART
from app.ledger.words import EVENTS, event_words
from app.matching.actions.decide_proposal import agree_to_proposal, refuse_proposal, withdraw_proposal
from app.matching.actions.propose_resolution import entry_for, plain_lines, propose_resolution
from app.matching.actions.write_note import assign, write_note
from app.matching.errors import EvidenceNotFound, ExceptionNotFound, ProposalNotFound
from app.matching.forms import AssignForm, DecisionForm, NoteForm, ProposalForm
from app.matching.models import MatchException, MatchNote, MatchOutcome, MatchProposal
from app.matching.queries import (
    Filters,
    ageing,
    exceptions_for,
    history,
    last_run,
    notes,
    outcomes_of_bank_lines,
    payout_parts,
    proposals,
    proposals_for,
    queue,
    resolvers,
    suggestions,
)
from app.matching.rules import (
    AGES,
    ASKED,
    BANK,
    FAMILIES,
    KINDS,
    LARGEST_EVIDENCE,
    READERS,
    REASONS,
    RESOLVERS,
    RULES,
    SLA,
    Kind,
    kinds_for,
    seen_mark,
)
from app.money.amounts import Money
from app.reconciliation.plain import amount_text
from app.web.fields import clean
from app.web.filters import date_text, date_time_text
from app.web.forms import BaseForm
from app.web.languages import current_locale
from app.web.pages import flash, go_on, page

bp = Blueprint("matching", __name__)
STATES = ("open", "waiting", "closed")
PARTS_SHOWN = 200


@dataclass(frozen=True)
class PlainLine:
    """A line of a proposed journal, as it was shown."""

    number: str
    asset: str
    owner: str
    amount: int


@bp.get("/books/exceptions")
@require_market_role(*READERS)
def exceptions() -> ResponseReturnValue:
    """What does not match, the oldest first."""
    actor, now, filters = current_actor(), datetime.now(UTC), _filters()
    with reading() as session:
        rows = queue(session, actor, filters, now=now, cursor=request.args.get("cursor"))
        ages, people, run = ageing(session, now=now), resolvers(session), last_run(session)
    return page(
        "matching/exceptions.html",
        rows=rows,
        filters=filters,
        ageing=ages,
        people=people,
        run=run,
        families=FAMILIES,
        reasons=REASONS,
        ages=AGES,
        sla_days=SLA.days,
        amount_text=amount_text,
    )


def _filters() -> Filters:
    """From the address; what is none of them counts as not asked for."""

    def asked(name: str, known: Any, otherwise: str = "") -> str:
        value = request.args.get(name, "")
        return value if value in known else otherwise

    assignee = request.args.get("assignee", "")
    if assignee != "nobody":
        try:
            assignee = str(UUID(assignee)) if assignee else ""
        except ValueError:
            assignee = ""
    return Filters(
        state=asked("state", STATES, "open"),
        family=asked("family", FAMILIES),
        reason=asked("reason", REASONS),
        age=asked("age", AGES),
        assignee=assignee,
    )


@bp.get("/books/exceptions/<uuid:exception_id>")
@require_market_role(*READERS)
def one(exception_id: UUID) -> ResponseReturnValue:
    return exception_page(exception_id)


def exception_page(
    exception_id: UUID, status: int = 200, *, lines: list[Any] | None = None, shown: str = "", assign_form: BaseForm | None = None,
    note_form: BaseForm | None = None, proposal_form: BaseForm | None = None, decision_form: BaseForm | None = None,
) -> ResponseReturnValue:  # fmt: skip
    """One exception, with what was typed. `lines`: the journal that is proposed, to be looked at first."""
    actor = current_actor()
    with reading() as session:
        found = load_one(
            session, exceptions_for(actor).where(MatchException.id == exception_id), missing=ExceptionNotFound
        )
        found_before, people = history(session, found), resolvers(session)
        written, asked = notes(session, found.id), proposals(session, found.id)
        near = suggestions(session, found) if found.state != "closed" else []
        parts = payout_parts(session, found, most=PARTS_SHOWN)
    newest, journal_key = found_before[0]
    waiting = next((row for row in asked if row[0].state == ASKED), None)
    kinds = _offered(found, newest, near)
    return page(
        "matching/exception.html",
        status,
        found=found,
        newest=newest,
        outcomes=[row[0] for row in found_before],
        journal_key=journal_key,
        notes=written,
        near=near,
        parts=parts,
        waiting=waiting,
        waiting_lines=_plain(waiting[0].lines) if waiting else [],
        answered=[row for row in asked if row[0].state != ASKED],
        is_proposer=waiting is not None and waiting[0].asked_by == actor.user_id,
        may_resolve=market_role(actor, *RESOLVERS),
        kinds=kinds,
        lines=None if lines is None else _plain(lines),
        shown=shown,
        assign_form=assign_form or _with_people(AssignForm(formdata=None), people, found.assignee_id),
        note_form=note_form or NoteForm(formdata=None),
        proposal_form=_with_choices(proposal_form or ProposalForm(formdata=None), kinds, near),
        decision_form=decision_form or DecisionForm(formdata=None),
        families=FAMILIES,
        reasons=REASONS,
        rules=RULES,
        kind_words=KINDS,
        chart=CHART,
        amount_text=amount_text,
        event_words=partial(event_words, current_locale()),
        about=_about(newest.detail),
        date_of=date_text if found.family == BANK else date_time_text,
    )


def _offered(found: MatchException, newest: MatchOutcome, near: Sequence[MatchException]) -> tuple[Kind, ...]:
    """Without putting two together where there is nothing to put together."""
    kinds = kinds_for(found.family, found.reason, found.asset, has_journal=newest.journal_id is not None)
    return kinds if near else tuple(kind for kind in kinds if kind is not Kind.LINK)


def _about(detail: str) -> str:
    """What a run wrote down of it; where that begins with an event of the books, in words."""
    first, _space, rest = detail.partition(" ")
    if first not in EVENTS:
        return detail
    return " · ".join(filter(None, (event_words(current_locale(), first), rest)))


def _plain(lines: list[Any]) -> list[PlainLine]:
    return [PlainLine(number, asset, owner, int(amount)) for number, asset, owner, amount in lines]


def _with_people(form: Any, people: Any, assignee: UUID | None) -> BaseForm:
    _offer_people(form, people)
    form.assignee.data = str(assignee or "")
    return form


def _offer_people(form: Any, people: Any) -> None:
    form.assignee.choices = [("", _("Nobody")), *((str(row.id), row.name) for row in people)]


def _with_choices(form: Any, kinds: tuple[Kind, ...], near: Any) -> BaseForm:
    form.kind.choices = [(key.value, _(KINDS[key])) for key in kinds]
    form.other.choices = [(row.reference, row.reference) for row in near]
    if len(kinds) == 1 and not form.kind.data:
        form.kind.data = kinds[0].value
    return form


@bp.post("/books/exceptions/<uuid:exception_id>/assignee")
@require_market_role(*RESOLVERS)
def give(exception_id: UUID) -> ResponseReturnValue:
    form, actor = AssignForm(), current_actor()
    with reading() as session:
        _offer_people(form, resolvers(session))
    if form.validate_on_submit():
        to = UUID(form.assignee.data) if form.assignee.data else None
        try:
            in_transaction(lambda session: assign(session, actor, exception_id, form_token=form.token, to=to))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Saved."))
            return go_on(url_for("matching.one", exception_id=exception_id))
    return exception_page(exception_id, 422, assign_form=form)


@bp.post("/books/exceptions/<uuid:exception_id>/notes")
@require_market_role(*RESOLVERS)
def note(exception_id: UUID) -> ResponseReturnValue:
    form, actor = NoteForm(), current_actor()
    if form.validate_on_submit():
        sent = form.file.data
        file = None
        if sent:
            file = clean(sent.filename or "")[-200:] or "file", sent.read(LARGEST_EVIDENCE + 1)
        words = form.text.data or ""
        try:
            in_transaction(
                lambda session: write_note(session, actor, exception_id, form_token=form.token, text=words, file=file)
            )
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Kept. Notes and files are never changed."))
            return go_on(url_for("matching.one", exception_id=exception_id))
    return exception_page(exception_id, 422, note_form=form)


@bp.get("/books/exceptions/<uuid:exception_id>/evidence/<uuid:note_id>")
@require_market_role(*READERS)
def evidence(exception_id: UUID, note_id: UUID) -> ResponseReturnValue:
    """A file as it was sent; a browser saves it and runs nothing of it."""
    with reading() as session:
        found = load_one(
            session, exceptions_for(current_actor()).where(MatchException.id == exception_id), missing=ExceptionNotFound
        )
        kept = session.get(MatchNote, note_id)
        if kept is None or kept.exception_id != found.id or kept.file is None:
            raise EvidenceNotFound
        answer = Response(kept.file, mimetype="application/octet-stream")
        answer.headers.set("Content-Disposition", "attachment", filename=kept.file_name or "file")
    return answer


@bp.post("/books/exceptions/<uuid:exception_id>/proposals")
@require_market_role(*RESOLVERS)
def propose(exception_id: UUID) -> ResponseReturnValue:
    """First the journal is shown; who has seen it sends it."""
    form, actor = ProposalForm(), current_actor()
    lines: list[Any] | None = None
    if form.validate_on_submit():
        kind, other, why = Kind(form.kind.data), form.other.data or "", form.note.data or ""
        try:
            with reading() as session:
                found = load_one(
                    session, exceptions_for(actor).where(MatchException.id == exception_id), missing=ExceptionNotFound
                )
                lines = plain_lines(entry_for(session, found, kind, key="match:shown", note=why, other=other))
            if form.seen.data == seen_mark(kind, other, lines):
                in_transaction(
                    lambda session: (
                        propose_resolution(
                            session, actor, exception_id, kind, other=other, note=why, form_token=form.token
                        ).id
                    )
                )
                flash(_("Proposed. Nothing is booked until somebody else agrees."))
                return go_on(url_for("matching.one", exception_id=exception_id))
        except DomainError as refusal:
            lines = None
            form.add_problem(refusal)
    shown = "" if lines is None else seen_mark(Kind(form.kind.data), form.other.data or "", lines)
    return exception_page(exception_id, 422 if lines is None else 200, proposal_form=form, lines=lines, shown=shown)


@bp.post("/books/proposals/<uuid:proposal_id>/agree")
@require_market_role(*RESOLVERS)
def agree(proposal_id: UUID) -> ResponseReturnValue:
    form, actor, now = DecisionForm(), current_actor(), datetime.now(UTC)
    exception_id = _asked(proposal_id).exception_id
    if form.validate_on_submit():
        try:
            in_transaction(lambda session: agree_to_proposal(session, actor, proposal_id, now=now).id)
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Resolved. What was proposed stands in the books."))
            return go_on(url_for("matching.one", exception_id=exception_id))
    return exception_page(exception_id, 422, decision_form=form)


@bp.post("/books/proposals/<uuid:proposal_id>/refuse")
@require_market_role(*RESOLVERS)
def refuse(proposal_id: UUID) -> ResponseReturnValue:
    """By whoever proposed it is a withdrawal."""
    form, actor, now = DecisionForm(), current_actor(), datetime.now(UTC)
    asked = _asked(proposal_id)
    if form.validate_on_submit():
        answer = form.answer.data or ""
        decide = withdraw_proposal if asked.asked_by == actor.user_id else refuse_proposal
        try:
            in_transaction(lambda session: decide(session, actor, proposal_id, answer=answer, now=now).id)
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Nothing was booked. The exception stays open."))
            return go_on(url_for("matching.one", exception_id=asked.exception_id))
    return exception_page(asked.exception_id, 422, decision_form=form)


def _asked(proposal_id: UUID) -> MatchProposal:
    """Raises ProposalNotFound."""
    with reading() as session:
        query = proposals_for(current_actor()).where(MatchProposal.id == proposal_id)
        return load_one(session, query, missing=ProposalNotFound)


@bp.get("/books/bank/<uuid:statement_id>")
@require_market_role(*READERS)
def statement(statement_id: UUID) -> ResponseReturnValue:
    """The lines of a bank's statement, each with what became of it."""
    with reading() as session:
        query = statements_for(current_actor()).where(BankStatement.id == statement_id)
        found = load_one(session, query, missing=StatementNotFound)
        lines = lines_of(session, found, cursor=request.args.get("cursor"))
        outcomes = outcomes_of_bank_lines(session, [line.id for line in lines.rows])
    return page(
        "matching/statement.html",
        statement=found,
        lines=lines,
        outcomes=outcomes,
        reasons=REASONS,
        formats=FORMATS,
        money_of=Money,
    )
