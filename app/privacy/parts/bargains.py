"""What the person offered, agreed on, and asked shops to quote."""

from base64 import b64encode

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app.catalog.models import Listing, Variant
from app.identity.models import Organization
from app.privacy.parts.rows import Row, of, text_of
from app.privacy.rules import Subject
from app.quotes.models import Deal, DealLine, Offer
from app.rfqs.models import Asked, Quote, Rfq, RfqFile, RfqLine, RfqNote


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
        {"goods": text_of(row.titles), **of(row.Offer, *columns), "deal": row.Offer.deal_id}
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
            **of(row.Deal, *columns),
            "goods": text_of(row.titles),
            **of(row.DealLine, "quantity", "price_minor"),
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
            {**of(rfq, *columns), **of(line, "words", "quantity", "unit")}
            for rfq, line in session.execute(asked.order_by(Rfq.made_at, RfqLine.position))
        ),
        *(
            {"number": number, "file": file.name, "content_base64": b64encode(file.content).decode("ascii")}
            for number, file in session.execute(sent.options(undefer(RfqFile.content)))
        ),
        *(
            {"number": number, **of(note, "side", "body", "written_at")}
            for number, note in session.execute(written.where(mine).order_by(RfqNote.written_at, RfqNote.id))
        ),
        *(
            {"number": number, "shop": shop, **of(quote, *terms)}
            for number, shop, quote in session.execute(quoted.where(mine).order_by(Quote.sent_at, Quote.id))
        ),
    ]
