"""Reporting a message to the market."""

from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.session import in_transaction, reading
from app.messages.actions.report_message import report_message
from app.messages.forms import ReportForm
from app.messages.queries import message_shown
from app.messages.rules import path_of
from app.messages.viewing import current_party
from app.messages.views import bp
from app.web.limits import SEND_MAIL, limiter
from app.web.pages import flash, go_on, page


@bp.route("/messages/report/<uuid:message_id>", methods=["GET", "POST"])
@limiter.limit(SEND_MAIL, methods=["POST"])
def report(message_id: UUID) -> ResponseReturnValue:
    """For both sides, of what the other one wrote."""
    party, form = current_party(), ReportForm()
    with reading() as session:
        message, thread, side = message_shown(session, party, message_id)
    back = path_of(side, thread.id)
    if form.validate_on_submit():
        reason, text = form.reason.data, form.text.data or ""
        in_transaction(lambda session: report_message(session, party, message_id, reason=reason, text=text))
        flash(_("Reported. Somebody of the market looks at it; you are told what came of it."))
        return go_on(back)
    status = 422 if form.is_submitted() else 200
    return page("messages/report.html", status, form=form, message=message, side=side, back=back)
