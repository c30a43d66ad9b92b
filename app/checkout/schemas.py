"""The cart and the order as programs send and read them."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates, validates_schema

from app.api.schemas import AN_ID, BaseSchema, HeadersSchema, MoneySchema, Text, secret_header
from app.catalog.counted_schemas import CountedSchema
from app.checkout.actions.change_cart import MAX_LINES
from app.checkout.rules.approvals import LONGEST_REASON, STATES
from app.checkout.rules.contact import LONGEST_EMAIL, LONGEST_NAME, LONGEST_PHONE, read_email, read_phone
from app.checkout.rules.draft import ADDRESS, CONTACT, SHIPPING
from app.companies.rules.spending import LONGEST_PO
from app.errors import Invalid
from app.orders.rules.purchase import CARD, MAX_QUANTITY, TERMS, WALLET
from app.orders.schemas import OrderGroupSchema
from app.web.addresses import COUNTRIES, PARTS, address_format, address_problems
from app.web.languages import CODES
from app.web.money_input import latin_digits
from app.web.problem_words import sentence

_CENTS = {"description": "In US dollars, as a card is charged"}
_MOST_AMOUNTS = 3 * MAX_LINES
LONGEST_CODE, MOST_VOUCHERS = 60, 33


class CartTokenSchema(HeadersSchema):
    """Who has the token can read and change the cart."""

    token = secret_header("Cart-Token", "From POST /carts")


class OnceSchema(CartTokenSchema):
    """With the header that makes a request sent twice one."""

    key = fields.String(
        data_key="Idempotency-Key",
        required=True,
        validate=validate.Regexp(r"[\x21-\x7e]{1,255}\Z"),
        metadata={"description": "New for every new intention; sent again, it gets the same order"},
    )


class WantedSchema(BaseSchema):
    """So many of one variant."""

    variant_id = fields.UUID(required=True, metadata=AN_ID)
    quantity = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=1, max=MAX_QUANTITY), metadata={"example": 2}
    )


class ContactSchema(BaseSchema):
    """Who buys. A phone number without `+` is one of the address's country; `language` is that of mails."""

    email = Text(required=True, longest=LONGEST_EMAIL, metadata={"example": "dara@people.example"})
    name = Text(required=True, longest=LONGEST_NAME, metadata={"example": "Dara Chan"})
    phone = Text(required=True, longest=LONGEST_PHONE, metadata={"example": "091 234 567"})
    language = fields.String(validate=validate.OneOf(CODES))

    @validates("name")
    def has_a_name(self, name: str, **_others: Any) -> None:
        if not name:
            raise ValidationError(_("Fill this in."))


class AddressSchema(BaseSchema):
    """Where the parcel goes: the parts that the country has, by the names of the address form."""

    country = fields.String(required=True, validate=validate.OneOf(COUNTRIES))
    name = Text(longest=LONGEST_NAME, metadata={"description": "Who receives it; the contact, if left out"})
    organization = Text()
    street = Text()
    area = Text(metadata={"description": "Commune, barangay, village, ward"})
    district = Text()
    city = Text()
    region = Text()
    postal_code = Text(longest=12)

    @validates_schema
    def fits_its_country(self, address: dict[str, str], **_others: Any) -> None:
        problems = address_problems(address)
        extra = set(address) - {
            "country",
            "name",
            "organization",
            *(part.name for part in address_format(address["country"]).parts),
        }
        told = {one.part: [_(one.message, **one.values) if one.values else _(one.message)] for one in problems}
        told |= {part: [_("Addresses of this country do not have this part.")] for part in sorted(extra)}
        if told:
            raise ValidationError(told)

    @post_load
    def keep_what_is_filled(self, address: dict[str, str], **_others: Any) -> dict[str, str]:
        return {part: address[part] for part in PARTS if address.get(part)}


class ChosenShippingSchema(BaseSchema):
    seller_id = fields.UUID(required=True)
    rate_id = fields.UUID(required=True)


class CartContentSchema(BaseSchema):
    """What is left out stays as it is; `lines`, when sent, are all lines."""

    lines = fields.List(fields.Nested(WantedSchema), validate=validate.Length(max=MAX_LINES))
    contact = fields.Nested(ContactSchema)
    address = fields.Nested(AddressSchema)
    shipping = fields.List(fields.Nested(ChosenShippingSchema), validate=validate.Length(max=MAX_LINES))
    vouchers = fields.List(
        Text(longest=LONGEST_CODE),
        validate=validate.Length(max=MOST_VOUCHERS),
        metadata={"description": "Codes; these are then all there are"},
    )

    @validates_schema
    def says_something(self, content: dict[str, Any], **_others: Any) -> None:
        if not content:
            raise ValidationError(_("Send what is to be different."))

    @validates_schema
    def names_each_once(self, content: dict[str, Any], **_others: Any) -> None:
        for name, key in (("lines", "variant_id"), (SHIPPING, "seller_id")):
            named = [one[key] for one in content.get(name, [])]
            if len(set(named)) < len(named):
                raise ValidationError(_("Name each of them once."), name)


