"""What a copy of somebody's data is made of: one list of rows per part, read with the eyes of its subject."""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session, lazyload, undefer

from app.access.models import ApiToken
from app.addresses.queries import addresses_of
from app.audit.models import AuditEntry
from app.catalog.models import Listing, Variant
from app.checkout.models import ApprovalRequest, Cart, CartLine
from app.companies.models import CompanyInvitation, SpendingLimit
from app.errors import N_
from app.identity.models import Member, MemberInvitation, Organization, User
from app.identity.rules.roles import OWNER
from app.messages.models import Report
from app.messages.queries import conversations as written
from app.moderation.models import ListingReport
from app.notify.models import Notification
from app.notify.queries import mails_about, news_of
from app.orders.models import Dispute, Order
from app.orders.return_models import DisputeEvidence, OrderFile, OrderReturn
from app.parties.models import Dossier, Paper
from app.pricing.models import CustomerGroup, GroupMember
from app.privacy.queries import groups_of
from app.privacy.rules import Subject
from app.purchasing.models import QuickLine, QuickOrder, RequisitionLine, RequisitionList
from app.quotes.models import Deal, DealLine, Offer
from app.ratings.models import Rating
from app.ratings.rules import Side
from app.rfqs.models import Asked, Quote, Rfq, RfqFile, RfqLine, RfqNote
from app.wishes.models import Wish
from app.withholding.models import SellerStatement, SellerTaxNumber

Row = Mapping[str, Any]
SIGN_IN = "user.sign_in"


def profile(session: Session, subject: Subject) -> list[Row]:
    if subject.user_id is None:
        return [_of(group, "name", "email", "phone", "locale") for group in groups_of(session, subject)]
    user = session.get_one(User, subject.user_id)
    columns = ("id", "name", "email", "locale", "created_at", "confirmed_at", "wallet_address")
    return [{**_of(user, *columns), "has_password": user.password is not None}]


def roles(session: Session, subject: Subject) -> list[Row]:
    if subject.user_id is None:
        return []
    query = (
        select(Organization.name, Organization.kind, Organization.country, Member.role, Member.created_at)
        .join(Organization, Organization.id == Member.organization_id)
        .where(Member.user_id == subject.user_id)
        .order_by(Member.created_at, Member.id)
    )
    return [dict(row._mapping) for row in session.execute(query)]  # noqa: SLF001 - its public name for a mapping


def invitations(session: Session, subject: Subject) -> list[Row]:
    """Roles that shops offered to this address."""
    if subject.email is None:
        return []
    query = (
        select(MemberInvitation, Organization.name)
        .join(Organization, Organization.id == MemberInvitation.organization_id)
        .where(MemberInvitation.email == subject.email)
        .order_by(MemberInvitation.invited_at, MemberInvitation.id)
    )
    columns = ("role", "invited_at", "expires_at", "accepted_at", "withdrawn_at")
    return [{"shop": name, **_of(invitation, *columns)} for invitation, name in session.execute(query)]


def dossiers(session: Session, subject: Subject) -> list[Row]:
    """What was told of the shops this person owns."""
    query = (
        select(Dossier, Organization.name)
        .join(Organization, Organization.id == Dossier.organization_id)
        .join(Member, Member.organization_id == Organization.id)
        .where(Member.user_id == subject.user_id, Member.role == OWNER)
        .order_by(Organization.created_at, Organization.id)
    )
    columns = ("kind", "legal_name", "registration_number", "tax_number", "attested_version", "attested_at", "review")
    return [{"shop": name, **_of(dossier, *columns)} for dossier, name in session.execute(query)]


def papers(session: Session, subject: Subject) -> list[Row]:
    """Documents of those shops, by name; the files are on the page “Documents” of each shop."""
    query = (
        select(Paper, Organization.name)
        .join(Organization, Organization.id == Paper.organization_id)
        .join(Member, Member.organization_id == Organization.id)
        .where(Member.user_id == subject.user_id, Member.role == OWNER)
        .order_by(Paper.uploaded_at, Paper.id)
    )
    columns = ("kind", "name", "media_type", "byte_count", "sha256", "uploaded_at")
    return [{"shop": name, **_of(paper, *columns)} for paper, name in session.execute(query)]


