"""The documents by which the market knows a shop, for programs of its owners."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response, current_app
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy.orm import Session

from app.access.current import acting_shop, as_person, for_programs, form_token, once_as
from app.access.rules import PAPERS
from app.api.document import PREFIX
from app.api.idempotency import REPLAYED
from app.api.schemas import IdempotencyKeySchema, ShopQuerySchema
from app.api.uploads import UploadSchema, takes_files
from app.db.session import in_transaction, reading
from app.parties.actions.keep_paper import StoredFile, add_paper, remove_paper
from app.parties.handing_out import handed_out
from app.parties.queries import file_of_own, paper_seen_by
from app.parties.rules.checklist import PaperKind
from app.parties.rules.papers import ENDINGS, media_type_of
from app.parties.storage import PaperStorage
from app.web.limits import UPLOAD, limiter

bp = Blueprint("own_papers", __name__, url_prefix=f"{PREFIX}/shop/papers", description="Documents of a shop")
_KINDS = validate.OneOf([kind.value for kind in PaperKind])
_BINARY = {"schema": {"type": "string", "format": "binary"}}


class PaperWishSchema(UploadSchema):
    """PDF, JPEG or PNG, at most 8 MB."""

    kind = fields.String(required=True, validate=_KINDS)


class PaperSchema(Schema):
    id = fields.UUID()
    kind = fields.String(validate=_KINDS)
    name = fields.String()
    media_type = fields.String()
    byte_count = fields.Integer()
    uploaded_at = fields.DateTime()


class PapersSchema(Schema):
    review = fields.String(metadata={"description": "How the market's look at the shop stands"})
    rows = fields.List(fields.Nested(PaperSchema), metadata={"description": "The oldest first, at most twenty"})


@bp.get("")
@for_programs(PAPERS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, PapersSchema)
def papers(asked: dict[str, Any]) -> dict[str, Any]:
    """All of them. The rest of the approval: `/shop/approval`."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        found = file_of_own(session, actor, shop_id)
        return {"review": found.review.value, "rows": found.papers}


@bp.post("")
@for_programs(PAPERS)
@limiter.limit(UPLOAD, key_func=as_person)
@takes_files
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(PaperWishSchema)
@bp.response(201, PaperSchema)
def add(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """Only owners and the market's reviewers can open it."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        file_of_own(session, actor, shop_id)
    content: bytes = sent["content"]
    media_type, storage = media_type_of(content), _storage()
    key = storage.save(content)
    said = {"kind": sent["kind"], "name": sent["name"], "form_token": form_token(), "now": datetime.now(UTC)}

    def work(session: Session) -> Any:
        return add_paper(session, actor, shop_id, StoredFile.of(key, media_type, content), **said)

    try:
        answer = once_as(PaperSchema, work, 201)
    except Exception:
        storage.remove(key)
        raise
    if REPLAYED in answer.headers:
        storage.remove(key)
    return answer


@bp.get("/<uuid:paper_id>")
@for_programs(PAPERS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.doc(responses={200: {"description": "The file", "content": dict.fromkeys(ENDINGS, _BINARY)}})
def paper(asked: dict[str, Any], paper_id: UUID) -> Response:
    """The file as it was sent."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        found = paper_seen_by(session, actor, paper_id)
    return handed_out(found, _storage().read(found.key))


@bp.delete("/<uuid:paper_id>")
@for_programs(PAPERS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(204)
def remove(asked: dict[str, Any], paper_id: UUID) -> Response:
    """The file is deleted with it."""
    actor, _shop = acting_shop(asked["shop"])
    in_transaction(lambda session: remove_paper(session, actor, paper_id, now=datetime.now(UTC)))
    return Response(status=204)


def _storage() -> PaperStorage:
    storage: PaperStorage = current_app.extensions["papers"]
    return storage
