"""What a shop tells for its approval, as programs send and read it."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from app.api.schemas import BaseSchema, Text
from app.identity.rules.roles import SHOP_KINDS
from app.parties.queries import ShopFile, number_forms_of, own_oddities
from app.parties.rules.checklist import (
    ATTESTATION_VERSION,
    ATTESTATIONS,
    LONGEST_LEGAL_NAME,
    LONGEST_NUMBER,
    PaperKind,
    Step,
    missing_papers,
)
from app.parties.rules.numbers import Oddity, Which
from app.parties.rules.review import Review, may_go
from app.states.edges import By


class LegalIdentitySchema(BaseSchema):
    kind = fields.String(required=True, validate=validate.OneOf(SHOP_KINDS), metadata={"example": "company"})
    legal_name = Text(
        required=True,
        shortest=1,
        longest=LONGEST_LEGAL_NAME,
        metadata={"description": "In full, as on the document", "example": "Sothy Co., Ltd."},
    )


class ShopNumbersSchema(BaseSchema):
    """As the country writes them; empty for who has none."""

    registration = Text(required=True, longest=LONGEST_NUMBER, metadata={"example": "00012345"})
    tax = Text(required=True, longest=LONGEST_NUMBER, metadata={"example": "K001-123456789"})


class AttestationWishSchema(BaseSchema):
    version = fields.String(
        required=True,
        validate=validate.OneOf([ATTESTATION_VERSION]),
        metadata={"description": "Of the text that the owner has read and stands by"},
    )


class ApprovalStepSchema(Schema):
    step = fields.String(validate=validate.OneOf(list(Step)))
    is_done = fields.Boolean()


class ToldNumberSchema(Schema):
    which = fields.String(validate=validate.OneOf(list(Which)))
    number = fields.String()
    name = fields.String(allow_none=True, metadata={"description": "What it is called in the shop's country"})
    format_example = fields.String(allow_none=True, metadata={"description": "How it is written there"})
    oddity = fields.String(
        allow_none=True,
        validate=validate.OneOf(list(Oddity)),
        metadata={"description": "What the owner may look at once more; it keeps nobody from sending"},
    )


class AttestationSchema(Schema):
    version = fields.String()
    text = fields.String(metadata={"description": "In the asker's language"})
    given_at = fields.DateTime(allow_none=True)


class ShopApprovalSchema(Schema):
    """How far the market's look at the shop is, and what the shop has told."""

    review = fields.String(validate=validate.OneOf(list(Review)))
    reason = fields.String(metadata={"description": "What the market wrote to the owner the last time"})
    sent_at = fields.DateTime(allow_none=True)
    may_be_sent = fields.Boolean(metadata={"description": "All steps are done, and the owner has the next word"})
    steps = fields.List(fields.Nested(ApprovalStepSchema), metadata={"description": "In the order of the page"})
    kind = fields.String()
    legal_name = fields.String()
    numbers = fields.List(fields.Nested(ToldNumberSchema))
    missing_papers = fields.List(
        fields.String(validate=validate.OneOf(list(PaperKind))), metadata={"description": "To be sent to /shop/papers"}
    )
    attestation = fields.Nested(AttestationSchema)


def approval_body(found: ShopFile) -> dict[str, Any]:
    """What `ShopApprovalSchema` puts into JSON."""
    told = found.dossier
    version = told.attested_version or ATTESTATION_VERSION
    return {
        **{name: getattr(told, name) for name in ("reason", "sent_at", "legal_name")},
        "review": found.review.value,
        "may_be_sent": found.is_complete and may_go(found.review, Review.SENT, By.SELLER),
        "steps": [{"step": step.value, "is_done": is_done} for step, is_done in found.steps.items()],
        "kind": found.shop.kind,
        "numbers": _numbers(found),
        "missing_papers": [kind.value for kind in missing_papers(found.shop.kind, [one.kind for one in found.papers])],
        "attestation": {"version": version, "text": _(ATTESTATIONS[version]), "given_at": told.attested_at},
    }


def _numbers(found: ShopFile) -> list[dict[str, Any]]:
    told = {Which.REGISTRATION: found.dossier.registration_number, Which.TAX: found.dossier.tax_number}
    forms, odd = number_forms_of(found.shop), own_oddities(found)
    return [
        {
            "which": which.value,
            "number": number,
            "name": form.name if (form := forms.get(which)) else None,
            "format_example": form.example if form else None,
            "oddity": odd[which].value if which in odd else None,
        }
        for which, number in told.items()
    ]
