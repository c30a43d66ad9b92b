"""The mailbox of an installation that sends no mail: for trying out, on this machine."""

from urllib.parse import urlsplit

from flask import current_app, request
from flask.typing import ResponseReturnValue

from app.config.settings import Settings, is_loopback
from app.db.session import reading
from app.errors import NotFound
from app.notify.queries import mailbox
from app.notify.views import bp
from app.web.pages import page


def has_mailbox(settings: Settings) -> bool:
    """Only when it was turned on, only where no mail really leaves, and only for who sits at this machine.

    The setting is refused for a public address; should the pages be bound to one all the same, or stand behind a
    proxy, then whoever comes from elsewhere, or by another name, finds nothing.
    """
    if settings.mailbox != "on" or settings.smtp_url:
        return False
    return is_loopback(request.remote_addr) and is_loopback(urlsplit(request.host_url).hostname)


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
