"""Where the pages of webhooks stand: at the desk of a shop, or among the pages of a company that buys."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import g
from flask_babel import gettext as _

from app.companies.errors import CompanyNotFound
from app.identity.actor import Actor
from app.identity.current import acting_shop, current_actor
from app.identity.models import Organization
from app.identity.rules.roles import APPROVER, OWNING
from app.webhooks.rules import KINDS, OF_COMPANIES

DESK = "/desk/webhooks"


@dataclass(frozen=True)
class Place:
    """`base`: what the addresses of its pages begin with; `trail`: the pages above one of an endpoint."""

    frame: str
    base: str
    home: str
    trail: list[tuple[str, str]]
    is_company: bool


def keep_company(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The company is part of the address; views are the same without it."""
    g.webhooks_company = (values or {}).pop("company_id", None)


def acting() -> Actor:
    """The person with those roles only that count here, so that each page shows what is its own.

    Raises CompanyNotFound for who is no approver of the company in the address.
    """
    actor, company_id = current_actor(), _company()
    if company_id is None:
        return replace(actor, memberships=tuple(one for one in actor.memberships if one.role in OWNING))
    held = tuple(one for one in actor.memberships if one.organization_id == company_id and one.role == APPROVER)
    if not held:
        raise CompanyNotFound
    return replace(actor, memberships=held)


def acting_for() -> UUID:
    """The company in the address, or the shop whose desk is open. Raises ShopNotFound."""
    return _company() or acting_shop(OWNING)


def kinds_here() -> Mapping[str, str]:
    return KINDS if _company() is None else OF_COMPANIES


def base() -> str:
    company_id = _company()
    return DESK if company_id is None else f"/companies/{company_id}/webhooks"


def place_of(organization: Organization) -> Place:
    if _company() is None:
        home = f"{DESK}?shop={organization.id}"
        return Place("desk.html", DESK, home, [(_("Webhooks"), home)], is_company=False)
    above = [(_("Companies you buy for"), "/companies"), (organization.name, f"/companies/{organization.id}")]
    return Place("companies/frame.html", base(), base(), [*above, (_("Webhooks"), base())], is_company=True)


def _company() -> UUID | None:
    return g.get("webhooks_company")
