"""Users, organizations and who may do what for whom."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, CreatedAt, UuidPk


class User(Base):
    """A person. Signs in by e-mail and password, or by an Ethereum account, or both."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint("email IS NOT NULL OR wallet_address IS NOT NULL OR erased_at IS NOT NULL", name="can_sign_in"),
        CheckConstraint("octet_length(wallet_address) = 20", name="wallet_address_is_20_bytes"),
    )
    id: Mapped[UuidPk]
    email: Mapped[str | None] = mapped_column(unique=True)
    password: Mapped[str | None]
    wallet_address: Mapped[bytes | None] = mapped_column(unique=True)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    confirmed_at: Mapped[datetime | None]
    name: Mapped[str] = mapped_column(server_default="")
    locale: Mapped[str] = mapped_column(server_default="en")
    created_at: Mapped[CreatedAt]
    erased_at: Mapped[datetime | None]
    memberships: Mapped[list["Member"]] = relationship(back_populates="user", lazy="selectin")


class Organization(Base):
    """A seller, a company buyer, or the market itself (`kind = 'market'`, exactly one).

    Of private persons: `opened_unseen_at`, since when it sells without the operator having looked at it, and
    `limit_reached_on`, the day on which its sales of a year came to what its country lets private persons sell.
    """

    __tablename__ = "organizations"
    __table_args__ = (
        CheckConstraint("kind IN ('company','sole_trader','private_person','market')", name="kind_is_known"),
        CheckConstraint(
            "status IN ('pending','approved','paused','suspended','rejected','closed')", name="status_is_known"
        ),
        CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug_is_plain"),
        CheckConstraint("octet_length(wallet_address) = 20", name="wallet_address_is_20_bytes"),
        CheckConstraint("handling_days BETWEEN 0 AND 60", name="handling_days_are_sane"),
        CheckConstraint("rating_stars BETWEEN rating_count AND 5 * rating_count", name="rating_is_possible"),
        Index("uq_organizations_market", "kind", unique=True, postgresql_where=text("kind = 'market'")),
        Index(
            "ix_organizations_opened_unseen_at",
            "opened_unseen_at",
            postgresql_where=text("opened_unseen_at IS NOT NULL"),
        ),
    )
    id: Mapped[UuidPk]
    number: Mapped[int] = mapped_column(Identity(), unique=True)
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="pending")
    name: Mapped[str]
    local_names: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    slug: Mapped[str] = mapped_column(unique=True)
    country: Mapped[str]
    place: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str] = mapped_column(server_default="en")
    currency: Mapped[str]
    time_zone: Mapped[str]
    story: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    opening_hours: Mapped[str] = mapped_column(server_default="")
    handling_days: Mapped[int] = mapped_column(server_default="2")
    is_tax_registered: Mapped[bool] = mapped_column(server_default=text("false"))
    wallet_address: Mapped[bytes | None]
    paused_until: Mapped[date | None]
    limit_reached_on: Mapped[date | None]
    opened_unseen_at: Mapped[datetime | None]
    pause_note: Mapped[str] = mapped_column(server_default="")
    rating_count: Mapped[int] = mapped_column(server_default="0")
    rating_stars: Mapped[int] = mapped_column(server_default="0")
    bank_account: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    created_at: Mapped[CreatedAt]

    @property
    def has_own_wallet(self) -> bool:
        return self.wallet_address is not None


class Member(Base):
    """A user acting for an organization, in one role."""

    __tablename__ = "members"
    __table_args__ = (
        UniqueConstraint("organization_id", "user_id"),
        CheckConstraint(
            "role IN ('owner','sales','warehouse','accountant','operator','arbiter','auditor','purchaser','approver')",
            name="role_is_known",
        ),
    )
    id: Mapped[UuidPk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[str]
    created_at: Mapped[CreatedAt]
    organization: Mapped[Organization] = relationship(lazy="joined")
    user: Mapped[User] = relationship(back_populates="memberships")


class MemberInvitation(Base):
    """A role offered to an e-mail address. Of the secret in its link only the SHA-256 is kept; a new link ends the old one."""

    __tablename__ = "member_invitations"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint("role IN ('owner','sales','warehouse','accountant')", name="role_is_known"),
        CheckConstraint("octet_length(secret_hash) = 32", name="secret_hash_is_32_bytes"),
        CheckConstraint("accepted_at IS NULL OR withdrawn_at IS NULL", name="ends_once"),
        Index(
            "uq_member_invitations_open",
            "organization_id",
            "email",
            unique=True,
            postgresql_where=text("accepted_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )
    id: Mapped[UuidPk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    email: Mapped[str] = mapped_column(index=True)
    role: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    form_token: Mapped[UUID] = mapped_column(unique=True)
    locale: Mapped[str]
    invited_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    invited_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime]
    sent_count: Mapped[int] = mapped_column(server_default="1")
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class WalletChallenge(Base):
    """A nonce for sign-in with Ethereum (ERC-4361), used once and for a few minutes."""

    __tablename__ = "wallet_challenges"
    nonce: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class EndedSignIn(Base):
    """A signed-in session that was ended by signing out; the cookie that carries it would be good until `ends_anyway_at`."""

    __tablename__ = "ended_sign_ins"
    __table_args__ = (Index("ix_ended_sign_ins_ends_anyway_at", "ends_anyway_at"),)
    sign_in: Mapped[str] = mapped_column(primary_key=True)
    ends_anyway_at: Mapped[datetime]


Index("ix_organizations_name_lower", func.lower(Organization.name))
