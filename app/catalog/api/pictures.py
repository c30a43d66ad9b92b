"""Pictures of a shop's goods."""

from typing import Any

from flask import current_app
from flask_smorest import Blueprint
from flask_smorest.fields import Upload
from marshmallow import RAISE, Schema

from app.access.current import acting_shop, for_programs
from app.access.rules import LISTINGS_WRITE
from app.api.document import PREFIX
from app.api.schemas import ShopQuerySchema
from app.catalog.own_schemas import OwnPictureSchema, picture_body
from app.db.session import reading, transaction
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING
from app.media.actions.add_picture import add_picture
from app.media.pictures import prepare
from app.media.storage import Storage
from app.web.limits import UPLOAD, counted_as, limiter

bp = Blueprint("own_pictures", __name__, url_prefix=f"{PREFIX}/shop/pictures", description="Pictures of a shop")


class PictureFileSchema(Schema):
    picture = Upload(required=True, metadata={"description": "JPEG, PNG, WebP or GIF"})


@bp.post("")
@for_programs(LISTINGS_WRITE)
@limiter.limit(UPLOAD, key_func=counted_as)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(PictureFileSchema, location="files")
@bp.response(201, OwnPictureSchema)
def add(asked: dict[str, Any], files: dict[str, Any]) -> dict[str, Any]:
    """A picture for goods, named by its id when they are written. The same file again is the same picture."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        shop_run_by(session, actor, shop_id, SELLING)
    prepared = prepare(files["picture"].stream.read())
    storage: Storage = current_app.extensions["media"]
    storage.save(prepared)
    with transaction() as session:
        added = add_picture(session, prepared, organization_id=shop_id)
        return picture_body(added.id, added.sha256)
