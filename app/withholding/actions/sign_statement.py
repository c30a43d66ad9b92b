"""A seller's tax number, and its yearly word of having sold no more than the threshold."""

import re
import unicodedata
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.identity.errors import ShopNotFound
from app.identity.models import Organization
from app.identity.queries import shops_run_by
from app.identity.rules.roles import ACCOUNTING, OWNING
from app.withholding.errors import NoStatement, NothingToState, SoldMore, UnusableTaxNumber
from app.withholding.models import SellerStatement, SellerTaxNumber
from app.withholding.presets import all_rules
from app.withholding.queries import is_over, statement_of, today_of
from app.withholding.rules import NUMBER_LONGEST, Rule, rules_on

_NUMBER = re.compile(rf"[0-9A-Z]{{5,{NUMBER_LONGEST}}}")


def set_tax_number(session: Session, actor: Actor, shop_id: UUID, tax_number: str) -> str:
    """Kept without spaces, points and dashes. Raises ShopNotFound or UnusableTaxNumber."""
    shop = lock_one(session, shops_run_by(actor, shop_id, ACCOUNTING), missing=ShopNotFound)
    plain = re.sub(r"[\s./-]", "", unicodedata.normalize("NFKC", tax_number)).upper()
    if not _NUMBER.fullmatch(plain):
        raise UnusableTaxNumber(field="tax_number")
    known = session.get(SellerTaxNumber, shop.id)
    if known is None or known.tax_number != plain:
        session.execute(
            upsert(SellerTaxNumber)
            .values(organization_id=shop.id, tax_number=plain)
            .on_conflict_do_update(index_elements=["organization_id"], set_={"tax_number": plain})
        )
        record_act(session, actor.user_id, "shop.set_tax_number", shop.id, ending=plain[-4:])
    session.flush()
    return plain


def sign_statement(session: Session, actor: Actor, shop_id: UUID, *, wording: str, now: datetime) -> SellerStatement:
    """Only the owner, for the running year by the shop's own clock; signed twice, the same statement.

    `wording` is what stood on the page. Orders placed before keep their terms. Raises ShopNotFound, NothingToState,
    UnusableTaxNumber when no number is on file, or SoldMore.
    """
    shop = lock_one(session, shops_run_by(actor, shop_id, OWNING), missing=ShopNotFound)
    on = today_of(shop, now)
    known = statement_of(session, shop.id, on.year)
    if known is not None:
        return known
    rules = liftable(shop, now)
    if not rules:
        raise NothingToState
    if session.get(SellerTaxNumber, shop.id) is None:
        raise UnusableTaxNumber(field="tax_number")
    if any(is_over(session, shop, rule.threshold, on.year) for rule in rules):
        raise SoldMore
    assert actor.user_id is not None
    made = SellerStatement(
        organization_id=shop.id, country=shop.country, year=on.year, wording=wording, signed_by=actor.user_id
    )
    session.add(made)
    session.flush()
    record_act(session, actor.user_id, "statement.sign", shop.id, year=on.year)
    return made


def withdraw_statement(session: Session, actor: Actor, shop_id: UUID, *, now: datetime) -> None:
    """The shop sold more than it thought, here or elsewhere: tax is withheld from the next order on.

    Raises ShopNotFound or NoStatement.
    """
    shop = lock_one(session, shops_run_by(actor, shop_id, OWNING), missing=ShopNotFound)
    known = statement_of(session, shop.id, today_of(shop, now).year)
    if known is None:
        raise NoStatement
    known.withdrawn_at = now
    record_act(session, actor.user_id, "statement.withdraw", shop.id, year=known.year)
    session.flush()


def liftable(shop: Organization, now: datetime) -> list[Rule]:
    """The rules of today that a statement of this shop would lift."""
    return [rule for rule in rules_on(all_rules(), shop.country, today_of(shop, now)) if shop.kind in rule.exempt_kinds]
