"""How each country writes an address: which parts, in which order, under which names.

An address is a plain mapping of the parts below, so that it can be kept in an order as it was printed. Sources:
libaddressinput's country formats, corrected by local practice where they are thin (barangay, khum, kecamatan).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.errors import N_
from app.web.provinces import became

PARTS = ("name", "organization", "street", "area", "district", "city", "region", "postal_code", "country", "phone")
HOUSE_AND_STREET = N_("House number and street")
POSTAL_CODE = N_("Postal code")

AUTOCOMPLETE = {
    "name": "name",
    "organization": "organization",
    "street": "street-address",
    "area": "address-level4",
    "district": "address-level3",
    "city": "address-level2",
    "region": "address-level1",
    "postal_code": "postal-code",
    "country": "country",
    "phone": "tel",
}


@dataclass(frozen=True)
class AddressPart:
    """`label` is a text for translators; the local word stands in it, because that is what people look for."""

    name: str
    label: str
    is_required: bool = True


@dataclass(frozen=True)
class AddressFormat:
    """`parts` in the order the country asks for them; `lines` as it prints them, after name and organization."""

    country: str
    parts: tuple[AddressPart, ...]
    lines: tuple[str, ...]
    postal_code: str | None = None
    postal_example: str = ""


@dataclass(frozen=True)
class AddressProblem:
    """What is wrong with one part; `message` with `values` is a text for translators."""

    part: str
    message: str
    values: Mapping[str, str] = field(default_factory=dict)


def _format(country: str, lines: str, postal: str | None, example: str, *parts: AddressPart) -> AddressFormat:
    street = AddressPart("street", HOUSE_AND_STREET)
    code = (AddressPart("postal_code", POSTAL_CODE, is_required=country in _CODE_REQUIRED),) if postal else ()
    return AddressFormat(country, (street, *parts, *code), tuple(lines.split("/")), postal, example)


_CODE_REQUIRED = {"MY", "SG", "TH", "ID"}
_FORMATS = (
    _format("BN", "street/area/city postal_code", r"[A-Z]{2} ?\d{4}", "BS8611",
            AddressPart("area", N_("Village (kampong)"), is_required=False),
            AddressPart("city", N_("Town or district (daerah)"))),
    _format("KH", "street/area, district/city postal_code", r"\d{5,6}", "120101",
            AddressPart("area", N_("Village, commune or quarter (phum, khum, sangkat)"), is_required=False),
            AddressPart("district", N_("District (srok, khan, krong)"), is_required=False),
            AddressPart("city", N_("Province or capital"))),
    _format("ID", "street/area, district/city/region postal_code", r"\d{5}", "80571",
            AddressPart("area", N_("Village (desa, kelurahan)"), is_required=False),
            AddressPart("district", N_("District (kecamatan)")),
            AddressPart("city", N_("City or regency (kota, kabupaten)")),
            AddressPart("region", N_("Province"))),
    _format("LA", "street/area, district/postal_code city", r"\d{5}", "01160",
            AddressPart("area", N_("Village (ban)"), is_required=False),
            AddressPart("district", N_("District (muang)"), is_required=False),
            AddressPart("city", N_("Province (khoueng)"))),
    _format("MY", "street/area/postal_code city/region", r"\d{5}", "43000",
            AddressPart("area", N_("Area (taman, kampung)"), is_required=False),
            AddressPart("city", N_("Town")),
            AddressPart("region", N_("State (negeri)"))),
    _format("MM", "street/area, district/city, postal_code", r"\d{5}", "11181",
            AddressPart("area", N_("Ward or village"), is_required=False),
            AddressPart("district", N_("Township"), is_required=False),
            AddressPart("city", N_("Town and region or state"))),
    _format("PH", "street/area, city/postal_code region", r"\d{4}", "1008",
            AddressPart("area", N_("Barangay")),
            AddressPart("city", N_("City or municipality")),
            AddressPart("region", N_("Province (none in Metro Manila)"), is_required=False)),
    _format("SG", "street/area/SINGAPORE postal_code", r"\d{6}", "546080",
            AddressPart("area", N_("Unit and building, like #05-12"), is_required=False)),
    _format("TH", "street/area district/city postal_code", r"\d{5}", "10310",
            AddressPart("area", N_("Subdistrict (tambon, khwaeng)")),
            AddressPart("district", N_("District (amphoe, khet)")),
            AddressPart("city", N_("Province (changwat)"))),
    _format("TL", "street/area, district/city", None, "",
            AddressPart("area", N_("Village (suku)"), is_required=False),
            AddressPart("district", N_("Administrative post"), is_required=False),
            AddressPart("city", N_("Municipality"))),
    _format("VN", "street/area/city/postal_code", r"\d{5}\d?", "70000",
            AddressPart("area", N_("Ward or commune (phường, xã)")),
            AddressPart("city", N_("Province or city"))),
)  # fmt: skip
FORMATS = {entry.country: entry for entry in _FORMATS}
COUNTRIES = tuple(sorted(FORMATS))


def address_format(country: str) -> AddressFormat:
    """Raises KeyError for a country the market does not deliver to."""
    return FORMATS[country]


def address_problems(address: Mapping[str, str | None]) -> list[AddressProblem]:
    """What its country needs and is not there, and a postal code of another shape."""
    entry, found = address_format(address["country"] or ""), []
    for part in entry.parts:
        value = address.get(part.name)
        if part.is_required and not value:
            found.append(AddressProblem(part.name, N_("Fill this in.")))
        elif part.name == "postal_code" and value and not re.fullmatch(entry.postal_code or "", value):
            message = N_("“%(typed)s” is not a postal code there. It looks like %(example)s.")
            found.append(AddressProblem(part.name, message, {"typed": value, "example": entry.postal_example}))
        elif part.name == "city" and value and (now := became(entry.country, value)):
            message = N_(
                "%(typed)s is a part of %(now)s since the new map. Write that, with the ward or commune of today."
            )
            found.append(AddressProblem(part.name, message, {"typed": value, "now": now}))
    return found


def address_lines(address: Mapping[str, str], country_name: str) -> list[str]:
    """The address as its country prints it, empty parts left out, the country last."""
    lines = [address.get("name", ""), address.get("organization", "")]
    known = FORMATS.get(address.get("country", ""))
    for template in known.lines if known else ("street", "area, district", "postal_code city", "region"):
        parts = re.split(r"([, ]+)", template)
        filled = [(parts[i - 1] if i else "", _value(address, parts[i])) for i in range(0, len(parts), 2)]
        shown = [(mark, value) for mark, value in filled if value]
        lines.append("".join(value if not i else mark + value for i, (mark, value) in enumerate(shown)))
    return [line for line in [*lines, country_name] if line]


def _value(address: Mapping[str, str], part: str) -> str:
    return address.get(part, "").strip() if part in PARTS else part
