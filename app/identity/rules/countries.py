"""The countries the market serves, and what a shop there starts with.

Currencies: ISO 4217; Cambodia prices in riel and in dollars side by side, Timor-Leste only in dollars.
Time zones: the IANA zone of the capital; a shop elsewhere in Indonesia changes its own.
"""

from dataclasses import dataclass

from app.errors import N_, Invalid


class UnservedCountry(Invalid):
    code = "unserved-country"
    message = N_("The market does not serve this country yet. Choose one of the list.")


@dataclass(frozen=True)
class Country:
    """`currencies` has the usual one first, and its own money last; `languages` the one goods are mostly described in first.

    `town` and `bic` (of one of its larger banks) are the examples that forms show to people there.
    """

    code: str
    name: str
    currencies: tuple[str, ...]
    time_zones: tuple[str, ...]
    languages: tuple[str, ...]
    town: str
    bic: str

    @property
    def own_currency(self) -> str:
        """In which its tax office counts."""
        return self.currencies[-1]


_TABLE = (
    Country("BN", N_("Brunei"), ("BND",), ("Asia/Brunei",), ("ms", "en"), "Tutong", "BIBDBNBB"),
    Country("KH", N_("Cambodia"), ("USD", "KHR"), ("Asia/Phnom_Penh",), ("km", "en"), "Kampot", "ABAAKHPP"),
    Country(
        "ID",
        N_("Indonesia"),
        ("IDR",),
        ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"),
        ("id", "en"),
        "Ubud",
        "CENAIDJA",
    ),
    Country("LA", N_("Laos"), ("LAK",), ("Asia/Vientiane",), ("lo", "en"), "Luang Prabang", "COEBLALA"),
    Country(
        "MY", N_("Malaysia"), ("MYR",), ("Asia/Kuala_Lumpur", "Asia/Kuching"), ("ms", "en", "zh"), "Kuching", "MBBEMYKL"
    ),
    Country("MM", N_("Myanmar"), ("MMK",), ("Asia/Yangon",), ("my", "en"), "Bagan", "KBZBMMMY"),
    Country("PH", N_("Philippines"), ("PHP",), ("Asia/Manila",), ("fil", "en"), "Davao", "BOPIPHMM"),
    Country("SG", N_("Singapore"), ("SGD",), ("Asia/Singapore",), ("en", "zh", "ms"), "Tampines", "DBSSSGSG"),
    Country("TH", N_("Thailand"), ("THB",), ("Asia/Bangkok",), ("th", "en"), "Chiang Mai", "BKKBTHBK"),
    Country("TL", N_("Timor-Leste"), ("USD",), ("Asia/Dili",), ("tet", "pt", "en"), "Ermera", "BNCTTLDD"),
    Country("VN", N_("Vietnam"), ("VND",), ("Asia/Ho_Chi_Minh",), ("vi", "en"), "Hội An", "BFTVVNVX"),
)
COUNTRIES = {country.code: country for country in _TABLE}


def country(code: str) -> Country:
    """Raises UnservedCountry."""
    if code not in COUNTRIES:
        raise UnservedCountry(field="country")
    return COUNTRIES[code]
