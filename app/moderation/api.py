"""Reporting goods, for programs of whoever looks at them."""

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from app.access.current import as_person, asking, for_programs, once_as
from app.access.rules import MESSAGES
from app.api.document import PREFIX
from app.api.schemas import BaseSchema, IdempotencyKeySchema, Text
from app.moderation.actions.report_listing import report_listing
from app.moderation.rules import LONGEST_REPORT, OPEN, REASONS
from app.web.limits import REGISTER, limiter

bp = Blueprint("goods_reports", __name__, url_prefix=f"{PREFIX}/listings", description="Goods that should not be here")


class GoodsReportWishSchema(BaseSchema):
    """Why the market is to look at these goods."""

    reason = fields.String(required=True, validate=validate.OneOf(list(REASONS)), metadata={"example": "copy"})
    text = Text(load_default="", longest=LONGEST_REPORT, metadata={"example": "I know the brand: it is not theirs."})


class GoodsReportSchema(Schema):
    listing = fields.String(metadata={"description": "The slug of the goods"})
    state = fields.String(validate=validate.OneOf([OPEN]))


@bp.post("/<slug>/reports")
@for_programs(MESSAGES)
@limiter.shared_limit(REGISTER, scope="goods-reports", key_func=as_person)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(GoodsReportWishSchema)
@bp.response(201, GoodsReportSchema)
def report_goods(_headers: dict[str, str], sent: dict[str, str], slug: str) -> Response:
    """Somebody of the market looks at them. While it is open, a second report of the same person is the first."""
    actor = asking().actor

    def work(session: Session) -> dict[str, str]:
        report_listing(session, actor, slug, reason=sent["reason"], text=sent["text"])
        return {"listing": slug, "state": OPEN}

    return once_as(GoodsReportSchema, work, 201)
