"""Who reads and writes: a person with roles, and the orders whose link this browser has opened."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_

from app.identity.actor import Actor
from app.messages.models import Thread
from app.messages.rules import ANSWERING, BUYER, ORDER


@dataclass(frozen=True)
class Party:
    """`opened` selects the ids of orders that a link of a mail opens for this browser; None when there are none."""

    actor: Actor
    opened: Select[*tuple[Any]] | None = None


def is_bought_by(party: Party) -> ColumnElement[bool]:
    """The condition on `message_threads` of everything for the buyer's side."""
    ways: list[ColumnElement[bool]] = []
    if party.actor.user_id is not None:
        ways.append(Thread.buyer_id == party.actor.user_id)
    if party.opened is not None:
        ways.append(and_(Thread.kind == ORDER, Thread.subject_id.in_(party.opened)))
    return or_(*ways) if ways else false()


def is_sold_by(actor: Actor) -> ColumnElement[bool]:
    """The condition of everything for the shop's side: what this person's roles answer."""
    ways = [
        and_(Thread.kind == kind, Thread.organization_id.in_(actor.organizations(roles)))
        for kind, roles in ANSWERING.items()
        if actor.organizations(roles)
    ]
    return or_(*ways) if ways else false()


def is_of(party: Party, side: str) -> ColumnElement[bool]:
    return is_bought_by(party) if side == BUYER else is_sold_by(party.actor)
