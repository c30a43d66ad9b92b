"""When two addresses are one."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping

MOST = 50


def is_place(address: Mapping[str, str]) -> bool:
    """Whether something can be sent there. Who meets the seller leaves a name and a country only."""
    return any(value and value.strip() for part, value in address.items() if part not in ("name", "country"))


def address_key(address: Mapping[str, str]) -> bytes:
    """The same for every spelling of one place and person: letters' case, spaces and composition do not count."""
    plain = {
        part: " ".join(unicodedata.normalize("NFC", value).casefold().split())
        for part, value in address.items()
        if value and value.strip()
    }
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).digest()
