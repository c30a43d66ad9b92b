"""Pictures, stored once by content."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class Picture(Base):
    """A re-encoded picture; `sha256` of the original names its files `<sha>-<width>.webp`."""

    __tablename__ = "pictures"
    id: Mapped[UuidPk]
    sha256: Mapped[str] = mapped_column(unique=True)
    width: Mapped[int]
    height: Mapped[int]
    alt: Mapped[str] = mapped_column(server_default="")
    credit: Mapped[str] = mapped_column(server_default="")
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    created_at: Mapped[CreatedAt]
