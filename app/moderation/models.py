"""Reports of goods, by people and by the list of prohibited goods."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.models import Listing
from app.db.base import Base, CreatedAt, UuidPk


class ListingReport(Base):
    """`source` is a person, or the list and then `rule` is its entry. A person has one open report of the same goods."""

    __tablename__ = "listing_reports"
    __table_args__ = (
        CheckConstraint("source IN ('person','list')", name="source_is_known"),
        CheckConstraint("(source = 'list') = (rule IS NOT NULL)", name="the_list_names_its_rule"),
        CheckConstraint("reason IN ('prohibited','copy','misleading','offensive','other')", name="reason_is_known"),
        CheckConstraint("state IN ('open','dismissed','removed')", name="state_is_known"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_when_not_open"),
        Index(
            "uq_listing_reports_of_person",
            "listing_id",
            "reporter_id",
            unique=True,
            postgresql_where=text("state = 'open' AND source = 'person'"),
        ),
        Index(
            "uq_listing_reports_of_list",
            "listing_id",
            "rule",
            unique=True,
            postgresql_where=text("source = 'list'"),
        ),
        Index("ix_listing_reports_state", "state", "reported_at", "id"),
    )
    id: Mapped[UuidPk]
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listings.id"))
    source: Mapped[str]
    rule: Mapped[str | None]
    reporter_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    reason: Mapped[str]
    text: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str] = mapped_column(server_default="open")
    reported_at: Mapped[CreatedAt]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(server_default="")
    listing: Mapped[Listing] = relationship(lazy="joined", innerjoin=True)
