"""Companies that buy as programs send and read them."""

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from app.api.schemas import AN_ID, BaseSchema, MoneySchema, Text, money_body
from app.companies.models import Company, CompanyInvitation
from app.companies.queries import odd_tax_number
from app.companies.rules.spending import LARGEST_LIMIT, LONGEST_TAX_NUMBER
from app.identity.rules.roles import APPROVER, PURCHASER
from app.identity.rules.shops import LONGEST_NAME
from app.money.amounts import usd
from app.parties.rules.numbers import Oddity

KINDS = ("company", "sole_trader")
LONGEST_EMAIL = 254
_ROLES = (PURCHASER, APPROVER)
_LIMIT: dict[str, Any] = {
    "load_default": None,
    "strict": True,
    "validate": validate.Range(min=0, max=LARGEST_LIMIT),
    "metadata": {
        "description": "US cents that may be ordered at once without asking; null is no limit",
        "example": 20000,
    },
}


class CompanyTermsSchema(BaseSchema):
    name = Text(required=True, shortest=1, longest=LONGEST_NAME, metadata={"example": "Mekong Foods"})
    tax_number = Text(load_default="", longest=LONGEST_TAX_NUMBER, metadata={"example": "K001-123456789"})
    needs_po = fields.Boolean(load_default=False, metadata={"description": "No order without a number of its own"})


class NewCompanySchema(CompanyTermsSchema):
    kind = fields.String(load_default="company", validate=validate.OneOf(KINDS))
    country = fields.String(required=True, validate=validate.Regexp(r"[A-Z]{2}\Z"), metadata={"example": "KH"})


class MemberTermsSchema(BaseSchema):
    role = fields.String(required=True, validate=validate.OneOf(_ROLES), metadata={"example": PURCHASER})
    limit_cents = fields.Integer(allow_none=True, **_LIMIT)


class InvitationWishSchema(MemberTermsSchema):
    email = fields.Email(
        required=True, validate=validate.Length(max=LONGEST_EMAIL), metadata={"example": "sok@mekong.example"}
    )


class BuyingForSchema(BaseSchema):
    company_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={**AN_ID, "description": "Whose prices and orders count; null: for oneself"},
    )


class InvitationSchema(Schema):
    id = fields.UUID()
    company = fields.String()
    email = fields.String()
    role = fields.String(validate=validate.OneOf(_ROLES))
    limit_usd = fields.Nested(MoneySchema, allow_none=True)


class CompanyRowSchema(Schema):
    id = fields.UUID()
    name = fields.String()
    is_chosen = fields.Boolean(metadata={"description": "Whether one buys for it just now"})


class CompaniesSchema(Schema):
    """The companies one buys for, and invitations to others."""

    rows = fields.List(fields.Nested(CompanyRowSchema))
    invitations = fields.List(fields.Nested(InvitationSchema))


class ColleagueSchema(Schema):
    id = fields.UUID()
    name = fields.String()
    email = fields.String(allow_none=True)
    role = fields.String(validate=validate.OneOf(_ROLES))
    limit_usd = fields.Nested(MoneySchema, allow_none=True)


class CompanySchema(Schema):
    """A company, its people and whom it has invited."""

    id = fields.UUID()
    name = fields.String()
    tax_number = fields.String()
    tax_number_oddity = fields.String(
        allow_none=True,
        validate=validate.OneOf([Oddity.OTHER_FORM, Oddity.CHECK_FAILED]),
        metadata={"description": "Why it should be looked at once more; it is kept all the same"},
    )
    needs_po = fields.Boolean()
    members = fields.List(fields.Nested(ColleagueSchema))
    invitations = fields.List(fields.Nested(InvitationSchema))


def invitation_body(invitation: CompanyInvitation) -> dict[str, Any]:
    return {
        **{name: getattr(invitation, name) for name in ("id", "email", "role")},
        "company": invitation.organization.name,
        "limit_usd": _dollars(invitation.limit_cents),
    }


def company_body(company: Company, people: Sequence[Any], invitations: Sequence[CompanyInvitation]) -> dict[str, Any]:
    """What `CompanySchema` puts into JSON."""
    return {
        "id": company.organization_id,
        "name": company.organization.name,
        "tax_number": company.tax_number,
        "tax_number_oddity": odd_tax_number(company),
        "needs_po": company.needs_po,
        "members": [
            {
                **{name: getattr(one, name) for name in ("id", "name", "email", "role")},
                "limit_usd": _dollars(one.limit_cents),
            }
            for one in people
        ],
        "invitations": [invitation_body(one) for one in invitations],
    }


def _dollars(cents: int | None) -> dict[str, Any] | None:
    return money_body(usd(cents)) if cents is not None else None
