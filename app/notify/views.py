"""The mailbox of an installation that sends no mail: for trying out."""

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from app.config.settings import Settings
from app.db.session import reading
from app.errors import NotFound
from app.notify.queries import mailbox
from app.web.pages import page

bp = Blueprint("notify", __name__)


def has_mailbox(settings: Settings) -> bool:
    """Never in production, and not where mails really leave."""
    return not settings.is_production and not settings.smtp_url


@bp.app_context_processor
def _mailbox_link() -> dict[str, bool]:
    return {"has_mailbox": has_mailbox(current_app.config["SETTINGS"])}


@bp.get("/mailbox")
def show() -> ResponseReturnValue:
    """Every mail, newest first, or those to one address (`?to=`)."""
    if not has_mailbox(current_app.config["SETTINGS"]):
        raise NotFound
    to = request.args.get("to", "").strip()
    with reading() as session:
        mails = mailbox(session, recipient=to or None, cursor=request.args.get("cursor"))
    return page("notify/mailbox.html", mails=mails.rows, next_cursor=mails.next_cursor, to=to)
