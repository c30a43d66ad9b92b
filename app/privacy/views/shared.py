"""What both kinds of pages have in common."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Response, current_app
from flask.typing import ResponseReturnValue

from app.config.settings import Settings
from app.db.session import in_transaction, reading
from app.errors import N_
from app.privacy.actions.export_data import request_export
from app.privacy.parts import PARTS
from app.privacy.queries import export_content, matters_of, newest_export
from app.privacy.rules import Matter, Reason, Subject
from app.web.forms import BaseForm
from app.web.languages import current_locale
from app.web.pages import page

REASONS = {
    Reason.UNPAID: N_("is not paid yet. Pay it, or wait until its time is over."),
    Reason.HELD: N_("has money in escrow. Say that you have the goods, cancel it, or wait until it is over."),
    Reason.REFUND: N_("has a refund on its way to you. Wait until it has arrived."),
    Reason.BANK: N_("is disputed at your bank. Wait until that is decided."),
    Reason.SELLING: N_("was sold by your shop and is not over. See it through first."),
    Reason.UNPAID_SHOP: N_("still has money here. Ask for it on the page “Money”."),
    Reason.STAFF: N_("is run by you among others. Ask an operator to end your role first."),
    Reason.OWED: N_("is still owed money from before the market began. Ask the market to pay it first."),
}


def data_page(subject: Subject, *, erase: str, back: str) -> ResponseReturnValue:
    """The newest copy and how far it is, and the way to erasing."""
    with reading() as session:
        export = newest_export(session, subject)
    return page("privacy/data.html", export=export, parts=PARTS, erase=erase, back=back)


def ask_for_copy(subject: Subject) -> None:
    now = datetime.now(UTC)
    in_transaction(lambda session: request_export(session, subject, locale=current_locale(), now=now).id)


def download(subject: Subject, export_id: UUID) -> Response:
    with reading() as session:
        content = export_content(session, subject, export_id)
    answer = Response(content, mimetype="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def erase_page(subject: Subject, form: BaseForm, status: int = 200, **more: object) -> ResponseReturnValue:
    """What goes, what stays and why; the form only when nothing stands in the way."""
    with reading() as session:
        matters = matters_of(session, subject)
    settings: Settings = current_app.config["SETTINGS"]
    return page(
        "privacy/erase.html",
        status,
        form=form,
        matters=[(matter, _path(matter), REASONS[matter.reason]) for matter in matters],
        years=settings.books_kept_years,
        **more,
    )


def _path(matter: Matter) -> str | None:
    if matter.reason is Reason.SELLING:
        return f"/desk/orders/{matter.name}"
    if matter.reason is Reason.UNPAID_SHOP:
        return "/desk/money"
    return None if matter.reason in (Reason.STAFF, Reason.OWED) else f"/orders/{matter.name}"
