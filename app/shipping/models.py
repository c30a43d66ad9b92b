"""What each seller charges to send goods where."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, UuidPk


class ShippingRate(Base):
    """A method of one seller for one zone or one country, up to a weight; the price is for the whole order.

    Amounts in the seller's currency. From goods of `free_from_minor` on it costs nothing; goods without a net weight
    count as `unknown_grams` each. Several rows of one method are its weight bands.
    """

    __tablename__ = "shipping_rates"
    __table_args__ = (
        CheckConstraint("zone IN ('domestic','region','country')", name="zone_is_known"),
        CheckConstraint("(zone = 'country') = (country IS NOT NULL)", name="only_a_country_is_named"),
        CheckConstraint("max_grams > 0 AND free_from_minor > 0 AND unknown_grams >= 0", name="limits_are_sane"),
        CheckConstraint("price_minor >= 0", name="price_is_not_negative"),
        CheckConstraint("0 <= days_min AND days_min <= days_max AND days_max <= 120", name="days_are_sane"),
    )
    id: Mapped[UuidPk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    zone: Mapped[str]
    country: Mapped[str | None]
    method: Mapped[str]
    carrier: Mapped[str]
    days_min: Mapped[int]
    days_max: Mapped[int]
    price_minor: Mapped[int]
    max_grams: Mapped[int | None]
    free_from_minor: Mapped[int | None]
    unknown_grams: Mapped[int] = mapped_column(server_default="0")
    position: Mapped[int] = mapped_column(server_default="0")
