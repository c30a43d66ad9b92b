"""Reading dossiers: their owner sees the own one, an operator sees all, and nobody else finds any."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, true
from sqlalchemy.orm import Session

from app.config.days import market_today
from app.db.locks import load_one
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded
from app.identity.models import Organization, User
from app.identity.queries import shop_by_id, shop_run_by
from app.identity.rules.roles import MARKET, OPERATOR, OWNING, PRIVATE_PERSON
from app.parties.errors import PaperNotFound
from app.parties.models import Dossier, Paper, ShopEvent, ShopLook
from app.parties.number_forms import forms_of
from app.parties.rules.checklist import Step, Told, steps_done
from app.parties.rules.looks import mixed_words, skeleton
from app.parties.rules.numbers import NumberForm, Oddity, Which, oddity_of
from app.parties.rules.review import Review


@dataclass(frozen=True)
class ShopFile:
    """One shop with all it has told. `dossier` is an empty one where nothing was told yet."""

    shop: Organization
    dossier: Dossier
    papers: Sequence[Paper]

    @property
    def review(self) -> Review:
        return Review(self.dossier.review)

    @property
    def steps(self) -> dict[Step, bool]:
        return steps_done(told_of(self.shop, self.dossier, [paper.kind for paper in self.papers]))

    @property
    def is_complete(self) -> bool:
        return all(self.steps.values())


def told_of(shop: Organization, dossier: Dossier, paper_kinds: Collection[str]) -> Told:
    return Told(
        kind=shop.kind,
        legal_name=dossier.legal_name,
        are_numbers_told=dossier.numbers_told_at is not None,
        paper_kinds=paper_kinds,
        has_bank_account=bool(shop.bank_account),
        has_wallet=shop.has_own_wallet,
        attested_version=dossier.attested_version,
    )


def first_review(status: str) -> Review:
    """Of a shop without a dossier: who may sell was looked at before there were any."""
    return Review.OPEN if status == "pending" else Review.REJECTED if status == "rejected" else Review.ACCEPTED


def file_of_own(session: Session, actor: Actor, organization_id: UUID) -> ShopFile:
    """For the shop's owners. Raises ShopNotFound."""
    return file_of_shop(session, shop_run_by(session, actor, organization_id, OWNING))


def file_for_operator(session: Session, actor: Actor, organization_id: UUID) -> ShopFile:
    """Raises OperatorNeeded, ShopNotFound."""
    return file_of_shop(session, shop_by_id(session, actor, organization_id))


def file_of_shop(session: Session, shop: Organization) -> ShopFile:
    """Of a shop whose owner or reviewer the caller has found this person to be."""
    dossier = session.get(Dossier, shop.id) or _empty(shop)
    papers = select(Paper).where(Paper.organization_id == shop.id).order_by(Paper.uploaded_at, Paper.id)
    return ShopFile(shop, dossier, session.scalars(papers).all())


def _empty(shop: Organization) -> Dossier:
    review = first_review(shop.status).value
    return Dossier(
        organization_id=shop.id, review=review, kind=shop.kind, version=1, legal_name="", registration_number="",
        tax_number="", reason="",
    )  # fmt: skip


def papers_seen_by(actor: Actor) -> Select[Paper]:
    """Of shops this person owns; an operator sees all."""
    is_operator = true() if market_role(actor, OPERATOR) else Paper.organization_id.in_(actor.organizations(OWNING))
    return select(Paper).where(is_operator)


def paper_seen_by(session: Session, actor: Actor, paper_id: UUID) -> Paper:
    """Raises PaperNotFound for somebody else's."""
    return load_one(session, papers_seen_by(actor).where(Paper.id == paper_id), missing=PaperNotFound)


def sent_for_review(session: Session, actor: Actor, *, cursor: str | None = None, size: int = 50) -> Page[Any]:
    """What waits for the operator, the oldest first. Raises OperatorNeeded."""
    _require_operator(actor)
    query = (
        select(
            Dossier.organization_id, Dossier.sent_at, Organization.name, Organization.kind, Organization.country,
            Organization.status, Organization.number,
        )
        .join(Organization, Organization.id == Dossier.organization_id)
        .where(Dossier.review == Review.SENT)
    )  # fmt: skip
    order = [Dossier.sent_at, Dossier.organization_id]
    return fetch_page(session, query, order=order, descending=False, cursor=cursor, size=size)


