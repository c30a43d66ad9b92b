"""Words for who may use a route: the people of a small market, and what each is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Person(StrEnum):
    """Everybody but the guest is signed in. The shop, the order and the goods are always the first shop's."""

    GUEST = "guest"
    BUYER = "buyer of the order"
    STRANGER = "buyer of another order"
    OWNER = "owner of the shop"
    BOOKKEEPER = "accountant of the shop"
    OTHER_SHOP = "staff of another shop"
    ACCOUNTANT = "accountant of the market"
    AUDITOR = "auditor of the market"
    OPERATOR = "operator of the market"


class Answer(StrEnum):
    """What a person learns from asking."""

    ALLOWED = "allowed"
    SIGN_IN = "led to sign in"
    HIDDEN = "404, as if there were nothing"
    REFUSED = "403"
    NO_SHOP = "led to where a shop is opened"


@dataclass(frozen=True)
class Access:
    """Who gets through, and what the guest and all others are answered."""

    allowed: frozenset[Person]
    guest: Answer
    others: Answer

    def answer(self, person: Person) -> Answer:
        if person in self.allowed:
            return Answer.ALLOWED
        return self.guest if person is Person.GUEST else self.others


@dataclass(frozen=True)
class Route:
    """One way to ask for one thing. `params`, `query` and `body` may name things of the market: `"{order}"`.

    `body` is what a person would send who means it; without one a POST carries a form token only.
    """

    endpoint: str
    access: Access
    method: str = "GET"
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        rest = " ".join(self.params.values())
        return f"{self.method} {self.endpoint} {rest}".strip()


def _among(*people: Person, guest: Answer = Answer.SIGN_IN, others: Answer = Answer.HIDDEN) -> Access:
    return Access(frozenset(people), guest, others)


EVERYBODY = _among(*Person)
NOBODY_BY_COOKIE = _among(others=Answer.SIGN_IN)
"""Only who sends a token is let in (`tests/access`), however well the browser is known."""
SIGNED_IN = _among(*(person for person in Person if person is not Person.GUEST))
STAFF_OF_ANY_SHOP = _among(Person.OWNER, Person.BOOKKEEPER, Person.OTHER_SHOP, others=Answer.NO_SHOP)
BUYER_OF_ORDER = _among(Person.BUYER, guest=Answer.HIDDEN)
"""A guest may be the buyer too, by the link of the mail; without it a guest is a stranger, who learns nothing."""
BOTH_SIDES = _among(Person.BUYER, Person.OWNER, Person.BOOKKEEPER)
"""Of an offer or a deal: its buyer and the people of the shop; what each may do there is told on the page."""
BARGAINERS = _among(Person.BUYER, Person.OWNER)
PARTY_OF_SHOP_UNSEEN = _among(Person.OWNER, Person.BOOKKEEPER, guest=Answer.HIDDEN)
PARTY_OF_SHOP = _among(Person.OWNER, Person.BOOKKEEPER)
PARTIES_AND_ARBITER = _among(Person.BUYER, Person.OWNER, Person.BOOKKEEPER, Person.OPERATOR, guest=Answer.HIDDEN)
SELLERS_OF_SHOP = _among(Person.OWNER)
OWNERS_AND_OPERATORS = _among(Person.OWNER, Person.OPERATOR)
SELLERS_UNSEEN = _among(Person.OWNER, guest=Answer.HIDDEN)
READERS_OF_REPORTED = _among(Person.BUYER, Person.OWNER, Person.OPERATOR, guest=Answer.HIDDEN)
MONEY_OF_SHOP = _among(Person.OWNER, Person.BOOKKEEPER)
_READERS = (Person.ACCOUNTANT, Person.AUDITOR, Person.OPERATOR)
REPORT_OF_SHOP = _among(Person.OWNER, Person.BOOKKEEPER, *_READERS)
READERS_OF_REPORTS = _among(Person.OWNER, Person.BOOKKEEPER, Person.OTHER_SHOP, *_READERS)
"""Each of the own shop, or of the market."""
OWNER_OF_COPY = OWNER_OF_TOKEN = SIGNED_BUYER = _among(Person.BUYER)
OWNER_OF_REPORT = _among(Person.BOOKKEEPER)
OWN_LIST = _among(Person.BUYER, guest=Answer.HIDDEN)
"""Of a buyer's account; the secret of its address opens it to nobody else."""
INVITED_PERSON = _among(Person.STRANGER)
OPERATORS = _among(Person.OPERATOR, others=Answer.REFUSED)
MARKET_BOOKS = _among(*_READERS, others=Answer.REFUSED)
"""Read by who keeps them and by who looks whether they are kept well; changed by the first only."""
KEEPERS_OF_BOOKS = _among(Person.OPERATOR, Person.ACCOUNTANT, others=Answer.REFUSED)
MARKET_REPORTS = _among(*_READERS)