class DealCartContentSchema(CartContentSchema):
    """Goods and prices are those that were agreed on; what is left out stays as it is."""

    class Meta:
        exclude = ("lines", "vouchers")


class NewCartSchema(CartContentSchema):
    """A cart begins with goods; everything else may come later."""

    lines = fields.List(fields.Nested(WantedSchema), required=True, validate=validate.Length(min=1, max=MAX_LINES))


class OrderWishSchema(BaseSchema):
    """`amounts` are those of the cart that the buyer saw: if one is different now, nothing is ordered."""

    paid_by = fields.String(load_default=CARD, validate=validate.OneOf([CARD]))
    amounts = fields.Dict(
        keys=Text(),
        values=fields.Integer(strict=True),
        required=True,
        validate=validate.Length(max=_MOST_AMOUNTS),
        metadata={"description": "Of the answer that was looked at", "example": {"total": 3050}},
    )


class AccountOrderWishSchema(OrderWishSchema):
    """`company_id` is the company one is buying for; left out, one buys for oneself.

    `paid_by` terms: ordered now and paid later, where the seller lets the company. Nothing of it is then in escrow.
    """

    paid_by = fields.String(load_default=CARD, validate=validate.OneOf([CARD, TERMS, WALLET]))
    wallet = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"0x(?!0{40})[0-9a-fA-F]{40}\Z"),
        metadata={"description": "Whose tokens pay; left out, the wallet that the account signs in with"},
    )
    company_id = fields.UUID(load_default=None, metadata={"description": "As `PUT /account/buying-for` has chosen it"})
    po_number = Text(load_default="", longest=LONGEST_PO, metadata={"description": "The company's own number"})


class ApprovalWishSchema(AccountOrderWishSchema):
    """The cart, or that of a deal, as the buyer saw it is put before the company's approvers."""

    class Meta(AccountOrderWishSchema.Meta):
        exclude = ("wallet",)

    paid_by = fields.String(load_default=CARD, validate=validate.OneOf([CARD]))
    company_id = fields.UUID(required=True, metadata=AN_ID)
    note = Text(load_default="", longest=LONGEST_REASON, metadata={"example": "For the kitchen."})


class PaidBySchema(BaseSchema):
    """Without a body: by card. `terms` where the seller lets the company pay later."""

    paid_by = fields.String(load_default=CARD, validate=validate.OneOf([CARD, TERMS]))


class ReasonSchema(BaseSchema):
    reason = Text(required=True, shortest=1, longest=LONGEST_REASON, metadata={"example": "Ask again in March."})


class TakeOverSchema(BaseSchema):
    """Whose the order will be. A phone number without `+` is one of the market's country."""

    contact = fields.Nested(ContactSchema, required=True)


class SeenSchema(BaseSchema):
    """The amounts that were looked at: if one is different now, nothing happens."""

    amounts = fields.Dict(
        keys=Text(),
        values=fields.Integer(strict=True),
        required=True,
        validate=validate.Length(max=_MOST_AMOUNTS),
        metadata={"description": "Of the answer that was looked at", "example": {"total": 3050}},
    )


class ApprovalRowSchema(Schema):
    """An order that an approver of the company is asked about."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(STATES))
    company = fields.String()
    who = fields.String(metadata={"description": "Who asked"})
    total_usd = fields.Nested(MoneySchema)
    po_number = fields.String()
    asked_at = fields.DateTime()


class ApprovalLineSchema(CountedSchema):
    seller = fields.String()
    titles = fields.Dict(keys=fields.String(), values=fields.String())
    choice = fields.Dict(keys=fields.String(), values=fields.String())
    quantity = fields.Integer()
    is_sample = fields.Boolean()
    price = fields.Nested(MoneySchema)
    total_usd = fields.Nested(MoneySchema)


class ApprovalEventSchema(Schema):
    kind = fields.String()
    total_usd = fields.Nested(MoneySchema)
    at = fields.DateTime()


class ApprovalSchema(Schema):
    """`amounts` are those of this moment, to be sent back with a yes; null while it cannot be ordered or is over."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(STATES))
    company_id = fields.UUID()
    deal_id = fields.UUID(allow_none=True, metadata={"description": "The deal it is about, if it is about one"})
    ends_at = fields.DateTime(allow_none=True, metadata={"description": "When the deal, and with it the request, ends"})
    total_usd = fields.Nested(MoneySchema, metadata={"description": "As asked for, or approved last"})
    lines = fields.List(fields.Nested(ApprovalLineSchema))
    po_number = fields.String()
    note = fields.String()
    reason = fields.String(metadata={"description": "Why not"})
    asked_at = fields.DateTime()
    decided_at = fields.DateTime(allow_none=True)
    order_group_id = fields.UUID(allow_none=True)
    amounts = fields.Dict(keys=fields.String(), values=fields.Integer(), allow_none=True)
    has_asker_left = fields.Boolean(metadata={"description": "Then an approver takes it over, or declines it"})
    has_changed = fields.Boolean(metadata={"description": "Whether these differ from what was asked for"})
    history = fields.List(fields.Nested(ApprovalEventSchema))


