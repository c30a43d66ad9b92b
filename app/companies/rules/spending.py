"""What a member may order at once, and what a company says about itself."""

import re

from app.companies.errors import UnusableLimit, UnusableTaxNumber
from app.money.amounts import usd
from app.states.edges import Axis, By, edge, table

LARGEST_LIMIT = 99_999_999  # US cents: more than one checkout can take
LONGEST_PO, LONGEST_TAX_NUMBER = 40, 30
_TAX_NUMBER = re.compile(r"[\w .\-/]{0,30}")
INVITATION = Axis(
    "company invitation",
    "company_invitations.state",
    "Answered by the invited or taken back by an approver of the company, once.",
    table(
        edge(None, "open", "companies.invite_colleague", By.BUYER),
        edge("open", "accepted", "companies.answer_invitation", By.BUYER),
        edge("open", "declined", "companies.answer_invitation", By.BUYER),
        edge("open", "withdrawn", "companies.invite_colleague", By.BUYER),
    ),
)


def needs_approval(limit_cents: int | None, total_cents: int) -> bool:
    """Whether an order of that total is above the member's limit; None is no limit."""
    return limit_cents is not None and total_cents > limit_cents


def require_limit(limit_cents: int | None) -> None:
    """Raises UnusableLimit."""
    if limit_cents is not None and not 0 <= limit_cents <= LARGEST_LIMIT:
        raise UnusableLimit(field="limit", most=usd(LARGEST_LIMIT))


def usable_tax_number(typed: str) -> str:
    """As it is printed on orders; empty is none. Raises UnusableTaxNumber."""
    number = " ".join(typed.split())
    if not _TAX_NUMBER.fullmatch(number):
        raise UnusableTaxNumber(field="tax_number")
    return number


def may_become(state: str, wanted: str) -> bool:
    """Of an invitation."""
    return INVITATION.leads(state, wanted)
