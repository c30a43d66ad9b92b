"""ERC-4361: what is signed, and which answers count."""

import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from hypothesis import given, settings
from hypothesis import strategies as st

from app.identity.actions.ask_wallet import Site, ask_wallet, take_answer
from app.identity.actions.prove_wallet import prove_wallet
from app.identity.actions.sign_in_by_wallet import sign_in_by_wallet
from app.identity.errors import ShopNotFound
from app.identity.rules.sign_in_message import SignInMessage, WalletProofRejected, read_message
from tests.support.goods import a_shop, an_actor
from tests.support.market_pages import OWNER

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SITE = Site("market.example", "https://market.example/sign-in/wallet", 31337)
WALLET, OTHER = Account.from_key("0x" + "11" * 32), Account.from_key("0x" + "22" * 32)
ADDRESS = bytes.fromhex(WALLET.address[2:])


def signed(text, wallet=WALLET):
    return bytes(wallet.sign_message(encode_defunct(text=text)).signature)


def ask(session, site=SITE, now=NOW):
    return ask_wallet(session, site, ADDRESS, statement="Sign in.", now=now)


def test_the_message_is_the_standards_own_form(session):
    message = replace(ask(session), nonce="32891756abcdef00")
    assert message.text() == (
        "market.example wants you to sign in with your Ethereum account:\n"
        f"{WALLET.address}\n\nSign in.\n\n"
        "URI: https://market.example/sign-in/wallet\nVersion: 1\nChain ID: 31337\nNonce: 32891756abcdef00\n"
        "Issued At: 2026-11-23T09:00:00Z\nExpiration Time: 2026-11-23T09:10:00Z"
    )


def test_a_right_answer_proves_the_address_once(session):
    text = ask(session).text()
    assert take_answer(session, SITE, text, signed(text), NOW) == ADDRESS
    with pytest.raises(WalletProofRejected, match="used already"):
        take_answer(session, SITE, text, signed(text), NOW)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"domain": "evil.example"}, "another site"),
        ({"uri": "https://market.example/desk/shop/wallet"}, "another site"),
        ({"chain_id": 1}, "another chain"),
        ({"nonce": "neverissued12"}, "used already"),
        ({"address": OTHER.address}, "Another account"),
        ({"issued_at": NOW + timedelta(minutes=1)}, "too old"),
        ({"expires_at": NOW}, "too old"),
    ],
)
def test_an_answer_to_another_question_is_refused(session, change, reason):
    text = replace(ask(session), **change).text()
    with pytest.raises(WalletProofRejected, match=reason):
        take_answer(session, SITE, text, signed(text), NOW)


def test_an_answer_that_comes_too_late_is_refused(session):
    text = ask(session).text()
    with pytest.raises(WalletProofRejected, match="too old"):
        take_answer(session, SITE, text, signed(text), NOW + timedelta(minutes=10))


@pytest.mark.parametrize("signature", [b"", b"\0" * 64, b"\0" * 65, b"\xff" * 65, b"\0" * 66])
def test_a_broken_signature_is_refused_with_words(session, signature):
    text = ask(session).text()
    with pytest.raises(WalletProofRejected):
        take_answer(session, SITE, text, signature, NOW)


def test_a_changed_message_is_another_message(session):
    text = ask(session).text()
    for changed in (text + "\n", text.replace("Sign in.", "Give me everything."), text.lower(), "", "x" * 10_000):
        with pytest.raises(WalletProofRejected):
            take_answer(session, SITE, changed, signed(text), NOW)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text):
    with contextlib.suppress(WalletProofRejected):
        assert read_message(text).text() == text


@settings(deadline=None)
@given(
    st.builds(
        SignInMessage,
        domain=st.from_regex(r"[a-z0-9.:-]{1,40}", fullmatch=True), address=st.just(WALLET.address),
        statement=st.from_regex(r"[ -~]{1,80}", fullmatch=True), uri=st.just("https://a.example/x"),
        chain_id=st.integers(1, 10**17), nonce=st.from_regex(r"[a-zA-Z0-9]{8,64}", fullmatch=True),
        issued_at=st.just(NOW), expires_at=st.just(NOW + timedelta(minutes=5)),
    )
)  # fmt: skip
def test_what_is_written_reads_back_the_same(message):
    assert read_message(message.text()) == message


def test_signing_in_twice_is_the_same_person(session):
    people = []
    for _ in range(2):
        text = ask(session).text()
        people.append(sign_in_by_wallet(session, SITE, text, signed(text), now=NOW))
    assert people[0].id == people[1].id
    assert people[0].wallet_address == ADDRESS


def test_a_proven_wallet_is_where_the_shop_is_paid(session):
    shop, owner = a_shop(session)
    text = ask(session).text()
    prove_wallet(session, owner, shop.id, site=SITE, text=text, signature=signed(text), now=NOW)
    session.refresh(shop)
    assert (shop.wallet_address, shop.has_own_wallet) == (ADDRESS, True)


def test_nobody_binds_a_wallet_to_another_shop(session):
    shop, _ = a_shop(session)
    text = ask(session).text()
    with pytest.raises(ShopNotFound):
        prove_wallet(session, an_actor(session), shop.id, site=SITE, text=text, signature=signed(text), now=NOW)
    assert shop.wallet_address is None


def _post(visitor, path, body):
    visitor.open("/sign-in")
    return visitor.client.post(path, json=body, headers={"X-CSRFToken": visitor.token(), "Accept": "application/json"})


def test_a_wallet_signs_in_on_the_page(market_pages):
    visitor = market_pages.visitor()
    message = _post(visitor, "/sign-in/wallet/message", {"address": WALLET.address}).json["message"]
    answer = _post(
        visitor, "/sign-in/wallet?next=/sell", {"message": message, "signature": "0x" + signed(message).hex()}
    )
    assert (answer.status_code, answer.json) == (200, {"next": "/sell"})
    assert visitor.open("/account").request.path == "/account"
    assert (
        _post(
            market_pages.visitor(), "/sign-in/wallet", {"message": message, "signature": "0x" + signed(message).hex()}
        ).status_code
        == 422
    )


@pytest.mark.parametrize("body", [{}, [], "x", {"address": "0x12"}, {"address": None}, {"address": "0x" + "zz" * 20}])
def test_a_malformed_question_is_refused_as_problem_details(market_pages, body):
    answer = _post(market_pages.visitor(), "/sign-in/wallet/message", body)
    assert answer.status_code == 422
    assert answer.json["code"] == "wallet-proof-rejected"


def test_a_shop_proves_its_wallet_on_the_page(market_pages):
    visitor = market_pages.visitor(OWNER)
    visitor.open("/desk/shop")
    assert "<span>Prove your wallet</span>" in visitor.answer.get_data(as_text=True)
    headers = {"X-CSRFToken": visitor.token(), "Accept": "application/json"}
    message = visitor.client.post("/desk/shop/wallet/message", json={"address": OTHER.address}, headers=headers).json[
        "message"
    ]
    body = {"message": message, "signature": signed(message, OTHER).hex()}
    assert visitor.client.post("/desk/shop/wallet", json=body, headers=headers).json == {"next": "/desk/shop"}
    visitor.open("/desk/shop")
    page = visitor.answer.get_data(as_text=True)
    assert OTHER.address in page
    assert "Prove your wallet" not in page
    assert "<span>Prove another wallet</span>" in page
