"""Provinces of countries whose map is short or has just changed: to be offered while typing, and to name what became what.

Sources: Cambodia, Ministry of Interior (24 provinces and the capital); Viet Nam, National Assembly resolution
202/2025/QH15, in force since 1 July 2025 (28 provinces and 6 cities; before, 63).
"""

import unicodedata

KH = (
    "Banteay Meanchey", "Battambang", "Kampong Cham", "Kampong Chhnang", "Kampong Speu", "Kampong Thom", "Kampot",
    "Kandal", "Kep", "Koh Kong", "Kratie", "Mondulkiri", "Oddar Meanchey", "Pailin", "Phnom Penh", "Preah Sihanouk",
    "Preah Vihear", "Prey Veng", "Pursat", "Ratanakiri", "Siem Reap", "Stung Treng", "Svay Rieng", "Takeo", "Tboung Khmum",
)  # fmt: skip
_VN_NOW = {
    "Hà Nội": (), "Huế": ("Thừa Thiên Huế",), "Hải Phòng": ("Hải Dương",), "Đà Nẵng": ("Quảng Nam",),
    "Thành phố Hồ Chí Minh": ("Bình Dương", "Bà Rịa - Vũng Tàu"), "Cần Thơ": ("Sóc Trăng", "Hậu Giang"),
    "Lai Châu": (), "Điện Biên": (), "Sơn La": (), "Lạng Sơn": (), "Quảng Ninh": (), "Thanh Hóa": (), "Nghệ An": (),
    "Hà Tĩnh": (), "Cao Bằng": (), "Tuyên Quang": ("Hà Giang",), "Lào Cai": ("Yên Bái",), "Thái Nguyên": ("Bắc Kạn",),
    "Phú Thọ": ("Vĩnh Phúc", "Hòa Bình"), "Bắc Ninh": ("Bắc Giang",), "Hưng Yên": ("Thái Bình",),
    "Ninh Bình": ("Hà Nam", "Nam Định"), "Quảng Trị": ("Quảng Bình",), "Quảng Ngãi": ("Kon Tum",),
    "Gia Lai": ("Bình Định",), "Khánh Hòa": ("Ninh Thuận",), "Lâm Đồng": ("Đắk Nông", "Bình Thuận"),
    "Đắk Lắk": ("Phú Yên",), "Đồng Nai": ("Bình Phước",), "Tây Ninh": ("Long An",),
    "Vĩnh Long": ("Bến Tre", "Trà Vinh"), "Đồng Tháp": ("Tiền Giang",), "Cà Mau": ("Bạc Liêu",), "An Giang": ("Kiên Giang",),
}  # fmt: skip
VN = tuple(_VN_NOW)
OFFERED = {"KH": KH, "VN": VN}


def _plain(name: str) -> str:
    """Without tone marks, case and what stands before a name: people type them as their keyboard lets them."""
    letters = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    words = "".join(letter if letter.isalnum() else " " for letter in letters if not unicodedata.combining(letter))
    return " ".join(word for word in words.removeprefix("tinh ").removeprefix("thanh pho ").split())


_BECAME = {"VN": {_plain(old): now for now, merged in _VN_NOW.items() for old in merged}}


def became(country: str, province: str) -> str | None:
    """The province it is a part of today; None for one that stands, or that nobody has heard of."""
    return _BECAME.get(country, {}).get(_plain(province))
