"""The news of the token's person, and which mails the person wants."""

from datetime import UTC, datetime
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.current import for_programs, once_as, person_id
from app.access.rules import ACCOUNT
from app.access.schemas import NewsSchema, ReadSchema, TopicsSchema, UnreadSchema, news_body, topics_body
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, PageQuerySchema, page_body, page_schema
from app.db.session import reading
from app.notify.actions.choose_mails import choose_mails
from app.notify.actions.read_news import open_news, read_all
from app.notify.queries import news_page, stopped_topics, unread_count

bp = Blueprint("own_news", __name__, url_prefix=f"{PREFIX}/account", description="News of an account")


@bp.get("/news")
@for_programs(ACCOUNT)
@bp.arguments(PageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(NewsSchema))
def news(asked: dict[str, Any]) -> dict[str, Any]:
    """The newest first."""
    with reading() as session:
        found = news_page(session, person_id(), cursor=asked["cursor"], size=asked["size"])
    return page_body(found, news_body)


@bp.post("/news/read")
@for_programs(ACCOUNT)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ReadSchema)
@bp.response(200, UnreadSchema)
def read(_headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """Note that this was looked at; all of it, if no ids are sent. Somebody else's is not there."""
    user_id = person_id()

    def work(session: Session) -> dict[str, Any]:
        now = datetime.now(UTC)
        if sent["ids"] is None:
            read_all(session, user_id, now=now)
        else:
            for one in sorted(set(sent["ids"])):
                open_news(session, user_id, one, now=now)
        session.flush()
        return {"unread": session.scalar(select(unread_count(user_id)))}

    return once_as(UnreadSchema, work)


@bp.get("/mails")
@for_programs(ACCOUNT)
@bp.response(200, TopicsSchema)
def mails() -> dict[str, Any]:
    """The topics of which the person gets mails."""
    with reading() as session:
        return topics_body(stopped_topics(session, person_id()))


@bp.put("/mails")
@for_programs(ACCOUNT)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(TopicsSchema)
@bp.response(200, TopicsSchema)
def choose(_headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """These and no others from now on."""
    user_id = person_id()

    def work(session: Session) -> dict[str, Any]:
        choose_mails(session, user_id, sent["topics"])
        session.flush()
        return topics_body(stopped_topics(session, user_id))

    return once_as(TopicsSchema, work)
