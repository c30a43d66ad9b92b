"""Pictures of a shop's goods."""

from typing import Any

from flask import Response, current_app
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, for_programs, once_as
from app.access.rules import LISTINGS_WRITE
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopQuerySchema, Text
from app.api.uploads import UploadSchema, takes_files
from app.catalog.own_schemas import OwnPictureSchema, picture_body
from app.db.session import reading
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING
from app.media.actions.add_picture import LONGEST_ALT, add_picture
from app.media.pictures import prepare
from app.media.storage import Storage
from app.web.limits import UPLOAD, counted_as, limiter

bp = Blueprint("own_pictures", __name__, url_prefix=f"{PREFIX}/shop/pictures", description="Pictures of a shop")


class PictureFileSchema(UploadSchema):
    """JPEG, PNG, WebP or GIF. `alt` says what is to be seen to who does not see it."""

    alt = Text(load_default="", longest=LONGEST_ALT)


@bp.post("")
@for_programs(LISTINGS_WRITE)
@limiter.limit(UPLOAD, key_func=counted_as)
@takes_files
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(PictureFileSchema)
@bp.response(201, OwnPictureSchema)
def add(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """A picture for goods, named by its id when they are written. The same file again is the same picture, with what was said of it first."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        shop_run_by(session, actor, shop_id, SELLING)
    prepared = prepare(sent["content"])
    storage: Storage = current_app.extensions["media"]
    storage.save(prepared)

    def work(session: Session) -> dict[str, Any]:
        return picture_body(add_picture(session, prepared, organization_id=shop_id, alt=sent["alt"]))

    return once_as(OwnPictureSchema, work, 201)