class CartProblemSchema(Schema):
    code = fields.String(metadata={"description": "Stable, for programs"})
    message = fields.String()
    variant_id = fields.UUID(allow_none=True)
    seller_id = fields.UUID(allow_none=True)


class CartLineSchema(CountedSchema):
    """`total_usd` is `total` at the seller's rate, half to even, in whole cents: the sum of these is what is paid."""

    variant_id = fields.UUID()
    titles = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "By language"})
    sku = fields.String()
    quantity = fields.Integer()
    is_sample = fields.Boolean(metadata={"description": "A sample, at the sample's price; `unit` is then `sample`"})
    most = fields.Integer(metadata={"description": "How many can be ordered just now"})
    price = fields.Nested(MoneySchema)
    total = fields.Nested(MoneySchema)
    total_usd = fields.Nested(MoneySchema, metadata=_CENTS)


class ShippingOptionSchema(Schema):
    rate_id = fields.UUID()
    method = fields.String()
    carrier = fields.String()
    days_min = fields.Integer()
    days_max = fields.Integer()
    price = fields.Nested(MoneySchema)
    price_usd = fields.Nested(MoneySchema, metadata=_CENTS)
    is_chosen = fields.Boolean()


class CartSellerSchema(Schema):
    """What one seller would send: one order of its own."""

    id = fields.UUID()
    name = fields.String()
    slug = fields.String()
    lines = fields.List(fields.Nested(CartLineSchema))
    shipping = fields.List(fields.Nested(ShippingOptionSchema))
    total_usd = fields.Nested(MoneySchema, metadata=_CENTS)


class CartVoucherSchema(Schema):
    """`off_usd` is nothing, and `problem` says why, where it cannot be used now. `seller_id` is null for the market's."""

    code = fields.String()
    seller_id = fields.UUID(allow_none=True)
    off_usd = fields.Nested(MoneySchema, metadata=_CENTS)
    problem = fields.String(allow_none=True)


class CartSchema(Schema):
    """`amounts` is null while something stands in the way; send it back to order just this."""

    token = fields.String(metadata={"description": "The Cart-Token of the other requests; keep it secret"})
    country = fields.String(metadata={"description": "Of delivery"})
    sellers = fields.List(fields.Nested(CartSellerSchema))
    total_usd = fields.Nested(MoneySchema, metadata=_CENTS)
    vouchers = fields.List(fields.Nested(CartVoucherSchema))
    problems = fields.List(fields.Nested(CartProblemSchema))
    card_problem = fields.Nested(
        CartProblemSchema, allow_none=True, metadata={"description": "Why no card can pay this, though a wallet may"}
    )
    missing = fields.List(fields.String(), metadata={"description": "What must be given before it can be ordered"})
    amounts = fields.Dict(keys=fields.String(), values=fields.Integer(), allow_none=True)


class AccountCartSchema(CartSchema):
    """The cart of an account, which no token but the account's own opens."""

    class Meta:
        exclude = ("token",)


class PlacedSchema(OrderGroupSchema):
    """`pay_url` is the page where the buyer types the card; null when nothing is to be paid any more."""

    key = fields.String(metadata={"description": "The Order-Key of later requests; keep it secret"})
    pay_url = fields.String(allow_none=True)
    to_sign = fields.Dict(
        keys=fields.String(),
        allow_none=True,
        metadata={"description": "For a wallet: the ERC-3009 transfer to sign by EIP-712, for `POST …/signature`"},
    )


def draft_of(content: Mapping[str, Any], *, country: str) -> dict[str, Any]:
    """The parts of the draft that were sent, as checkout keeps them. `country` reads a phone number without one.

    Raises ValidationError.
    """
    draft: dict[str, Any] = {}
    if "contact" in content:
        draft[CONTACT] = _readable(content["contact"], country)
    if "address" in content:
        draft[ADDRESS] = content["address"]
    if SHIPPING in content:
        draft[SHIPPING] = {str(one["seller_id"]): str(one["rate_id"]) for one in content[SHIPPING]}
    return draft


def _readable(contact: Mapping[str, str], country: str) -> dict[str, str]:
    told, read = {}, dict(contact)
    for name, reads in (("email", read_email), ("phone", lambda typed: read_phone(latin_digits(typed), country))):
        try:
            read[name] = reads(contact[name])
        except Invalid as problem:
            told[name] = [sentence(problem)]
    if told:
        raise ValidationError({CONTACT: told})
    return read
