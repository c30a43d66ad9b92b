"""A buyer writes down what is wanted: a draft that nobody else sees, changed until it is sent."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.companies.queries import buying_context
from app.config.days import market_day
from app.identity.actor import Actor
from app.identity.errors import SignInNeeded
from app.identity.models import Organization
from app.identity.rules.countries import country
from app.media.private_files import PrivateFile
from app.orders.rules.numbers import ALPHABET
from app.pricing.queries import Buyer
from app.rfqs.actions.lock_request import lock_request, note
from app.rfqs.errors import (
    NoShops,
    OwnShopAsked,
    TooManyRequestFiles,
    TooManyRunning,
    TooManyShops,
    UnknownShop,
    UnusableDay,
)
from app.rfqs.models import Asked, Rfq, RfqFile, RfqLine
from app.rfqs.queries import Goods, count_running, files_of, goods_named, requests_of, shops_named
from app.rfqs.rules.life import LONGEST_ASKING_DAYS, MOST_FILES, MOST_RUNNING, MOST_SHOPS, require_draft
from app.rfqs.rules.lines import AskedLine


@dataclass(frozen=True)
class RequestTerms:
    """`shops` are the last parts of their addresses; `closes_at` is when they have to have answered."""

    title: str
    lines: Sequence[AskedLine]
    shops: Sequence[str]
    country: str
    closes_at: datetime
    place: str = ""
    wished_on: date | None = None
    note: str = ""
    files: Sequence[PrivateFile] = ()


def make_request(session: Session, actor: Actor, terms: RequestTerms, *, form_token: UUID, now: datetime) -> Rfq:
    """A draft, for the company this person buys for just now, if any. The same form again is the same draft.

    Shops whose goods are named are asked as well. Raises SignInNeeded, TooManyRunning, NoShops, TooManyShops,
    UnknownShop, OwnShopAsked, UnusableDay, TooManyRequestFiles, UnservedCountry.
    """
    if actor.user_id is None:
        raise SignInNeeded
    known = session.scalars(requests_of(actor).where(Rfq.form_token == form_token)).one_or_none()
    if known is not None:
        return known
    if count_running(session, actor.user_id) >= MOST_RUNNING:
        raise TooManyRunning(most=MOST_RUNNING)
    context = buying_context(session, actor.user_id)
    rfq = Rfq(
        number=_number(),
        form_token=form_token,
        buyer_id=actor.user_id,
        company_id=context.company_id if context else None,
        made_at=now,
        **_columns(terms, now),
    )
    session.add(rfq)
    session.flush()
    _fill(session, actor, rfq, terms)
    note(session, rfq, "made", now, actor_id=actor.user_id)
    return rfq


def change_request(session: Session, actor: Actor, rfq_id: UUID, terms: RequestTerms, *, now: datetime) -> Rfq:
    """A draft is written anew; its files stay and new ones are added. Raises RequestNotFound, NoDraft and as above."""
    rfq = lock_request(session, rfq_id, requests_of(actor))
    require_draft(rfq.state)
    for name, value in _columns(terms, now).items():
        setattr(rfq, name, value)
    session.execute(delete(RfqLine).where(RfqLine.rfq_id == rfq.id))
    session.execute(delete(Asked).where(Asked.rfq_id == rfq.id))
    _fill(session, actor, rfq, terms)
    note(session, rfq, "changed", now, actor_id=actor.user_id)
    return rfq


def drop_file(session: Session, actor: Actor, rfq_id: UUID, file_id: UUID) -> None:
    """Out of a draft. Raises RequestNotFound, NoDraft."""
    rfq = lock_request(session, rfq_id, requests_of(actor))
    require_draft(rfq.state)
    session.execute(delete(RfqFile).where(RfqFile.rfq_id == rfq.id, RfqFile.id == file_id))


def require_asking_day(closes_at: datetime, now: datetime) -> None:
    """Raises UnusableDay."""
    last = now + timedelta(days=LONGEST_ASKING_DAYS)
    if not now < closes_at <= last:
        raise UnusableDay(field="closes_on", last=market_day(last) - timedelta(days=1))


def _columns(terms: RequestTerms, now: datetime) -> dict[str, object]:
    require_asking_day(terms.closes_at, now)
    return {
        "title": terms.title,
        "note": terms.note,
        "country": country(terms.country).code,
        "place": terms.place,
        "wished_on": terms.wished_on,
        "closes_at": terms.closes_at,
        "changed_at": now,
    }


def _fill(session: Session, actor: Actor, rfq: Rfq, terms: RequestTerms) -> None:
    named = _shops(session, terms.shops)
    found, opened, owners = _goods(session, rfq, terms.lines, {shop.id for shop in named})
    shops = list(dict.fromkeys([*(shop.id for shop in named), *owners]))
    _require_shops(session, actor, shops)
    rows = [
        {
            "rfq_id": rfq.id,
            "position": position,
            "words": line.words,
            "quantity": line.quantity,
            "unit": line.unit or (found[position].unit if position in found else ""),
            "variant_id": found[position].variant_id if position in found else None,
            "listing_id": opened.get(position),
        }
        for position, line in enumerate(terms.lines)
    ]
    session.execute(insert(RfqLine), rows)
    session.execute(
        insert(Asked), [{"rfq_id": rfq.id, "organization_id": shop_id, "number": _number()} for shop_id in shops]
    )
    if len(terms.files) + len(files_of(session, rfq.id)) > MOST_FILES:
        raise TooManyRequestFiles(field="files", most=MOST_FILES)
    session.add_all(
        RfqFile(rfq_id=rfq.id, kind=file.kind, name=file.name, content=file.content, size=len(file.content))
        for file in terms.files
    )
    session.flush()


def _shops(session: Session, slugs: Sequence[str]) -> list[Organization]:
    typed = list(dict.fromkeys(slugs))
    if len(typed) > MOST_SHOPS:
        raise TooManyShops(field="shops", count=len(typed), most=MOST_SHOPS)
    known = shops_named(session, typed)
    unknown = next((slug for slug in typed if slug not in known), None)
    if unknown is not None:
        raise UnknownShop(field="shops", typed=unknown[:60])
    return list(dict.fromkeys(known[slug] for slug in typed))


def _goods(
    session: Session, rfq: Rfq, lines: Sequence[AskedLine], shops: set[UUID]
) -> tuple[Mapping[int, Goods], Mapping[int, UUID], Sequence[UUID]]:
    """By position, goods that a line names without doubt: the only ones of their code, or of it at a shop that is asked.

    Then, by position, goods whose address leaves open which choice is meant: that the seller says. And whose goods were named.
    """
    codes = {line.words for line in lines if line.slug is None and len(line.words) <= 40}  # noqa: PLR2004 - the longest code
    slugs = {line.slug for line in lines if line.slug is not None}
    named = goods_named(session, Buyer(rfq.buyer_id, rfq.company_id), codes=codes, slugs=slugs)
    found: dict[int, Goods] = {}
    opened: dict[int, UUID] = {}
    owners: list[UUID] = []
    for position, line in enumerate(lines):
        candidates = named.get(f"/p/{line.slug}" if line.slug else line.words.lower(), ())
        asked = [one for one in candidates if one.organization_id in shops]
        certain = asked if len(asked) == 1 else candidates if len(candidates) == 1 else ()
        if certain and certain[0].variant_id not in {one.variant_id for one in found.values()}:
            found[position] = certain[0]
        elif line.slug and candidates:
            opened[position] = candidates[0].listing_id
        owners += [one.organization_id for one in (candidates if line.slug else certain)]
    return found, opened, owners


def _require_shops(session: Session, actor: Actor, shops: Sequence[UUID]) -> None:
    if not shops:
        raise NoShops(field="shops")
    if len(shops) > MOST_SHOPS:
        raise TooManyShops(field="shops", count=len(shops), most=MOST_SHOPS)
    own = next((shop for shop in shops if actor.member_of(shop)), None)
    if own is not None:
        name = session.scalar(select(Organization.name).where(Organization.id == own))
        raise OwnShopAsked(field="shops", shop=name)


def _number() -> str:
    """That tells nothing of how many there are."""
    digits = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{digits[:4]}-{digits[4:]}"
