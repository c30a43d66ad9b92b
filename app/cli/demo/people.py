"""Reads who may sign in to the demo market."""

from collections import Counter
from collections.abc import Set as AbstractSet

from app.cli.demo.entries import Entry
from app.cli.demo.shapes import DemoAddress, DemoPerson

ROLES = ("buyer", "company_buyer", "seller_owner", "accountant", "operator")
RESERVED_ENDING = ".example"


def read_people(file: Entry, sellers: AbstractSet[str]) -> tuple[DemoPerson, ...]:
    """Everybody in the file. Raises DemoContentError when a shop has no owner, two owners, or does not exist."""
    people = tuple(_person(entry, sellers) for entry in file.tables("person", named_by="email"))
    file.close()
    owned = Counter(person.seller for person in people if person.seller)
    unowned = sorted(sellers - owned.keys())
    if unowned:
        raise file.error(f"nobody owns {', '.join(unowned)}; add a person with role seller_owner for each")
    twice = [name for name, count in (owned + Counter(person.email for person in people)).items() if count > 1]
    if twice:
        raise file.error(f"{', '.join(twice)} stands there twice; each shop has one owner, each address one person")
    return people


def _person(entry: Entry, sellers: AbstractSet[str]) -> DemoPerson:
    role = entry.choice("role", ROLES)
    person = DemoPerson(
        email=entry.text("email"),
        name=entry.text("name"),
        local_name=entry.text("local_name") if entry.has("local_name") else None,
        role=role,
        language=entry.text("language"),
        seller=entry.choice("seller", sellers) if role == "seller_owner" else None,
        addresses=tuple(_address(e) for e in entry.tables("addresses", named_by="label", default=[])),
    )
    if not person.email.endswith(RESERVED_ENDING):
        raise entry.error(
            f"email must end in {RESERVED_ENDING}, so that no mail of the demo reaches anybody (RFC 2606)"
        )
    entry.close()
    return person


def _address(entry: Entry) -> DemoAddress:
    address = DemoAddress(
        label=entry.text("label"),
        recipient=entry.text("recipient"),
        lines=tuple(entry.list_of("lines", str)),
        city=entry.text("city"),
        postal_code=entry.text("postal_code"),
        country=entry.text("country"),
        phone=entry.text("phone"),
    )
    entry.close()
    return address
