"""A shop's quote is begun, kept, gone on with by a colleague, and sent; no buyer sees it before."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.db.session import in_transaction, reading, transaction
from app.errors import DomainError
from app.identity.models import Member, User
from app.identity.queries import actor_of
from app.rfqs.actions.keep_quote_draft import drop_quote_draft, keep_quote_draft
from app.rfqs.errors import DraftGone, DraftMoved, RequestDecided, RequestIsOver, RequestMoved, RequestNotFound
from app.rfqs.models import Quote, QuoteDraft, Rfq
from tests.quotes.test_deal_races import at_once
from tests.rfqs.asking import Asking, Company
from tests.support.front import Front, Visitor, hidden_fields
from tests.support.trade import Actor

CONTENT = {"fields": {"named_place": "Kampot"}, "rows": {"0": ["", "12.50", "50", "1"]}}


def colleague_of(asking: Asking) -> Actor:
    clerk = asking.trade.person("clerk@shop.example")
    with transaction() as session:
        session.get_one(User, clerk.user_id).name = "Sophea"
        session.add(Member(organization_id=asking.shop.id, user_id=clerk.user_id, role="sales"))
    with reading() as session:
        return actor_of(session, clerk.user_id)


def keep(asking: Asking, rfq: Rfq, who: Actor, content: object = CONTENT, *, version: int = 0, seen: int = 0) -> int:
    asked, now = asking.asked(rfq), asking.now()
    return in_transaction(
        lambda session: keep_quote_draft(session, who, asked.id, content, version=version, seen=seen, now=now)  # type: ignore[arg-type]
    ).number


def drafts() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(QuoteDraft)) or 0


def half_filled(visitor: Visitor, path: str, **fields: str) -> None:
    answer = visitor.fill(path, keep="1", **{"p-0": "12.50", "q-0": "40", "named_place": "Kampot", **fields})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)


def test_half_a_quote_is_kept_gone_on_with_by_a_colleague_and_sent(front: Front, asking: Asking) -> None:
    rfq = asking.sent()
    path = f"/desk/requests/{asking.asked(rfq).id}/quote"
    owner, clerk = front.member(asking.shop.owner), front.member(colleague_of(asking))
    half_filled(owner, path, freight="a lot", contract="Inspected before <b>loading</b>.")
    buyer = front.member(asking.buyer)
    assert "12.50" not in buyer.look(f"/requests/{rfq.id}")
    assert "Of the 2 shops, none has sent a quote yet." in buyer.look(f"/requests/{rfq.id}")
    buyer.look(path, status=404)
    front.member(asking.rival.owner).look(path, status=404)
    assert "draft" in clerk.look("/desk/requests")
    assert "A draft of your quote waits" in clerk.look(path.removesuffix("/quote"))
    page = clerk.look(path)
    assert 'value="12.50"' in page
    assert 'value="a lot"' in page
    assert "Inspected before &lt;b&gt;loading&lt;/b&gt;." in page
    wrong = clerk.send(page, path, **typed(freight="a lot"))
    assert wrong.status_code == 422
    sent = clerk.send(page, path, **typed(freight="12", days="9", incoterm="FOB"))
    assert (sent.status_code, drafts()) == (303, 0)
    with reading() as session:
        quote = session.scalars(select(Quote)).one()
        assert (quote.incoterm_place, quote.freight_minor, quote.contract) == (
            "Kampot",
            1200,
            "Inspected before <b>loading</b>.",
        )


def typed(**fields: str) -> dict[str, str]:
    """What stands in the visible fields of the quote, some of it changed."""
    kept = {"p-0": "12.50", "q-0": "40", "m-0": "1", "named_place": "Kampot"}
    kept["valid_on"] = (datetime.now(UTC).date() + timedelta(days=20)).isoformat()
    kept["contract"] = "Inspected before <b>loading</b>."
    return {**kept, **fields}


def test_the_second_of_two_who_write_at_once_is_told_and_loses_nothing(front: Front, asking: Asking) -> None:
    rfq = asking.sent()
    path = f"/desk/requests/{asking.asked(rfq).id}/quote"
    owner, clerk = front.member(asking.shop.owner), front.member(colleague_of(asking))
    mine, theirs = owner.look(path), clerk.look(path)
    assert clerk.send(theirs, path, keep="1", **{"p-0": "11"}).status_code == 303
    told = owner.send(mine, path, keep="1", **{"p-0": "13", "note": "My words"})
    assert told.status_code == 409
    again = told.get_data(as_text=True)
    assert "Sophea kept this draft meanwhile" in again
    assert 'value="13"' in again
    assert "My words" in again
    refused = owner.send(mine, path, **typed(freight="1", days="1", incoterm="EXW", **{"p-0": "13"}))
    assert refused.status_code == 409
    with reading() as session:
        assert session.query(Quote).count() == 0
    assert owner.send(again, path, keep="1", **{"p-0": "13"}).status_code == 303
    with reading() as session:
        assert session.scalars(select(QuoteDraft)).one().content["rows"]["0"][1] == "13"


def test_a_draft_is_discarded_once_and_who_had_it_open_is_told(front: Front, asking: Asking) -> None:
    rfq = asking.sent()
    path = f"/desk/requests/{asking.asked(rfq).id}"
    owner = front.member(asking.shop.owner)
    half_filled(owner, f"{path}/quote")
    opened = owner.look(f"{path}/quote")
    page = owner.look(path)
    for _ in range(2):
        assert owner.send(page, f"{path}/draft/drop").status_code == 303
    assert drafts() == 0
    told = owner.send(opened, f"{path}/quote", keep="1", **{"p-0": "13"})
    assert (told.status_code, "discarded meanwhile" in told.get_data(as_text=True)) == (409, True)


def test_only_who_sells_for_the_shop_keeps_or_discards(asking: Asking) -> None:
    rfq = asking.sent()
    asked = asking.asked(rfq)
    helper = asking.trade.person()
    with transaction() as session:
        session.add(Member(organization_id=asking.shop.id, user_id=helper.user_id, role="accountant"))
    with reading() as session:
        accountant = actor_of(session, helper.user_id)
    for who in (asking.buyer, asking.rival.owner, accountant, asking.trade.operator):
        with pytest.raises(RequestNotFound):
            keep(asking, rfq, who)
        with pytest.raises(RequestNotFound):
            in_transaction(lambda session, one=who: drop_quote_draft(session, one, asked.id))
    assert drafts() == 0


def test_the_same_kept_twice_is_once_and_an_older_page_is_told(asking: Asking) -> None:
    rfq, owner = asking.sent(), asking.shop.owner
    assert keep(asking, rfq, owner) == keep(asking, rfq, owner) == 1
    other = {**CONTENT, "fields": {}}
    assert keep(asking, rfq, owner, other, seen=1) == 2
    with pytest.raises(DraftMoved):
        keep(asking, rfq, owner, seen=1)
    asked = asking.asked(rfq)
    in_transaction(lambda session: drop_quote_draft(session, owner, asked.id))
    with pytest.raises(DraftGone):
        keep(asking, rfq, owner, seen=2)


def test_two_colleagues_who_keep_at_once_make_one_draft_and_one_is_told(asking: Asking) -> None:
    rfq, clerk = asking.sent(), colleague_of(asking)
    made = at_once(
        lambda: keep(asking, rfq, asking.shop.owner),
        lambda: keep(asking, rfq, clerk, {**CONTENT, "fields": {}}),
    )
    assert sorted(getattr(one, "code", "kept") for one in made) == ["kept", "quote-draft-moved"]
    assert drafts() == 1


def test_a_version_that_was_sent_takes_the_draft_with_it(asking: Asking) -> None:
    rfq, owner = asking.sent(), asking.shop.owner
    keep(asking, rfq, owner)
    asking.quote(rfq)  # by a program, which has no drafts
    assert drafts() == 0
    with pytest.raises(RequestMoved):
        keep(asking, rfq, owner)
    assert keep(asking, rfq, owner, version=1) == 1


def test_nothing_is_kept_for_a_request_that_is_over(asking: Asking, company: Company) -> None:
    rfq, owner = asking.sent(), asking.shop.owner
    keep(asking, rfq, owner)
    asking.cancel(rfq)
    assert drafts() == 0
    with pytest.raises(RequestIsOver):
        keep(asking, rfq, owner)
    other = asking.sent()
    keep(asking, other, owner)
    asking.accept(asking.quote(other, shop=asking.rival))
    assert drafts() == 0
    with pytest.raises(RequestDecided):
        keep(asking, other, owner)
    late = asking.sent(by=company.purchaser, closes_at=asking.now() + timedelta(hours=1))
    with transaction() as session:
        session.get_one(Rfq, late.id).closes_at = asking.now() - timedelta(seconds=1)
    with pytest.raises(RequestIsOver):
        keep(asking, late, owner)


def test_the_form_of_a_request_that_is_over_leads_back_with_words(front: Front, asking: Asking) -> None:
    rfq = asking.sent()
    asking.cancel(rfq)
    owner, path = front.member(asking.shop.owner), f"/desk/requests/{asking.asked(rfq).id}"
    answer = owner.browser.get(f"{path}/quote")
    assert (answer.status_code, answer.headers["Location"]) == (303, path)


def test_what_no_database_takes_is_left_out_and_what_is_too_long_is_cut(front: Front, asking: Asking) -> None:
    rfq = asking.sent()
    path = f"/desk/requests/{asking.asked(rfq).id}/quote"
    owner = front.member(asking.shop.owner)
    half_filled(owner, path, note="a\x00b" + "x" * 10_000, **{"p-0": "1\x00" + "9" * 1_000})
    with reading() as session:
        content = session.scalars(select(QuoteDraft)).one().content
    assert content["fields"]["note"].startswith("abx")
    assert len(content["fields"]["note"]) == 4_000
    assert len(content["rows"]["0"][1]) < 201
    assert isinstance(owner.look(path), str)
    without = hidden_fields(owner.look(path), path) | {"csrf_token": "wrong", "keep": "1"}
    assert owner.browser.post(path, data=without).status_code in {400, 422}


def test_sending_and_keeping_at_once_never_leaves_a_draft_of_what_was_sent(asking: Asking) -> None:
    rfq, owner = asking.sent(), asking.shop.owner
    sent, kept = at_once(lambda: asking.quote(rfq), lambda: keep(asking, rfq, owner))
    assert isinstance(sent, Quote)
    assert kept == 1 or isinstance(kept, DomainError)
    assert drafts() == 0
