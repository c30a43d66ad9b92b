"""Programs of a company's people: who belongs to it, up to what limit, and an approver's word above it."""

from sqlalchemy import select

from app.checkout.models import ApprovalRequest
from app.checkout.schemas import ApprovalSchema
from app.companies.schemas import CompaniesSchema, CompanySchema
from app.db.session import reading, transaction
from app.identity.models import Member, User
from app.orders.models import OrderGroup
from tests.companies.test_company_orders import Company, company  # noqa: F401 - a fixture
from tests.support.front import ADDRESS_KH, CONTACT, Front
from tests.support.programs import Program, a_token, as_documented
from tests.support.trade import Trade


def confirm(program_of: object) -> None:
    with transaction() as session:
        user = session.get_one(User, program_of)
        user.confirmed_at = user.confirmed_at or user.created_at


def test_a_company_is_opened_staffed_and_left(front: Front, trade: Trade) -> None:
    boss, clerk = trade.person(), trade.person("clerk@people.example")
    confirm(clerk.user_id)
    program, other = (Program(front.app, a_token(one, "companies")) for one in (boss, clerk))
    terms = {"name": "Mekong Foods", "country": "KH", "tax_number": "K001-1"}
    made = program.twice("POST", "/companies", terms, status=201)
    as_documented(CompanySchema, made)
    assert (made["name"], [one["role"] for one in made["members"]]) == ("Mekong Foods", ["approver"])
    (row,) = program.ask("GET", "/companies")["rows"]
    assert (row["id"], row["is_chosen"]) == (made["id"], True)
    path = f"/companies/{made['id']}"
    changed = program.twice("PUT", path, {"name": "Mekong Kitchen", "needs_po": True})
    assert (changed["name"], changed["needs_po"]) == ("Mekong Kitchen", True)
    invited = {"email": "clerk@people.example", "role": "purchaser", "limit_cents": 5000}
    (invitation,) = program.twice("POST", f"{path}/invitations", invited, status=201)["invitations"]
    assert program.twice("DELETE", f"/companies/invitations/{invitation['id']}")["invitations"] == []
    (invitation,) = program.ask("POST", f"{path}/invitations", invited, status=201)["invitations"]
    answer = f"/companies/invitations/{invitation['id']}/acceptance"
    assert program.ask("POST", answer, status=404)["code"] == "company-invitation-not-found"
    joined = other.twice("POST", answer)
    as_documented(CompaniesSchema, joined)
    assert [one["name"] for one in joined["rows"]] == ["Mekong Kitchen"]
    member = next(one for one in other.ask("GET", path)["members"] if one["role"] == "purchaser")
    assert member["limit_usd"] == {"minor": 5000, "currency": "USD"}
    where = f"/companies/members/{member['id']}"
    assert other.ask("PUT", path, {"name": "Mine now"}, status=404)["code"] == "company-not-found"
    raised = program.twice("PUT", where, {"role": "purchaser", "limit_cents": None})
    assert [one["limit_usd"] for one in raised["members"]] == [None, None]
    own = next(one for one in raised["members"] if one["role"] == "approver")
    assert program.ask("DELETE", f"/companies/members/{own['id']}", status=409)["code"] == "last-approver"
    assert other.twice("PUT", "/account/buying-for", {"company_id": None})["rows"][0]["is_chosen"] is False
    assert other.twice("DELETE", where)["rows"] == []
    assert other.ask("GET", path, status=404)["code"] == "company-not-found"
    refused = {"company_id": made["id"]}
    assert other.ask("PUT", "/account/buying-for", refused, status=404)["code"] == "company-not-found"
    for value in (-1, 10**12, 1.5, "5"):
        refused = program.ask("POST", f"{path}/invitations", {**invited, "limit_cents": value}, status=422)
        assert refused["errors"][0]["field"] == "limit_cents"
    with reading() as session:
        assert len(session.scalars(select(Member).where(Member.role == "approver")).all()) == 1


