"""Bank files: what is in them, the file itself, and noting that the bank has paid."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.locks import load_one
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import market_role
from app.identity.current import current_actor, require_market_role
from app.payouts.actions.mark_paid import mark_paid
from app.payouts.actions.take_bank_file import take_bank_file
from app.payouts.errors import BankFileNotFound
from app.payouts.forms import PaidForm
from app.payouts.models import BankFile
from app.payouts.queries import PAYING_ROLES, READING_ROLES, bank_files_of, payments_in
from app.payouts.views import bp
from app.payouts.views.words import failure_words
from app.web.pages import flash, go_on, page


@bp.get("/console/bank-files/<uuid:bank_file_id>")
@require_market_role(*READING_ROLES)
def bank_file(bank_file_id: UUID) -> ResponseReturnValue:
    return _file_page(bank_file_id, PaidForm())


@bp.post("/console/bank-files/<uuid:bank_file_id>")
@require_market_role(*PAYING_ROLES)
def note_paid(bank_file_id: UUID) -> ResponseReturnValue:
    form, actor = PaidForm(), current_actor()
    if form.validate_on_submit():
        reference, now = form.bank_reference.data or "", datetime.now(UTC)
        try:
            in_transaction(
                lambda session: mark_paid(session, actor, bank_file_id, bank_reference=reference, paid_at=now)
            )
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Booked. Each redemption in the file is paid."))
            return go_on(url_for("payouts.bank_file", bank_file_id=bank_file_id))
    return _file_page(bank_file_id, form, 422)


def _file_page(bank_file_id: UUID, form: PaidForm, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    query = bank_files_of(actor).where(BankFile.id == bank_file_id)
    with reading() as session:
        file = load_one(session, query, missing=BankFileNotFound)
        rows = payments_in(session, bank_file_id)
    may_pay = market_role(actor, *PAYING_ROLES)
    return page(
        "payouts/bank_file.html", status, form=form, file=file, rows=rows, may_pay=may_pay, kinds=failure_words()
    )


@bp.get("/console/bank-files/<uuid:bank_file_id>.csv")
@require_market_role(*PAYING_ROLES)
def bank_file_download(bank_file_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    text = in_transaction(lambda session: take_bank_file(session, actor, bank_file_id))
    answer = Response(text, mimetype="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="bank-file-{bank_file_id.hex[-12:]}.csv"'
    return answer
