"""A shop's program names the bank account, sees where the money is, and asks for it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.db.session import reading, transaction
from app.identity.actions.grant_role import grant_role
from app.identity.actor import Actor
from app.identity.queries import actor_of
from app.payouts.actions.decide_redemption import approve_redemption, refuse_redemption
from app.payouts.actions.make_bank_file import make_bank_file
from app.payouts.actions.mark_paid import mark_paid
from app.payouts.models import Redemption
from app.payouts.schemas import PayoutSchema, ShopMoneySchema
from tests.payouts.test_redemption import paid_seller  # noqa: F401 - a fixture
from tests.support.front import Front
from tests.support.programs import Program, a_token, as_documented
from tests.support.trade import Shop, Trade

ACCOUNT = {"holder": "Sothy's Farm", "bank": "ABA Bank", "number": "000 123-456", "bic": "abaakhpp"}


def dollars(cents: int) -> dict[str, object]:
    return {"minor": cents, "currency": "USD"}


def redemptions() -> list[Redemption]:
    with reading() as session:
        return list(session.scalars(select(Redemption)))


def with_role(trade: Trade, shop: Shop, role: str) -> Actor:
    person = trade.person()
    with transaction() as session:
        assert person.user_id is not None
        grant_role(session, granted_by=None, organization_id=shop.id, user_id=person.user_id, role=role)
        return actor_of(session, person.user_id)


def test_the_account_is_told_and_told_anew(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    program = Program(front.app, a_token(shop.owner, "bank", shop=shop.id))
    assert program.ask("GET", "/shop/bank-account") == {"account": None}
    told = program.twice("PUT", "/shop/bank-account", ACCOUNT)
    assert told == {"account": {**ACCOUNT, "number": "000123456", "bic": "ABAAKHPP"}}
    assert program.ask("GET", "/shop/bank-account") == told
    program.ask("PUT", "/shop/bank-account", ACCOUNT)
    with reading() as session:
        acts = session.scalars(select(AuditEntry).where(AuditEntry.action == "shop.set_bank_account")).all()
    assert [act.details for act in acts] == [{"ending": "3456"}], (
        "the log knows its last four, and said again it is not new"
    )


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"number": "12"}, "unusable-bank-account"), ({"number": "GB33BUKB20201555555556"}, "wrong-iban"),
        ({"bic": "ABA"}, "unusable-bic"), ({"holder": "x" * 71}, None), ({"number": None}, None), ({"iban": "x"}, None),
        ({"holder": "So\x00thy"}, None), ({"number": ["000123456"]}, None),
    ],
)  # fmt: skip
def test_what_no_bank_takes_is_refused(front: Front, trade: Trade, wrong: dict[str, object], code: str | None) -> None:
    program = Program(front.app, a_token(trade.shop_of().owner, "bank"))
    told = program.ask("PUT", "/shop/bank-account", {**ACCOUNT, **wrong}, status=422)
    assert code in (None, told["code"])
    assert program.ask("GET", "/shop/bank-account") == {"account": None}


def test_money_is_asked_for_once_and_followed_to_the_bank(front: Front, trade: Trade, paid_seller: Shop) -> None:  # noqa: F811
    program = Program(front.app, a_token(paid_seller.owner, "payouts", shop=paid_seller.id))
    before = program.ask("GET", "/shop/money")
    as_documented(ShopMoneySchema, before)
    assert before["can_be_asked"] == dollars(9_500)
    made = program.twice("POST", "/shop/payouts", {"amount": dollars(5_000)}, status=201)
    as_documented(PayoutSchema, made)
    assert (made["state"], made["account_ending"], len(redemptions())) == ("requested", "3456", 1)
    after = program.ask("GET", "/shop/money")
    assert (after["can_be_asked"], after["in_payout"]) == (dollars(4_500), dollars(5_000))
    over = program.ask("POST", "/shop/payouts", {"amount": dollars(4_501)}, status=409)
    assert over["code"] == "not-enough-released"
    path = f"/shop/payouts/{made['id']}"
    with transaction() as session:
        approve_redemption(session, trade.operator, made["id"], now=datetime.now(UTC))
    trade.settle()
    assert program.ask("GET", path)["state"] == "burned"
    with transaction() as session:
        file = make_bank_file(session, trade.operator)
        mark_paid(session, trade.operator, file.id, bank_reference="ABA-1", paid_at=datetime.now(UTC))
    assert program.ask("GET", path)["paid_at"]
    assert program.ask("GET", "/shop/money")["paid_out"] == dollars(5_000)
    second = program.ask("POST", "/shop/payouts", {"amount": dollars(100)}, status=201)
    with transaction() as session:
        refuse_redemption(session, trade.operator, second["id"], reason="Wrong name.")
    assert program.ask("GET", f"/shop/payouts/{second['id']}")["refusal"] == "Wrong name."
    first_page = program.ask("GET", "/shop/payouts?size=1")
    rest = program.ask("GET", f"/shop/payouts?cursor={first_page['next_cursor']}")
    assert [one["id"] for one in first_page["rows"] + rest["rows"]] == [second["id"], made["id"]]


def test_two_requests_at_once_do_not_ask_for_the_same_money(front: Front, paid_seller: Shop) -> None:  # noqa: F811
    program = Program(front.app, a_token(paid_seller.owner, "payouts"))
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(program.send, "POST", "/shop/payouts", {"amount": dollars(9_000)}) for _ in range(2)]
    assert sorted(one.result().status_code for one in asked) == [201, 409]
    assert len(redemptions()) == 1


def test_without_an_account_or_an_amount_nothing_is_asked(front: Front, trade: Trade) -> None:
    program = Program(front.app, a_token(trade.shop_of().owner))
    told = program.ask("POST", "/shop/payouts", {"amount": dollars(1)}, status=409)
    assert told["code"] == "bank-account-needed"
    for amount in (
        dollars(0), dollars(-1), dollars(10**13), {"minor": 100, "currency": "KHR"}, {"minor": "100", "currency": "USD"},
        {"minor": 1.5, "currency": "USD"}, None, 100,
    ):  # fmt: skip
        program.ask("POST", "/shop/payouts", {"amount": amount}, status=422)
    assert redemptions() == []


def test_the_accountant_asks_the_owner_names_the_account_and_others_do_neither(
    front: Front,
    trade: Trade,
    paid_seller: Shop,  # noqa: F811
) -> None:
    asked = [
        ("GET", "/shop/money", None), ("GET", "/shop/payouts", None), ("POST", "/shop/payouts", {"amount": dollars(100)}),
    ]  # fmt: skip
    account = [("GET", "/shop/bank-account", None), ("PUT", "/shop/bank-account", ACCOUNT)]
    books = Program(front.app, a_token(with_role(trade, paid_seller, "accountant"), shop=paid_seller.id))
    made = books.ask("POST", "/shop/payouts", {"amount": dollars(100)}, status=201)
    for method, path, body in account:
        assert books.ask(method, path, body, status=404)["code"] == "shop-not-found"
    one = ("GET", f"/shop/payouts/{made['id']}", None)
    clerk = Program(front.app, a_token(with_role(trade, paid_seller, "sales"), shop=paid_seller.id))
    stranger = Program(front.app, a_token(trade.shop_of(name="Mekong Silk").owner))
    for program, where in ((clerk, ""), (stranger, f"?shop={paid_seller.id}")):
        for method, path, body in (*asked, *account, one):
            program.ask(method, path + where, body, status=404)
    assert stranger.ask("GET", one[1], status=404)["code"] == "redemption-not-found"
    assert len(redemptions()) == 1


def test_the_tax_number_is_told_by_who_sees_the_money(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    books = Program(front.app, a_token(with_role(trade, shop, "accountant"), "payouts", shop=shop.id))
    assert books.ask("GET", "/shop/tax-number") == {"tax_number": ""}
    told = books.twice("PUT", "/shop/tax-number", {"tax_number": "L001-901 234 567"})
    assert told == books.ask("GET", "/shop/tax-number") == {"tax_number": "L001901234567"}
    refused = books.ask("PUT", "/shop/tax-number", {"tax_number": "?"}, status=422)
    assert refused["code"] == "unusable-tax-number"
    clerk = Program(front.app, a_token(with_role(trade, shop, "sales"), shop=shop.id))
    for method, body in (("GET", None), ("PUT", {"tax_number": "L001901234567"})):
        clerk.ask(method, "/shop/tax-number", body, status=404)
