"""Whoever is second is told so in words: real transactions, at the same moment."""

from uuid import uuid4

from sqlalchemy import func, select

from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.quotes.models import Deal
from app.rfqs.actions.keep_request import make_request
from app.rfqs.actions.send_request import send_request
from app.rfqs.jobs import tell_shops
from app.rfqs.models import Asked, Quote
from app.rfqs.rules.life import QuoteState
from tests.quotes.test_deal_races import at_once
from tests.rfqs.asking import Asking, Company


def deals() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Deal)) or 0


def test_accepted_twice_at_once_is_one_deal(asking: Asking) -> None:
    quote = asking.quote(asking.sent())
    made = at_once(lambda: asking.accept(quote), lambda: asking.accept(quote))
    assert len({deal.id for deal in made}) == 1
    assert (deals(), asking.trade.stock(asking.pepper)) == (1, (500, 50))


def test_two_colleagues_who_accept_at_once_make_one_deal_and_the_other_is_told(
    asking: Asking, company: Company
) -> None:
    rfq = asking.sent(by=company.purchaser)
    quote = asking.quote(rfq, quantity=10)
    other = asking.quote(rfq, shop=asking.rival, quantity=10)
    made = at_once(
        lambda: asking.accept(quote, by=company.approver), lambda: asking.accept(other, by=company.purchaser)
    )
    assert deals() == 1
    (refused,) = [one for one in made if isinstance(one, DomainError)]
    assert refused.code == "request-is-decided"


def test_accepting_while_a_newer_version_is_sent_agrees_on_one_of_them_or_says_so(asking: Asking) -> None:
    rfq = asking.sent()
    quote = asking.quote(rfq)
    answer, newer = at_once(lambda: asking.accept(quote), lambda: asking.quote(rfq, 1_100, seen=1))
    if isinstance(answer, DomainError):
        assert answer.code == "quote-moved"
        assert asking.state(newer) == QuoteState.SENT
        assert deals() == 0
    else:
        assert newer.code == "request-is-decided"
        assert answer.lines[0].price_minor == 1_300


def test_two_versions_sent_at_once_are_one_and_the_other_is_told(asking: Asking) -> None:
    rfq = asking.sent()
    made = at_once(lambda: asking.quote(rfq, 1_300), lambda: asking.quote(rfq, 1_200))
    assert sorted(getattr(one, "code", "sent") for one in made) == ["quote-version-exists", "sent"]
    with reading() as session:
        assert session.query(Quote).count() == 1


def test_taking_back_and_accepting_at_once_never_both_happen(asking: Asking) -> None:
    quote = asking.quote(asking.sent())
    accepted, withdrawn = at_once(lambda: asking.accept(quote), lambda: asking.withdraw(quote))
    assert isinstance(accepted, DomainError) != isinstance(withdrawn, DomainError)
    assert deals() == (0 if isinstance(accepted, DomainError) else 1)


def test_two_workers_tell_each_shop_once(asking: Asking) -> None:
    rfq = asking.draft()

    in_transaction(lambda session: send_request(session, asking.buyer, rfq.id, now=asking.now()))
    at_once(lambda: tell_shops(str(rfq.id)), lambda: tell_shops(str(rfq.id)))
    with reading() as session:
        assert session.query(Asked).filter_by(rfq_id=rfq.id, state="told").count() == 2


def test_a_request_sent_twice_at_once_is_one(asking: Asking) -> None:
    terms, form, now = asking.terms(), uuid4(), asking.now()
    made = at_once(
        *[lambda: in_transaction(lambda work: make_request(work, asking.buyer, terms, form_token=form, now=now))] * 4
    )
    assert len({rfq.id for rfq in made}) == 1
