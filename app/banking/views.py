"""Pages of bank statements."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.banking.actions.keep_statement import StatementFile, keep_statement
from app.banking.forms import StatementForm
from app.banking.queries import kept_statements
from app.banking.rules import FORMATS, KEEPERS, LARGEST_FILE, READERS, read_statement
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import market_role
from app.identity.current import current_actor, require_keeper, require_market_role
from app.web.fields import clean
from app.web.pages import flash, go_on, page

bp = Blueprint("banking", __name__)


@bp.route("/books/bank", methods=["GET", "POST"])
@require_market_role(*READERS)
def statements() -> ResponseReturnValue:
    """Take a file in; below it those that were."""
    require_keeper(*KEEPERS)
    form, actor = StatementForm(), current_actor()
    if form.validate_on_submit():
        sent = form.file.data
        file = StatementFile(
            clean(sent.filename or "")[-200:], sent.read(LARGEST_FILE + 1), form.format.data, form.account.data or ""
        )
        try:
            read = read_statement(file.content, file.format, form.currency.data)
            statement_id = in_transaction(lambda session: keep_statement(session, actor, file, read))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(
                _(
                    "Kept. Lines that an earlier file had are not counted twice. What does not match shows under Exceptions in a moment."
                )
            )
            return go_on(url_for("matching.statement", statement_id=statement_id))
    with reading() as session:
        kept = kept_statements(session, actor, cursor=request.args.get("cursor"))
    return page(
        "banking/statements.html",
        422 if form.is_submitted() else 200,
        form=form,
        kept=kept,
        formats=FORMATS,
        may_keep=market_role(actor, *KEEPERS),
    )
