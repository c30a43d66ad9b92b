"""What happened that is a person's business, on one page."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.session import in_transaction, reading
from app.notify.actions.read_news import open_news, read_all
from app.notify.kinds import words_of
from app.notify.queries import news_page
from app.notify.rules import given
from app.notify.views import bp
from app.web.filters import in_words
from app.web.forms import BaseForm
from app.web.pages import go_on, is_safe_path, page
from app.web.signed_in import require_viewer, viewer_id


@bp.get("/notifications")
@require_viewer
def news() -> ResponseReturnValue:
    """The newest first; what was not looked at is marked."""
    with reading() as session:
        found = news_page(session, viewer_id(), cursor=request.args.get("cursor"))
    return page("notify/news.html", news=found)


@bp.get("/notifications/<uuid:notification_id>")
@require_viewer
def open_one(notification_id: UUID) -> ResponseReturnValue:
    """Leads to what it is about, and is then no news any more."""
    person, now = viewer_id(), datetime.now(UTC)
    link = in_transaction(lambda session: open_news(session, person, notification_id, now=now))
    return go_on(link if is_safe_path(link) else url_for("notify.news"))


@bp.post("/notifications/read")
@require_viewer
def read_everything() -> ResponseReturnValue:
    BaseForm().validate()
    person, now = viewer_id(), datetime.now(UTC)
    in_transaction(lambda session: read_all(session, person, now=now))
    return go_on(url_for("notify.news"))


@bp.app_template_filter("news_words")
def news_words(row: Any) -> str:
    """The sentence of one line of news, in the language of whoever looks."""
    values = {name: in_words(value) for name, value in given(row.values).items()}
    words = words_of(row.kind)
    return _(words, **values) if values else _(words)
