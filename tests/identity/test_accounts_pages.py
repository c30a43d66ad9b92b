"""Signing up, in and out, and passwords, as people do it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from passlib.hash import sha256_crypt
from sqlalchemy import func, select

from app.db.session import reading, transaction
from app.identity.models import User
from app.identity.queries import user_by_email
from app.notify.models import OutgoingMail
from app.web.limits import limiter
from tests.support.market_pages import OWNER, PASSWORD
from tests.support.visitor import Visitor

NEW_PASSWORD = "four quite other words"


def mails_to(email):
    with reading() as session:
        return session.scalars(
            select(OutgoingMail).where(OutgoingMail.recipient == email).order_by(OutgoingMail.id)
        ).all()


def link_in(mail):
    return re.search(r"https?://[^/]+(/\S+)", mail.body)[1]


def signed_up(market_pages, email):
    visitor = market_pages.visitor()
    visitor.open("/register")
    visitor.send("email", name="Dara", email=email, password=PASSWORD)
    visitor.open(link_in(mails_to(email)[-1]))
    visitor.send()
    return visitor


def is_signed_in(visitor):
    visitor.open("/account")
    return visitor.answer.request.path == "/account"


def test_a_new_person_confirms_the_address_and_is_signed_in(market_pages):
    visitor = market_pages.visitor()
    visitor.open("/register?next=/sell")
    visitor.send("email", name="Dara", email="Dara@Market.example ", password=PASSWORD)
    assert "Look into your mail" in visitor.text
    assert not is_signed_in(visitor)
    visitor.open(link_in(mails_to("dara@market.example")[0]))
    assert "dara@market.example" in visitor.text
    visitor.send()
    assert visitor.answer.request.path == "/sell"
    assert is_signed_in(visitor)


def test_opening_the_link_alone_confirms_nothing(market_pages):
    visitor = market_pages.visitor()
    visitor.open("/register")
    visitor.send("email", name="Robot", email="robot@market.example", password=PASSWORD)
    visitor.open(link_in(mails_to("robot@market.example")[0]))
    with reading() as session:
        assert user_by_email(session, "robot@market.example").confirmed_at is None


def test_a_confirmation_link_opens_the_account_only_once(market_pages):
    signed_up(market_pages, "once@market.example")
    thief = market_pages.visitor()
    thief.open(link_in(mails_to("once@market.example")[0]))
    thief.send()
    assert not is_signed_in(thief)


def test_a_used_link_says_what_is_true_for_the_one_who_opens_it(market_pages):
    me = signed_up(market_pages, "twice@market.example")
    link = link_in(mails_to("twice@market.example")[0])
    me.open(link)
    assert me.answer.request.path == "/account"
    assert "twice@market.example is confirmed already, and you are signed in." in me.text
    other = market_pages.visitor(OWNER)
    other.open(link)
    assert other.answer.request.path == "/account"
    assert "You are signed in with another account." in other.text
    guest = market_pages.visitor()
    guest.open(link)
    assert guest.answer.request.path == "/sign-in"
    assert "Sign in with your password." in guest.text


def test_a_damaged_link_does_not_ask_somebody_to_sign_in_who_is(market_pages):
    visitor = market_pages.visitor(OWNER)
    visitor.open("/confirm/nonsense")
    assert visitor.answer.request.path == "/account"
    assert "you are signed in" in visitor.text
    assert "Sign in, and" not in visitor.text


def test_for_a_link_that_was_not_used_in_time_a_new_one_is_sent(market_pages, monkeypatch):
    visitor = market_pages.visitor()
    visitor.open("/register")
    visitor.send("email", name="Late", email="too-late@market.example", password=PASSWORD)
    late = link_in(mails_to("too-late@market.example")[0])
    with monkeypatch.context() as three_days_on:
        three_days_on.setitem(market_pages.app.config, "SECURITY_CONFIRM_EMAIL_WITHIN", timedelta(seconds=-1))
        visitor.open(late)
        assert "too-late@market.example is not confirmed yet" in visitor.text
        assert len(mails_to("too-late@market.example")) == 1, "opening a link sends nothing"
        visitor.send()
        assert "Look into your mail" in visitor.text
    visitor.open(link_in(mails_to("too-late@market.example")[1]))
    visitor.send()
    assert is_signed_in(visitor)
    with monkeypatch.context() as three_days_on:
        three_days_on.setitem(market_pages.app.config, "SECURITY_CONFIRM_EMAIL_WITHIN", timedelta(seconds=-1))
        visitor.open(late)
    assert "is confirmed already" in visitor.text


def test_in_another_browser_the_link_asks_for_the_password(market_pages):
    visitor = market_pages.visitor()
    visitor.open("/register")
    visitor.send("email", name="Phone", email="phone@market.example", password=PASSWORD)
    phone = market_pages.visitor()
    phone.open(link_in(mails_to("phone@market.example")[0]))
    phone.send(password="not the password")
    assert phone.answer.status_code == 422
    phone.send(password=PASSWORD)
    assert is_signed_in(phone)


def test_a_stranger_who_signs_up_with_my_address_gets_nothing_of_my_account(market_pages):
    stranger, me = market_pages.visitor(), market_pages.visitor()
    for visitor, password in (
        (stranger, "password of a stranger"),
        (me, PASSWORD),
        (stranger, "password of a stranger"),
    ):
        visitor.open("/register")
        visitor.send("email", name="Me", email="mine@market.example", password=password)
    _first, second, third = mails_to("mine@market.example")
    me.open(link_in(second))
    assert "too old" in me.text, "a later sign-up ends earlier links"
    me.open(link_in(third))
    me.send(password=PASSWORD)
    assert me.answer.status_code == 422, "the stranger's sign-up is not confirmed by my click"
    me.open("/forgot-password")
    me.send("email", email="mine@market.example")
    me.open(link_in(mails_to("mine@market.example")[-1]))
    me.send("password", password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert is_signed_in(me)
    stranger.sign_in("mine@market.example", "password of a stranger")
    assert not is_signed_in(stranger)


def test_signing_up_twice_answers_the_same_and_only_the_owner_learns_it(market_pages):
    fresh, known = market_pages.visitor(), market_pages.visitor()
    for visitor, email in ((fresh, "fresh@market.example"), (known, OWNER)):
        visitor.open("/register")
        visitor.send("email", name="X Y", email=email, password=PASSWORD)
    assert fresh.text.replace("fresh@market.example", "") == known.text.replace(OWNER, "")
    assert "already" in mails_to(OWNER)[-1].subject
    with reading() as session:
        assert session.scalar(select(func.count()).where(User.email == OWNER)) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "not an address"}, "name@example.com"),
        ({"password": "short"}, "10 to 128"),
        ({"password": "aaaaaaaaaaaaaaa"}, "10 to 128"),
        ({"password": "long@market.example", "email": "long@market.example"}, "10 to 128"),
        ({"name": ""}, "Fill this in"),
        ({"name": "x" * 500}, "at most"),
        ({"name": "half \u0007 bell"}, "cannot be shown"),
    ],
)
def test_a_mistake_in_signing_up_is_said_and_the_rest_kept(market_pages, fields, said):
    visitor = market_pages.visitor()
    visitor.open("/register")
    visitor.send("email", **({"name": "Dara", "email": "mistake@market.example", "password": PASSWORD} | fields))
    assert visitor.answer.status_code == 422
    assert said in visitor.text
    assert PASSWORD not in visitor.answer.get_data(as_text=True)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(market_pages):
    texts = set()
    for email in (OWNER, "nobody@market.example"):
        visitor = market_pages.visitor()
        visitor.sign_in(email, "wrong wrong wrong")
        assert visitor.answer.status_code == 422
        texts.add(visitor.text)
    assert len(texts) == 1


def test_an_unconfirmed_person_gets_another_link_instead_of_a_session(market_pages):
    visitor = market_pages.visitor()
    visitor.open("/register")
    visitor.send("email", name="Late", email="late@market.example", password=PASSWORD)
    visitor.sign_in("late@market.example", PASSWORD)
    assert "Confirm your e-mail address first" in visitor.text
    assert len(mails_to("late@market.example")) == 2
    assert not is_signed_in(visitor)


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_to_another_site_after_signing_in(market_pages, target):
    visitor = market_pages.visitor()
    visitor.open("/sign-in")
    data = {
        "email": OWNER,
        "password": PASSWORD,
        "csrf_token": visitor.token(),
        "form_token": str(market_pages.shop_id),
    }
    answer = visitor.client.post("/sign-in", query_string={"next": target}, data=data | {"next": target})
    assert answer.headers["Location"] == "/desk"


def test_who_has_one_desk_begins_there_and_who_came_from_a_page_goes_back_to_it(market_pages):
    for wanted, led in (("/", "/desk"), ("/account", "/account")):
        visitor = market_pages.visitor()
        visitor.open(f"/sign-in?next={wanted}")
        data = {"email": OWNER, "password": PASSWORD, "csrf_token": visitor.token()}
        answer = visitor.client.post("/sign-in", data=data | {"form_token": str(uuid4()), "next": wanted})
        assert answer.headers["Location"] == led
    buyer = signed_up(market_pages, "only-buys@market.example")
    assert buyer.answer.request.path == "/"


def test_the_welcome_is_in_the_language_of_the_one_who_signs_in(market_pages):
    signed_up(market_pages, "welcome-km@market.example")
    with transaction() as session:
        session.scalars(select(User).where(User.email == "welcome-km@market.example")).one().locale = "km"
    visitor = market_pages.visitor()
    visitor.sign_in("welcome-km@market.example", PASSWORD)
    assert 'lang="km"' in visitor.answer.get_data(as_text=True)
    assert "Welcome" not in visitor.text


def test_what_was_in_the_cookie_before_does_not_survive_signing_in_but_the_cart_does(market_pages):
    visitor = market_pages.visitor()
    with visitor.client.session_transaction() as before:
        before.update(cart="a cart", planted="by a stranger")
    visitor.sign_in(OWNER, PASSWORD)
    with visitor.client.session_transaction() as after:
        assert after["cart"] == "a cart"
        assert "planted" not in after


def test_signing_out_ends_the_session(market_pages):
    visitor = market_pages.visitor(OWNER)
    assert is_signed_in(visitor)
    visitor.client.post("/sign-out", data={"csrf_token": visitor.token()})
    assert not is_signed_in(visitor)


def test_a_form_without_its_protection_is_refused(market_pages):
    answer = market_pages.visitor().client.post("/sign-in", data={"email": OWNER, "password": PASSWORD})
    assert answer.status_code == 400


def test_a_forgotten_password_is_replaced_and_everyone_else_signed_out(market_pages):
    elsewhere = signed_up(market_pages, "forgetful@market.example")
    assert is_signed_in(elsewhere)
    visitor = market_pages.visitor()
    visitor.open("/forgot-password")
    visitor.send("email", email="Forgetful@market.example")
    link = link_in(mails_to("forgetful@market.example")[-1])
    visitor.open(link)
    visitor.send("password", password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert is_signed_in(visitor)
    assert not is_signed_in(elsewhere)
    visitor = market_pages.visitor()
    visitor.open(link)
    assert visitor.answer.request.path == "/forgot-password", "the link works only once"
    visitor.sign_in("forgetful@market.example", NEW_PASSWORD)
    assert is_signed_in(visitor)


def test_asking_for_an_unknown_address_writes_to_nobody_and_says_the_same(market_pages):
    visitor = market_pages.visitor()
    visitor.open("/forgot-password")
    visitor.send("email", email="unknown@market.example")
    assert "Look into your mail" in visitor.text
    assert not mails_to("unknown@market.example")


def test_changing_the_password_asks_for_the_old_one(market_pages):
    visitor = signed_up(market_pages, "careful@market.example")
    visitor.open("/account/password")
    visitor.send("current", current="wrong wrong wrong", password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert visitor.answer.status_code == 422
    visitor.send("current", current=PASSWORD, password=NEW_PASSWORD, again="something else entirely")
    assert visitor.answer.status_code == 422
    visitor.send("current", current=PASSWORD, password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert visitor.answer.request.path == "/account"
    assert "changed" in mails_to("careful@market.example")[-1].subject


@pytest.mark.parametrize("path", ["/confirm/nonsense", "/reset-password/nonsense"])
def test_a_damaged_link_says_what_to_do(market_pages, path):
    visitor = market_pages.visitor()
    visitor.open(path)
    assert visitor.answer.status_code == 200
    assert "too old" in visitor.text


def test_a_language_chosen_in_the_account_is_the_language_of_mails(market_pages):
    visitor = signed_up(market_pages, "khmer@market.example")
    visitor.open("/account")
    visitor.send("locale", locale="km")
    visitor = market_pages.visitor()
    visitor.open("/forgot-password")
    visitor.send("email", email="khmer@market.example")
    mail = mails_to("khmer@market.example")[-1]
    assert mail.locale == "km"
    assert "ពាក្យសម្ងាត់" in mail.body.replace("\u200b", "")


def test_guessing_passwords_is_slowed_down(market_pages):
    visitor = Visitor(market_pages.app)
    limiter.enabled = True
    try:
        answers = [visitor.sign_in("victim@market.example", "wrong wrong wrong").status_code for _ in range(11)]
    finally:
        limiter.enabled = False
    assert answers == [422] * 10 + [429]


def test_the_mailbox_shows_what_would_be_sent(market_pages):
    visitor = market_pages.visitor()
    visitor.open("/forgot-password")
    visitor.send("email", email=OWNER)
    visitor.open(f"/mailbox?to={OWNER}")
    assert "Choose a new password" in visitor.text


def test_an_empty_account_opens_a_shop_and_is_led_to_its_steps(market_pages):
    visitor = signed_up(market_pages, "seller@market.example")
    visitor.open("/sell")
    visitor.open("/sell/shop")
    visitor.send("name", press=("change_country", "1"), country="VN", name="Nhà gốm Bát Tràng")
    assert visitor.page.select_one("[name=name]")["value"] == "Nhà gốm Bát Tràng"
    visitor.send("name", place="Hà Nội", kind="company", story="Potters since 1802.")
    assert visitor.answer.request.path == "/desk/approval"
    assert "0 of 5 steps are done" in visitor.text
    visitor.open("/desk/goods")
    assert "Your shop is not approved yet" in visitor.text
    visitor.open("/desk/shop")
    visitor.send("name", place="Bát Tràng, Hà Nội")
    assert "Saved" in visitor.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "1"}, "2 to 80"),
        ({"country": "XX"}, "Choose"),
        ({"handling_days": "61"}, "at most 60"),
        ({"handling_days": "1.5"}, "whole number"),
        ({"kind": "robber"}, "Choose"),
    ],
)
def test_a_shop_with_a_mistake_is_not_opened(market_pages, fields, said):
    visitor = market_pages.visitor(OWNER)
    visitor.open("/sell/shop")
    visitor.send("name", **({"name": "Fine Name", "country": "KH", "place": "Kampot"} | fields))
    assert visitor.answer.status_code == 422
    assert said in visitor.text


def test_time_does_not_tell_which_addresses_have_an_account(market_pages, monkeypatch):
    """Slow is only what is meant to be: one argon2 hash for each sign-up, known or not, and none for a forgotten password."""
    signed_up(market_pages, "timed@market.example")
    slow = []

    def counted(kind, name, word):
        work = getattr(kind, name)
        monkeypatch.setattr(kind, name, lambda *given: slow.append(word) or work(*given))

    counted(PasswordHasher, "hash", "argon2")
    counted(sha256_crypt, "_calc_checksum", "sha256_crypt")
    for path, fields, work in (
        ("/register", {"name": "Dara", "password": PASSWORD}, ["argon2"]),
        ("/forgot-password", {}, []),
    ):
        for email in ("timed@market.example", "nobody@market.example"):
            slow.clear()
            visitor = market_pages.visitor()
            visitor.open(path)
            visitor.send("email", email=email, **fields)
            assert "Look into your mail" in visitor.text
            assert slow == work, (path, email)