def addresses(session: Session, subject: Subject) -> list[Row]:
    """Each place once, with the name and number the courier was given; and those kept in the account."""
    found: dict[tuple[Any, ...], Row] = {}
    groups = groups_of(session, subject)
    for group in groups:
        row = {**group.address, "phone": group.phone}
        found.setdefault(tuple(sorted(row.items())), row)
    for saved in addresses_of(session, subject.user_id) if subject.user_id else ():
        if saved.address not in [group.address for group in groups]:
            found.setdefault(tuple(sorted(saved.address.items())), saved.address)
    return list(found.values())


def orders(session: Session, subject: Subject) -> list[Row]:
    return [
        {
            **_of(order, "number", "placed_at", "payment_status", "fulfillment_status", "settlement_status"),
            **_of(order, "currency", "goods_minor", "shipping_minor", "total_minor", "total_cents"),
            **_of(order, "voucher_code", "discount_minor", "market_voucher_code", "market_cents"),
            "seller": order.organization.name,
            "shipping": order.shipping["method"],
            "parcels": "; ".join(f"{parcel.carrier} {parcel.tracking}".strip() for parcel in order.fulfillments),
            **_of(group, "email", "name", "payment_method", "buyer_address", "paid_at"),
            "sent_to": ", ".join(str(part) for part in group.address.values() if part),
        }
        for group in groups_of(session, subject)
        for order in group.orders
    ]


def order_lines(session: Session, subject: Subject) -> list[Row]:
    columns = ("sku", "quantity", "unit", "price_minor", "line_minor", "line_cents", "discount_cents", "market_cents")
    return [
        {
            "number": order.number,
            "title": _text(line.titles),
            "choice": _text(line.variant_names),
            **_of(line, *columns),
        }
        for group in groups_of(session, subject)
        for order in group.orders
        for line in order.lines
    ]


def problems(session: Session, subject: Subject) -> list[Row]:
    """What was reported of orders, and what was decided."""
    query = (
        select(Order.number, Dispute)
        .join(Dispute, Dispute.order_id == Order.id)
        .where(Order.group_id.in_([group.id for group in groups_of(session, subject)]))
        .order_by(Dispute.opened_at, Dispute.id)
    )
    columns = ("reason", "text", "opened_at", "state", "seller_cents", "buyer_cents", "resolution", "resolved_at")
    return [{"number": number, **_of(dispute, *columns)} for number, dispute in session.execute(query)]


def ratings(session: Session, subject: Subject) -> list[Row]:
    """What this person said of shops, and what shops said of them once it was shown."""
    orders = {order.id: order.number for group in groups_of(session, subject) for order in group.orders}
    query = select(Rating).where(Rating.order_id.in_(orders)).order_by(Rating.given_at, Rating.id)
    return [
        {"number": orders[row.order_id], **_of(row, "side", "stars", "text", "given_at", "shown_at")}
        for row in session.scalars(query.options(lazyload(Rating.order)))
        if row.side == Side.BUYER or row.shown_at is not None
    ]


def goods_reports(session: Session, subject: Subject) -> list[Row]:
    """Goods this person reported, and what came of it."""
    if subject.user_id is None:
        return []
    query = select(ListingReport).where(ListingReport.reporter_id == subject.user_id)
    rows = session.scalars(query.order_by(ListingReport.reported_at, ListingReport.id))
    columns = ("reason", "text", "reported_at", "state", "decided_at", "decision")
    return [{"goods": _text(row.listing.titles), **_of(row, *columns)} for row in rows.unique()]


