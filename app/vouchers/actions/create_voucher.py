"""Giving out a voucher."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.catalog.models import Category, Listing
from app.db.locks import lock_one
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded, ShopNotFound
from app.identity.queries import shops_run_by
from app.identity.rules.roles import OPERATOR, SELLING
from app.vouchers.errors import NotYourGoods, VoucherCodeTaken
from app.vouchers.models import Voucher
from app.vouchers.rules.codes import code_key, code_shown, made_code
from app.vouchers.rules.terms import VoucherTerms, require_possible


def create_voucher(
    session: Session,
    actor: Actor,
    organization_id: UUID | None,
    terms: VoucherTerms,
    *,
    form_token: UUID,
    now: datetime,
) -> Voucher:
    """Of a shop, or with None of the market. Without a code one is made up. The same form twice is one voucher.

    Raises ShopNotFound, OperatorNeeded, ImpossibleVoucher, ImpossibleVoucherDays, BadVoucherCode, VoucherCodeTaken,
    NotYourGoods.
    """
    if organization_id is None:
        if not market_role(actor, OPERATOR):
            raise OperatorNeeded
    else:
        lock_one(session, shops_run_by(actor, organization_id, SELLING), missing=ShopNotFound)
    known = session.get(Voucher, form_token)
    if known is not None:
        return known
    require_possible(terms, now)
    _require_own_goods(session, organization_id, terms)
    code = code_shown(terms.code) if terms.code.strip() else made_code(secrets.choice)
    made = session.scalar(
        upsert(Voucher)
        .values(
            id=form_token,
            organization_id=organization_id,
            code=code,
            code_key=code_key(code),
            currency=terms.currency,
            percent_bps=terms.percent_bps,
            amount_minor=terms.amount_minor,
            minimum_minor=terms.minimum_minor,
            starts_at=terms.starts_at or now,
            ends_at=terms.ends_at,
            most_uses=terms.most_uses,
            most_per_buyer=terms.most_per_buyer,
            listing_ids=sorted(terms.listing_ids),
            category_ids=sorted(terms.category_ids),
            created_by=actor.user_id,
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Voucher.id)
    )
    if made is None:
        raise VoucherCodeTaken(field="code", typed=code)
    if organization_id is None:
        record_act(session, actor.user_id, "voucher.create", form_token, code=code)
    return session.get_one(Voucher, made)


def _require_own_goods(session: Session, organization_id: UUID | None, terms: VoucherTerms) -> None:
    listings = select(func.count()).where(Listing.id.in_(terms.listing_ids))
    if organization_id is not None:
        listings = listings.where(Listing.organization_id == organization_id)
    if terms.listing_ids and session.scalar(listings) != len(set(terms.listing_ids)):
        raise NotYourGoods(field="listings")
    categories = select(func.count()).where(Category.id.in_(terms.category_ids))
    if terms.category_ids and session.scalar(categories) != len(set(terms.category_ids)):
        raise NotYourGoods(field="categories")
