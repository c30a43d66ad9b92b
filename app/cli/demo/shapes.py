"""What the demo market consists of, as frozen values. Money is whole minor units by the ISO 4217 exponent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.cli.demo.pictures import PictureRecipe


@dataclass(frozen=True)
class DemoText:
    """`title` and `text` in one language (BCP 47 tag). Of a seller: its name and its story."""

    language: str
    title: str
    text: str


@dataclass(frozen=True)
class DemoCategory:
    """A stall. `names` by language; `usd_cents` is the range in which the price of one unit must lie."""

    slug: str
    names: Mapping[str, str]
    emoji: str
    tint: str
    usd_cents: tuple[int, int]


@dataclass(frozen=True)
class DemoSample:
    """Of a variant, at a price of its own for one."""

    price_minor: int
    stock: int
    net_g: int | None


@dataclass(frozen=True)
class DemoVariant:
    """What is put into the cart. `label` is empty when a listing has one variant that needs no name.

    `price_minor` is for one unit of the listing; `net_g` or `net_ml` is what one unit holds, where that is sold.
    """

    sku: str
    label: str
    labels: Mapping[str, str]
    price_minor: int
    stock: int
    net_g: int | None
    net_ml: int | None
    sample: DemoSample | None = None


@dataclass(frozen=True)
class DemoListing:
    """`minimum` and `step` count units; `condition` is "new" or a used thing's grade; `texts` begin with English.

    `sample_most` is how many samples one buyer gets.
    """

    slug: str
    category: str
    condition: str
    unit: str
    minimum: int
    step: int
    option: str | None
    picture: PictureRecipe
    texts: tuple[DemoText, ...]
    variants: tuple[DemoVariant, ...]
    sample_most: int = 1


@dataclass(frozen=True)
class DemoShippingRate:
    """One way to send an order of one seller. `zone` is "domestic" or "region" (the other ASEAN countries).

    `max_grams`: only up to that; a piece of unknown weight counts as `unknown_grams`.
    """

    zone: str
    method: str
    carrier: str
    days_min: int
    days_max: int
    price_minor: int
    max_grams: int | None = None
    unknown_grams: int = 0


@dataclass(frozen=True)
class DemoSeller:
    """`opening_hours` are schema.org strings ("Mo-Sa 07:00-17:00") in `time_zone`; handling is in working days."""

    slug: str
    kind: str
    country: str
    language: str
    town: str
    province: str
    currency: str
    time_zone: str
    opening_hours: tuple[str, ...]
    handling_days: int
    vat_registered: bool
    own_wallet: bool
    texts: tuple[DemoText, ...]
    shipping: tuple[DemoShippingRate, ...]
    listings: tuple[DemoListing, ...]


@dataclass(frozen=True)
class DemoAddress:
    """`lines` run from small to large, as the country writes them."""

    label: str
    recipient: str
    lines: tuple[str, ...]
    city: str
    postal_code: str
    country: str
    phone: str


@dataclass(frozen=True)
class DemoPerson:
    """Somebody who may sign in. `seller` is the slug of the shop of a seller_owner, else None."""

    email: str
    name: str
    local_name: str | None
    role: str
    language: str
    seller: str | None
    addresses: tuple[DemoAddress, ...]


@dataclass(frozen=True)
class DemoRate:
    """Units of `currency` for one US dollar as an exact decimal text ("4010"), on a day, with where it comes from."""

    currency: str
    per_usd: str
    as_of: date
    source: str


@dataclass(frozen=True)
class DemoContent:
    """Everything, checked. Sellers stand in the order of the country files."""

    categories: tuple[DemoCategory, ...]
    sellers: tuple[DemoSeller, ...]
    people: tuple[DemoPerson, ...]
    rates: tuple[DemoRate, ...]