def returns(session: Session, subject: Subject) -> list[Row]:
    """What was asked to be sent back, and what became of it."""
    query = (
        select(Order.number, OrderReturn)
        .join(OrderReturn, OrderReturn.order_id == Order.id)
        .where(Order.group_id.in_([group.id for group in groups_of(session, subject)]))
        .order_by(OrderReturn.asked_at, OrderReturn.id)
    )
    columns = ("state", "reason", "text", "asked_at", "answer", "return_address", "postage", "carrier", "tracking")
    return [
        {
            "number": number,
            **_of(found, *columns, "condition", "closed_at"),
            "refund_cents": found.refund.amount_cents if found.refund else None,
        }
        for number, found in session.execute(query).unique()
    ]


def evidence(session: Session, subject: Subject) -> list[Row]:
    """What this person, and the shops they bought from, added to disputes of their orders."""
    query = (
        select(Order.number, DisputeEvidence)
        .join(Dispute, Dispute.order_id == Order.id)
        .join(DisputeEvidence, DisputeEvidence.dispute_id == Dispute.id)
        .where(Order.group_id.in_([group.id for group in groups_of(session, subject)]))
        .order_by(DisputeEvidence.added_at, DisputeEvidence.id)
    )
    return [{"number": number, **_of(one, "side", "text", "added_at")} for number, one in session.execute(query)]


def files(session: Session, subject: Subject) -> list[Row]:
    """Pictures and PDFs shown with returns and disputes; whole, as Base64."""
    query = (
        select(Order.number, OrderFile)
        .join(Order, Order.id == OrderFile.order_id)
        .where(Order.group_id.in_([group.id for group in groups_of(session, subject)]))
        .order_by(OrderFile.id)
        .options(undefer(OrderFile.content))
    )
    return [
        {
            "number": number,
            **_of(file, "side", "kind", "name", "added_at"),
            "content_base64": b64encode(file.content).decode("ascii"),
        }
        for number, file in session.execute(query)
    ]


def messages(session: Session, subject: Subject) -> list[Row]:
    """Every mail the market has written to this person."""
    if subject.user_id is None:
        (group,) = groups_of(session, subject)
        mails = mails_about(session, [group.id, *(order.id for order in group.orders)], recipient=group.email)
    else:
        mails = mails_about(session, None, recipient=session.get_one(User, subject.user_id).email or "")
    return [_of(mail, "created_at", "recipient", "subject", "body", "sent_at") for mail in mails]


def conversations(session: Session, subject: Subject) -> list[Row]:
    """What this person and shops wrote to each other; files by name, each can be fetched where it was sent."""
    orders = [order.id for group in groups_of(session, subject) for order in group.orders]
    return [dict(row._mapping) for row in written(session, subject.user_id, orders)]  # noqa: SLF001 - as above


def news(session: Session, subject: Subject) -> list[Row]:
    if subject.user_id is None:
        return []
    found = session.scalars(news_of(subject.user_id).order_by(Notification.created_at, Notification.id))
    return [_of(line, "created_at", "kind", "values", "link", "read_at") for line in found]


def reports(session: Session, subject: Subject) -> list[Row]:
    """Messages this person has reported to the market."""
    if subject.user_id is None:
        return []
    query = select(Report).where(Report.reporter_id == subject.user_id).order_by(Report.reported_at, Report.id)
    return [_of(report, "reported_at", "reason", "text", "state", "decided_at") for report in session.scalars(query)]


def cart(session: Session, subject: Subject) -> list[Row]:
    if subject.user_id is None:
        return []
    query = (
        select(CartLine, Cart.draft)
        .join(Cart, Cart.id == CartLine.cart_id)
        .where(Cart.user_id == subject.user_id)
        .order_by(CartLine.added_at, CartLine.id)
    )
    return [
        {"goods": _text(line.variant.listing.titles), **_of(line, "quantity", "added_at"), "typed": dict(draft)}
        for line, draft in session.execute(query)
    ]