def history_of(session: Session, actor: Actor, organization_id: UUID, *, cursor: str | None = None) -> Page[Any]:
    """What happened to the shop, the newest first, with who did it. Raises OperatorNeeded."""
    _require_operator(actor)
    query = (
        select(ShopEvent.id, ShopEvent.kind, ShopEvent.reason, ShopEvent.at, User.name, User.email)
        .outerjoin(User, User.id == ShopEvent.actor_id)
        .where(ShopEvent.organization_id == organization_id)
    )
    order = [ShopEvent.at, ShopEvent.id]
    return fetch_page(session, query, order=order, descending=True, cursor=cursor, size=25)


def last_reason(session: Session, organization_id: UUID, kind: str) -> str:
    """What the operator wrote the last time that happened; the caller has checked who reads it."""
    query = (
        select(ShopEvent.reason)
        .where(ShopEvent.organization_id == organization_id, ShopEvent.kind == kind)
        .order_by(ShopEvent.at.desc(), ShopEvent.id.desc())
        .limit(1)
    )
    return session.scalar(query) or ""


def number_forms_of(shop: Organization) -> dict[Which, NumberForm | None]:
    return forms_of(shop.country, market_today())


def own_oddities(found: ShopFile) -> dict[Which, Oddity]:
    """What its owner may look at once more; nothing before the numbers were told, nor after they were accepted."""
    if found.dossier.numbers_told_at is None or found.review is Review.ACCEPTED:
        return {}
    return {which: oddity for which, oddity in oddities(found).items() if oddity is not Oddity.UNCHECKED}


def oddities(found: ShopFile) -> dict[Which, Oddity]:
    """What is odd about the shop's numbers."""
    numbers = {Which.REGISTRATION: found.dossier.registration_number, Which.TAX: found.dossier.tax_number}
    odd = {
        which: oddity_of(form, numbers[which], found.shop.kind) for which, form in number_forms_of(found.shop).items()
    }
    return {which: oddity for which, oddity in odd.items() if oddity is not None}


@dataclass(frozen=True)
class NameHints:
    """`alike`: shops with a name that looks the same (id, name); `mixed`: words of this name in several scripts."""

    alike: Sequence[Any]
    mixed: Sequence[str]


def name_hints(session: Session, actor: Actor, shop: Organization) -> NameHints:
    """Raises OperatorNeeded."""
    _require_operator(actor)
    query = (
        select(Organization.id, Organization.name, Organization.status)
        .outerjoin(ShopLook, ShopLook.organization_id == Organization.id)
        .where(ShopLook.skeleton == skeleton(shop.name), Organization.id != shop.id, Organization.status != "closed")
        .order_by(Organization.created_at, Organization.id)
        .limit(5)
    )
    return NameHints(session.execute(query).all(), mixed_words(shop.name))


def unlooked_shops(session: Session, size: int) -> Sequence[Any]:
    """Shops whose name was never looked at: they are older than the looking."""
    query = (
        select(Organization.id, Organization.name)
        .outerjoin(ShopLook, ShopLook.organization_id == Organization.id)
        .where(ShopLook.organization_id.is_(None), Organization.kind != MARKET)
        .order_by(Organization.id)
        .limit(size)
    )
    return session.execute(query).all()


def _require_operator(actor: Actor) -> None:
    if not market_role(actor, OPERATOR):
        raise OperatorNeeded


@dataclass(frozen=True)
class TradingNames:
    """What a shop's papers may say about it; empty where nothing was told or nobody has looked at it."""

    legal_name: str = ""
    registration_number: str = ""
    tax_number: str = ""


def trading_names(session: Session, organization_ids: Collection[UUID]) -> dict[UUID, TradingNames]:
    """Of every shop asked for. What a private person told about itself stays with the market."""
    told = select(Dossier).join(Organization, Organization.id == Dossier.organization_id)
    told = told.where(Dossier.organization_id.in_(organization_ids), Dossier.review == Review.ACCEPTED)
    told = told.where(Dossier.attested_at <= Dossier.decided_at)  # until the owner stood by it, all was told unseen
    found = dict.fromkeys(organization_ids, TradingNames())
    for one in session.scalars(told.where(Organization.kind != PRIVATE_PERSON)):
        found[one.organization_id] = TradingNames(one.legal_name, one.registration_number, one.tax_number)
    return found
