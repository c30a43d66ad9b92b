"""Mails the market has written."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class OutgoingMail(Base):
    """Written in the transaction of the fact it tells; delivered by a job. `key` makes a fact tell once."""

    __tablename__ = "outgoing_mails"
    id: Mapped[UuidPk]
    key: Mapped[str] = mapped_column(unique=True)
    recipient: Mapped[str] = mapped_column(index=True)
    locale: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None]