def buying(session: Session, subject: Subject) -> list[Row]:
    """Shops that named this person as a customer, companies that asked them, limits, and orders put before approvers."""
    if subject.user_id is None:
        return []
    email = session.get_one(User, subject.user_id).email
    named = select(GroupMember, CustomerGroup.name).join(CustomerGroup, CustomerGroup.id == GroupMember.group_id)
    groups = session.execute(
        named.where(or_(GroupMember.user_id == subject.user_id, GroupMember.email == email)).order_by(GroupMember.id)
    )
    asked = select(CompanyInvitation).where(CompanyInvitation.email == email).order_by(CompanyInvitation.id)
    limits = select(SpendingLimit.limit_cents, Organization.name).join(Member, Member.id == SpendingLimit.member_id)
    limits = limits.join(Organization, Organization.id == Member.organization_id)
    requests = select(ApprovalRequest).where(ApprovalRequest.asked_by == subject.user_id).order_by(ApprovalRequest.id)
    columns = ("asked_at", "state", "total_cents", "po_number", "note", "reason")
    return [
        *({"kind": "customer group", "name": name, **_of(row, "state", "created_at")} for row, name in groups),
        *(
            {"kind": "invitation", "name": row.organization.name, **_of(row, "role", "state", "created_at")}
            for row in session.scalars(asked)
        ),
        *(
            {"kind": "spending limit", "name": name, "limit_cents": cents}
            for cents, name in session.execute(limits.where(Member.user_id == subject.user_id).order_by(Member.id))
        ),
        *({"kind": "request for approval", **_of(row, *columns)} for row in session.scalars(requests)),
    ]


def lists(session: Session, subject: Subject) -> list[Row]:
    """Goods this person keeps on lists, and codes pasted lately."""
    if subject.user_id is None:
        return []
    kept = (
        select(RequisitionList.name, Variant.sku, RequisitionLine.quantity, RequisitionLine.added_at)
        .join(RequisitionLine, RequisitionLine.list_id == RequisitionList.id)
        .join(Variant, Variant.id == RequisitionLine.variant_id)
        .where(RequisitionList.user_id == subject.user_id)
        .order_by(RequisitionLine.added_at, Variant.id)
    )
    typed = (
        select(QuickLine.typed, QuickLine.quantity, QuickOrder.created_at)
        .join(QuickOrder, QuickOrder.id == QuickLine.quick_order_id)
        .where(QuickOrder.user_id == subject.user_id)
        .order_by(QuickOrder.created_at, QuickLine.position)
    )
    return [
        *(
            {"list": row.name, "code": row.sku, "quantity": row.quantity, "at": row.added_at}
            for row in session.execute(kept)
        ),
        *({"typed": row.typed, "quantity": row.quantity, "at": row.created_at} for row in session.execute(typed)),
    ]


def wishes(session: Session, subject: Subject) -> list[Row]:
    """What is on the wish list. What a browser has looked at stands in its own cookie and is not here."""
    if subject.user_id is None:
        return []
    query = (
        select(Wish, Listing.titles)
        .join(Listing, Listing.id == Wish.listing_id)
        .where(Wish.user_id == subject.user_id)
        .order_by(Wish.created_at, Wish.id)
    )
    return [
        {"goods": _text(titles), **_of(wish, "price_usd_cents", "created_at")}
        for wish, titles in session.execute(query)
    ]


def tax(session: Session, subject: Subject) -> list[Row]:
    """Tax numbers and statements of the shops this person owns, and what this person signed for any."""
    if subject.user_id is None:
        return []
    owned = select(Member.organization_id).where(Member.user_id == subject.user_id, Member.role == OWNER)
    numbers = (
        select(Organization.name, SellerTaxNumber.tax_number)
        .join(SellerTaxNumber, SellerTaxNumber.organization_id == Organization.id)
        .where(Organization.id.in_(owned))
        .order_by(Organization.id)
    )
    statements = (
        select(Organization.name, SellerStatement)
        .join(SellerStatement, SellerStatement.organization_id == Organization.id)
        .where(SellerStatement.signed_by == subject.user_id)
        .order_by(SellerStatement.signed_at, SellerStatement.id)
    )
    columns = ("country", "year", "wording", "signed_at", "withdrawn_at")
    return [
        *({"shop": name, "tax_number": number} for name, number in session.execute(numbers)),
        *({"shop": name, **_of(statement, *columns)} for name, statement in session.execute(statements)),
    ]


