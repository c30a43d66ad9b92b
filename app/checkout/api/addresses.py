"""The address book of an account."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from app.access.current import for_programs, once_as, person_id
from app.access.rules import ACCOUNT
from app.addresses.actions.keep_address import change_address, delete_address, keep_address, make_default
from app.addresses.models import SavedAddress
from app.addresses.queries import address_of, addresses_of
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, Text
from app.checkout.rules.contact import LONGEST_NAME
from app.checkout.schemas import AddressSchema
from app.db.session import in_transaction, reading

bp = Blueprint(
    "address_book", __name__, url_prefix=f"{PREFIX}/account/addresses", description="Addresses of an account"
)


class KeptAddressSchema(AddressSchema):
    """With who receives the parcels."""

    name = Text(required=True, shortest=1, longest=LONGEST_NAME, metadata={"example": "Dara Chan"})


class SavedAddressSchema(Schema):
    id = fields.UUID()
    is_default = fields.Boolean()
    address = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "The parts it has"})


class AddressesSchema(Schema):
    rows = fields.List(fields.Nested(SavedAddressSchema))


@bp.get("")
@for_programs(ACCOUNT)
@bp.response(200, AddressesSchema)
def addresses() -> dict[str, Any]:
    """All of them, the default first."""
    with reading() as session:
        return {"rows": addresses_of(session, person_id())}


@bp.post("")
@for_programs(ACCOUNT)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(KeptAddressSchema)
@bp.response(201, SavedAddressSchema)
def add(_headers: dict[str, str], address: dict[str, str]) -> Response:
    """Another one; one that is there already is found again."""
    user_id = person_id()

    def work(session: Session) -> SavedAddress:
        made = keep_address(session, user_id, address, now=datetime.now(UTC))
        return address_of(session, user_id, made)

    return once_as(SavedAddressSchema, work, 201)


@bp.put("/<uuid:address_id>")
@for_programs(ACCOUNT)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(KeptAddressSchema)
@bp.response(200, SavedAddressSchema)
def change(_headers: dict[str, str], address: dict[str, str], address_id: UUID) -> Response:
    """Say all of it anew. Orders that went there keep what was printed."""
    user_id = person_id()

    def work(session: Session) -> SavedAddress:
        change_address(session, user_id, address_id, address)
        session.flush()
        return address_of(session, user_id, address_id)

    return once_as(SavedAddressSchema, work)


@bp.post("/<uuid:address_id>/default")
@for_programs(ACCOUNT)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, SavedAddressSchema)
def default(_headers: dict[str, str], address_id: UUID) -> Response:
    """The one that is offered first."""
    user_id = person_id()

    def work(session: Session) -> SavedAddress:
        make_default(session, user_id, address_id)
        session.expire_all()
        return address_of(session, user_id, address_id)

    return once_as(SavedAddressSchema, work)


@bp.delete("/<uuid:address_id>")
@for_programs(ACCOUNT)
@bp.response(204)
def remove(address_id: UUID) -> Response:
    """Twice is once, and somebody else's is not there."""
    user_id = person_id()
    in_transaction(lambda session: delete_address(session, user_id, address_id))
    return Response(status=204)
