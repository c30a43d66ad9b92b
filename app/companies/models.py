"""What a company that buys is besides its organization."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, CreatedAt, UuidPk
from app.identity.models import Organization


class Company(Base):
    """An organization that buys. What stands here is printed on its orders. `needs_po`: no order without a PO number."""

    __tablename__ = "companies"
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    tax_number: Mapped[str] = mapped_column(server_default="")
    needs_po: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[CreatedAt]
    organization: Mapped[Organization] = relationship(lazy="joined", innerjoin=True)


class SpendingLimit(Base):
    """What a member may order at once without asking, in US cents. A member without one has none."""

    __tablename__ = "spending_limits"
    __table_args__ = (CheckConstraint("limit_cents >= 0", name="limit_is_not_negative"),)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    limit_cents: Mapped[int]


class BuyingFor(Base):
    """For which company a person is buying just now; nobody in the table buys for themselves."""

    __tablename__ = "buying_for"
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)


class CompanyInvitation(Base):
    """Somebody is asked, by e-mail address, to buy for a company."""

    __tablename__ = "company_invitations"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint("state IN ('open','accepted','declined','withdrawn')", name="state_is_known"),
        CheckConstraint("role IN ('purchaser','approver')", name="role_is_known"),
        CheckConstraint("limit_cents >= 0", name="limit_is_not_negative"),
        Index(
            "uq_company_invitations_open", "organization_id", "email", unique=True, postgresql_where="state = 'open'"
        ),
        Index("ix_company_invitations_email", "email", postgresql_where="state = 'open'"),
    )
    id: Mapped[UuidPk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    email: Mapped[str]
    role: Mapped[str]
    limit_cents: Mapped[int | None]
    state: Mapped[str] = mapped_column(server_default="open")
    invited_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[CreatedAt]
    answered_at: Mapped[datetime | None]
    organization: Mapped[Organization] = relationship(lazy="joined", innerjoin=True)