def offers(session: Session, subject: Subject) -> list[Row]:
    """What the person offered for goods, with the shares of a payment in parts that lay on the table last."""
    if subject.user_id is None:
        return []
    query = (
        select(Offer, Listing.titles)
        .join(Variant, Variant.id == Offer.variant_id)
        .join(Listing, Listing.id == Variant.listing_id)
        .where(Offer.buyer_id == subject.user_id)
        .order_by(Offer.made_at, Offer.id)
    )
    columns = ("made_at", "changed_at", "state", "quantity", "price_minor", "currency", "deposit_bps", "shipment_bps")
    return [
        {"goods": _text(row.titles), **_of(row.Offer, *columns), "deal": row.Offer.deal_id}
        for row in session.execute(query)
    ]


def deals(session: Session, subject: Subject) -> list[Row]:
    """What was agreed with shops, line by line, in an offer or a quote."""
    if subject.user_id is None:
        return []
    query = (
        select(Deal, DealLine, Listing.titles)
        .join(DealLine, DealLine.deal_id == Deal.id)
        .join(Variant, Variant.id == DealLine.variant_id)
        .join(Listing, Listing.id == Variant.listing_id)
        .where(Deal.buyer_id == subject.user_id)
        .order_by(Deal.agreed_at, Deal.id, DealLine.position)
    )
    columns = ("source", "state", "agreed_at", "valid_until", "currency", "deposit_bps", "shipment_bps")
    return [
        {
            "deal": row.Deal.id,
            "seller": row.Deal.organization.name,
            **_of(row.Deal, *columns),
            "goods": _text(row.titles),
            **_of(row.DealLine, "quantity", "price_minor"),
        }
        for row in session.execute(query)
    ]


def requests(session: Session, subject: Subject) -> list[Row]:
    """What the person asked shops to quote, line by line; files whole, as Base64; what both sides wrote and quoted."""
    if subject.user_id is None:
        return []
    mine = Rfq.buyer_id == subject.user_id
    asked = select(Rfq, RfqLine).join(RfqLine, RfqLine.rfq_id == Rfq.id).where(mine)
    columns = ("number", "title", "note", "country", "place", "wished_on", "closes_at", "state", "made_at")
    sent = select(Rfq.number, RfqFile).join(RfqFile, RfqFile.rfq_id == Rfq.id).where(mine).order_by(RfqFile.id)
    written = (
        select(Rfq.number, RfqNote).join(Asked, Asked.rfq_id == Rfq.id).join(RfqNote, RfqNote.asked_id == Asked.id)
    )
    quoted = select(Rfq.number, Organization.name, Quote).join(Asked, Asked.rfq_id == Rfq.id)
    quoted = quoted.join(Quote, Quote.asked_id == Asked.id).join(Organization, Organization.id == Asked.organization_id)
    terms = ("version", "state", "currency", "freight_minor", "incoterm", "incoterm_place", "sent_at", "valid_until")
    return [
        *(
            {**_of(rfq, *columns), **_of(line, "words", "quantity", "unit")}
            for rfq, line in session.execute(asked.order_by(Rfq.made_at, RfqLine.position))
        ),
        *(
            {"number": number, "file": file.name, "content_base64": b64encode(file.content).decode("ascii")}
            for number, file in session.execute(sent.options(undefer(RfqFile.content)))
        ),
        *(
            {"number": number, **_of(note, "side", "body", "written_at")}
            for number, note in session.execute(written.where(mine).order_by(RfqNote.written_at, RfqNote.id))
        ),
        *(
            {"number": number, "shop": shop, **_of(quote, *terms)}
            for number, shop, quote in session.execute(quoted.where(mine).order_by(Quote.sent_at, Quote.id))
        ),
    ]