def test_an_order_above_the_limit_waits_for_a_yes_and_is_then_paid(
    front: Front,
    trade: Trade,
    company: Company,  # noqa: F811
) -> None:
    goods = trade.goods(trade.shop_of())
    buyer = Program(front.app, a_token(company.purchaser, "buy", "companies"))
    boss = Program(front.app, a_token(company.approver, "buy", "companies"))
    content = {
        "lines": [{"variant_id": str(goods), "quantity": 3}],
        "contact": CONTACT,
        "address": ADDRESS_KH,
    }
    cart = buyer.ask("PATCH", "/account/cart", content)
    wish = {"amounts": cart["amounts"], "company_id": str(company.id), "po_number": "PO-77"}
    assert buyer.ask("POST", "/account/cart/order", wish, status=409)["code"] == "over-spending-limit"
    only_buying = Program(front.app, a_token(company.purchaser, "buy"))
    assert only_buying.ask("POST", "/account/cart/order", wish, status=403)["values"] == {"scope": "companies"}
    asked = buyer.twice("POST", "/account/cart/approval", {**wish, "note": "For the kitchen."}, status=201)
    as_documented(ApprovalSchema, asked)
    assert (asked["state"], asked["note"], asked["po_number"]) == ("asked", "For the kitchen.", "PO-77")
    path = f"/approvals/{asked['id']}"
    stranger = Program(front.app, a_token(trade.person(), "companies"))
    for verb, body in (("approval", {"amounts": asked["amounts"]}), ("refusal", {"reason": "No."}), ("order", None)):
        assert stranger.ask("POST", f"{path}/{verb}", body, status=404)["code"] == "approval-not-found"
    yes = {"amounts": boss.ask("GET", path)["amounts"]}
    assert buyer.ask("POST", f"{path}/approval", yes, status=404)["code"] == "approval-not-found"
    assert boss.ask("POST", f"{path}/approval", {"amounts": {}}, status=409)["code"] == "prices-changed"
    assert boss.ask("POST", f"{path}/order", status=409)["code"] == "approval-already-decided"
    assert boss.twice("POST", f"{path}/approval", yes)["state"] == "approved"
    key = {"Idempotency-Key": "once"}
    placed, again = (buyer.ask("POST", f"{path}/order", status=201, **key) for _ in range(2))
    assert placed == again
    assert placed["pay_url"]
    with reading() as session:
        group = session.scalars(select(OrderGroup)).one()
        assert group.company["po_number"] == "PO-77"
    number = placed["orders"][0]["number"]
    assert boss.ask("GET", f"/orders/{number}")["number"] == number
    without = Program(front.app, a_token(company.approver, "buy"))
    assert without.ask("GET", f"/orders/{number}", status=404)["code"] == "order-not-found"


def test_a_request_is_declined_or_taken_back(front: Front, trade: Trade, company: Company) -> None:  # noqa: F811
    goods = trade.goods(trade.shop_of())
    buyer = Program(front.app, a_token(company.purchaser, "buy", "companies"))
    boss = Program(front.app, a_token(company.approver, "companies"))
    content = {"lines": [{"variant_id": str(goods), "quantity": 3}], "contact": CONTACT, "address": ADDRESS_KH}

    def ask() -> str:
        cart = buyer.ask("PATCH", "/account/cart", content)
        wish = {"amounts": cart["amounts"], "company_id": str(company.id), "po_number": "PO-77"}
        return f"/approvals/{buyer.ask('POST', '/account/cart/approval', wish, status=201)['id']}"

    path = ask()
    declined = boss.twice("POST", f"{path}/refusal", {"reason": "Ask again in March."})
    assert (declined["state"], declined["reason"]) == ("declined", "Ask again in March.")
    path = ask()
    assert buyer.ask("POST", f"{path}/repetition", status=409)["code"] == "approval-already-decided"
    assert buyer.twice("POST", f"{path}/withdrawal")["state"] == "withdrawn"
    assert [row["state"] for row in boss.ask("GET", "/approvals")["rows"]] == ["withdrawn", "declined"]
    with reading() as session:
        assert len(session.scalars(select(ApprovalRequest)).all()) == 2
