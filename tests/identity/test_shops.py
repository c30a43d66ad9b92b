"""Shops, roles and the operator's decisions."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.identity.actions.approve_shop import approve_shop, suspend_shop
from app.identity.actions.create_shop import ShopTerms, create_shop
from app.identity.actions.edit_shop import edit_shop
from app.identity.actions.ensure_market import ensure_market
from app.identity.actions.grant_role import grant_role
from app.identity.actor import ANONYMOUS, market_role
from app.identity.errors import (
    OperatorNeeded,
    ShopCannotChangeState,
    ShopNotFound,
    SignInNeeded,
    UnusableChoice,
    UnusableHandlingDays,
    UnusableShopName,
)
from app.identity.queries import actor_of, owner_addresses, shop_run_by, shop_shown, shops_by_status, shops_of
from app.identity.rules.countries import COUNTRIES, UnservedCountry
from app.identity.rules.roles import OWNING
from app.identity.rules.slugs import plain_slug
from app.money.currencies import CURRENCIES
from app.notify.queries import mailbox
from app.shipping.rules import REGION
from tests.support.goods import a_person, a_shop, an_actor, an_operator
from tests.support.queries import queries_of

FINE = ShopTerms("Silk House", "company", "LA", "Luang Prabang")


@pytest.mark.parametrize(
    ("country", "currency", "zone"),
    [("KH", "USD", "Asia/Phnom_Penh"), ("VN", "VND", "Asia/Ho_Chi_Minh"), ("TL", "USD", "Asia/Dili")],
)
def test_currency_and_time_zone_follow_the_country(session, country, currency, zone):
    shop = create_shop(session, an_actor(session), ShopTerms("Silk House", "company", country, "Town"))
    assert (shop.currency, shop.time_zone, shop.status) == (currency, zone, "pending")


def test_a_cambodian_shop_may_price_in_riel(session):
    shop = create_shop(session, an_actor(session), ShopTerms("Silk House", "company", "KH", "Takeo", currency="KHR"))
    assert shop.currency == "KHR"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"name": "x"}, UnusableShopName), ({"name": "x" * 81}, UnusableShopName), ({"name": "12 34"}, UnusableShopName),
        ({"name": "nul\x00"}, UnusableShopName), ({"country": "US"}, UnservedCountry), ({"country": ""}, UnservedCountry),
        ({"kind": "market"}, UnusableChoice), ({"currency": "EUR"}, UnusableChoice), ({"time_zone": "Mars/Base"}, UnusableChoice),
        ({"handling_days": -1}, UnusableHandlingDays), ({"handling_days": 61}, UnusableHandlingDays),
    ],
)  # fmt: skip
def test_unusable_terms_open_no_shop(session, change, error):
    with pytest.raises(error):
        create_shop(session, an_actor(session), ShopTerms(**(vars(FINE) | change)))


def test_a_guest_opens_no_shop(session):
    with pytest.raises(SignInNeeded):
        create_shop(session, ANONYMOUS, FINE)


def test_shops_of_one_name_have_addresses_of_their_own(session):
    slugs = [
        create_shop(session, an_actor(session), ShopTerms("តម្បាញ Silk", "company", "KH", "Takeo")).slug
        for _ in range(3)
    ]
    assert slugs == ["silk", "silk-2", "silk-3"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Sothy's Farm", "sothys-farm"),
        ("Nhà Đá & Gốm", "nha-da-gom"),
        ("ផ្សារ", "shop"),
        ("—!—", "shop"),
        ("A" * 90, "a" * 60),
        ("İstanbul", "istanbul"),
    ],
)
def test_a_name_becomes_a_plain_address(name, slug):
    assert plain_slug(name, fallback="shop") == slug


def test_the_owner_edits_and_nobody_else_does(session):
    shop, owner = a_shop(session)
    edit_shop(session, owner, shop.id, ShopTerms("New Name", "company", "KH", "Kep"))
    assert (shop.name, shop.place) == ("New Name", "Kep")
    for stranger in (an_actor(session), a_shop(session)[1], ANONYMOUS):
        with pytest.raises(ShopNotFound):
            edit_shop(session, stranger, shop.id, FINE)
        with pytest.raises(ShopNotFound):
            shop_run_by(session, stranger, shop.id)


def test_country_and_currency_stay_what_they_were(session):
    shop, owner = a_shop(session)
    edit_shop(session, owner, shop.id, ShopTerms("New Name", "company", "TH", "Bangkok"))
    assert (shop.country, shop.currency) == ("KH", "USD")


def test_only_an_operator_approves_and_the_log_says_who(session):
    shop, owner = a_shop(session, is_approved=False)
    for other in (owner, ANONYMOUS):
        with pytest.raises(OperatorNeeded):
            approve_shop(session, other, shop.id)
    operator = an_operator(session)
    approve_shop(session, operator, shop.id)
    assert shop_shown(session, ANONYMOUS, shop.slug).id == shop.id
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "shop.approve", AuditEntry.subject_id == shop.id)
    ).one()
    assert entry.actor_id == operator.user_id
    with pytest.raises(ShopCannotChangeState):
        approve_shop(session, operator, shop.id)


def test_owners_are_told_once_that_their_shop_is_open(session):
    shop, _ = a_shop(session)
    operator = an_operator(session)
    suspend_shop(session, operator, shop.id, reason="a question")
    approve_shop(session, operator, shop.id)
    ((address, _locale),) = owner_addresses(session, shop.id)
    (mail,) = [mail for mail in mailbox(session, recipient=address).rows if "is open at" in mail.subject]
    assert shop.name in mail.subject
    assert f"/desk/goods?shop={shop.id}" in mail.body


def test_a_suspended_shop_is_not_shown_and_may_come_back(session):
    shop, _ = a_shop(session)
    operator = an_operator(session)
    suspend_shop(session, operator, shop.id, reason="counterfeit")
    with pytest.raises(ShopNotFound):
        shop_shown(session, ANONYMOUS, shop.slug)
    approve_shop(session, operator, shop.id)
    assert shop_shown(session, ANONYMOUS, shop.slug).status == "approved"


def test_nobody_suspends_the_market_itself(session):
    operator = an_operator(session)
    market = ensure_market(session, name="Phsar", country_code="KH", time_zone="Asia/Phnom_Penh")
    with pytest.raises(ShopNotFound):
        suspend_shop(session, operator, market.id, reason="no")


def test_there_is_one_market_however_often_it_is_made(session):
    first = ensure_market(session, name="Phsar", country_code="KH", time_zone="Asia/Phnom_Penh")
    assert ensure_market(session, name="Other", country_code="TH", time_zone="Asia/Bangkok").id == first.id


def test_roles_hold_in_their_own_organization_only(session):
    shop, owner = a_shop(session)
    helper = a_person(session)
    grant_role(session, granted_by=owner.user_id, organization_id=shop.id, user_id=helper.id, role="warehouse")
    actor = actor_of(session, helper.id)
    assert actor.member_of(shop.id)
    assert not actor.member_of(shop.id, OWNING)
    assert not market_role(actor, "operator")
    assert [mine.id for mine in shops_of(session, actor)] == [shop.id]
    with pytest.raises(UnusableChoice):
        grant_role(session, granted_by=None, organization_id=shop.id, user_id=helper.id, role="operator")


def test_a_closed_account_is_nobody(session):
    user = a_person(session)
    user.active = False
    session.flush()
    assert actor_of(session, user.id) == ANONYMOUS


def test_the_operators_list_is_closed_to_others_and_costs_one_query(session):
    operator = an_operator(session)
    for _ in range(3):
        a_shop(session, is_approved=False, ships=False)
    assert queries_of(session, lambda: shops_by_status(session, operator, "pending")) == 1
    assert len(shops_by_status(session, operator, "pending").rows) == 3
    with pytest.raises(OperatorNeeded):
        shops_by_status(session, an_actor(session), "pending")


def test_mails_about_a_shop_go_to_its_owners(session):
    shop, owner = a_shop(session)
    assert owner_addresses(session, shop.id) == [(session.get_one(type(a_person(session)), owner.user_id).email, "en")]


def test_every_country_trades_in_currencies_we_know():
    assert set(COUNTRIES) == REGION
    assert {code for country in COUNTRIES.values() for code in country.currencies} <= set(CURRENCIES)