def sign_ins(session: Session, subject: Subject) -> list[Row]:
    return _acts(session, subject, is_sign_in=True)


def tokens(session: Session, subject: Subject) -> list[Row]:
    """What programs may do for this person; never what opens it."""
    query = select(ApiToken).where(ApiToken.user_id == subject.user_id).order_by(ApiToken.id)
    columns = ("name", "prefix", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
    return [_of(token, *columns) for token in session.scalars(query)] if subject.user_id else []


def acts(session: Session, subject: Subject) -> list[Row]:
    """What the log of acts says of this person: what they did and what was done to their account or checkout."""
    return _acts(session, subject, is_sign_in=False)


def _acts(session: Session, subject: Subject, *, is_sign_in: bool) -> list[Row]:
    who = subject.user_id or subject.order_group_id
    about = or_(
        AuditEntry.actor_id == subject.user_id if subject.user_id else false(),
        AuditEntry.subject_id == who,
        AuditEntry.details["user_id"].astext == str(who),
    )
    of_kind = AuditEntry.action == SIGN_IN if is_sign_in else AuditEntry.action != SIGN_IN
    query = select(AuditEntry).where(about, of_kind).order_by(AuditEntry.at, AuditEntry.id)
    return [_of(entry, "at", "action", "subject_id", "details") for entry in session.scalars(query)]


def _of(row: object, *columns: str) -> dict[str, Any]:
    return {column: getattr(row, column) for column in columns}


def _text(texts: Mapping[str, str]) -> str:
    return texts.get("en") or next(iter(texts.values()), "")


PARTS: Mapping[str, tuple[str, Callable[[Session, Subject], Sequence[Row]]]] = {
    "profile": (N_("who you are to us"), profile),
    "roles": (N_("the shops you work for"), roles),
    "invitations": (N_("shops that asked you to work for them"), invitations),
    "shops": (N_("what you told us of your shops"), dossiers),
    "documents": (N_("the documents of your shops"), papers),
    "addresses": (N_("where parcels went"), addresses),
    "orders": (N_("what you ordered"), orders),
    "order_lines": (N_("the goods of each order"), order_lines),
    "problems": (N_("problems you reported"), problems),
    "ratings": (N_("what you said of shops, and shops of you"), ratings),
    "goods_reports": (N_("goods you reported"), goods_reports),
    "returns": (N_("what you sent back"), returns),
    "evidence": (N_("what both sides showed in disputes"), evidence),
    "files": (N_("pictures and PDFs of returns and disputes"), files),
    "messages": (N_("mails we wrote to you"), messages),
    "tax": (N_("tax numbers and statements of your shops"), tax),
    "conversations": (N_("what you and shops wrote to each other"), conversations),
    "reports": (N_("messages you reported"), reports),
    "news": (N_("news that stood on your page"), news),
    "cart": (N_("your cart and what you typed at checkout"), cart),
    "buying": (N_("prices, companies and approvals of your buying for work"), buying),
    "lists": (N_("lists of goods you keep"), lists),
    "wishes": (N_("your wish list"), wishes),
    "offers": (N_("what you offered and agreed on"), offers),
    "deals": (N_("what you agreed on with shops, line by line"), deals),
    "requests": (N_("what you asked shops to quote"), requests),
    "sign_ins": (N_("when you signed in"), sign_ins),
    "tokens": (N_("the programs that act for you"), tokens),
    "acts": (N_("what our log says of you"), acts),
}
"""File name -> what it is, and who reads it."""


def plain(value: Any) -> Any:
    """As JSON can hold it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return "0x" + value.hex() if isinstance(value, bytes) else value
