"""From a request to a deal: who may, what is fixed, what ends."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from app.catalog.actions.publish_listing import pause_listing
from app.catalog.models import Listing, Variant
from app.checkout.errors import CartHasProblems, OverLimit
from app.checkout.queries.carts import cart_of_deal
from app.companies.actions.change_colleague import remove_colleague
from app.db.session import in_transaction, reading, transaction
from app.identity.actions.approve_shop import approve_shop, suspend_shop
from app.identity.models import Member, User
from app.identity.queries import actor_of
from app.notify.models import Notification, OutgoingMail
from app.quotes.errors import GoodsGone, UnusableFreight, UnusableParts
from app.quotes.rules.freight import Freight
from app.quotes.rules.parts import PaymentParts
from app.rfqs.actions.keep_request import change_request, make_request
from app.rfqs.actions.send_request import send_request
from app.rfqs.errors import (
    GoodsWithdrawn,
    NoDraft,
    NoShops,
    NothingCountered,
    NothingQuoted,
    OwnShopAsked,
    QuotedTwice,
    QuoteIsOver,
    QuoteMoved,
    QuoteNotFound,
    QuoteTooLarge,
    RequestDecided,
    RequestIsOver,
    RequestMoved,
    RequestNotFound,
    ShopOffTheMarket,
    TooManyShops,
    UnknownGoods,
    UnknownShop,
    UnusableDay,
    UnusableQuantity,
)
from app.rfqs.jobs import end_late, tell_outcome, tell_shops
from app.rfqs.models import Asked, Quote, QuoteLine, Rfq, RfqEvent
from app.rfqs.queries import asked_shown, lines_of, quote_shown, request_shown
from app.rfqs.rules.quoting import QuotedLine
from tests.rfqs.asking import FOB, Asking, Company
from tests.support.statements import asked as asked_of_database


def told(kind: str) -> list[str]:
    """To whom a mail of that kind is on its way."""
    with reading() as session:
        mails = session.query(OutgoingMail).order_by(OutgoingMail.id)
        return [mail.recipient for mail in mails if mail.key.startswith(f"rfq.{kind}:")]


def test_goods_named_without_doubt_are_goods_and_their_shop_is_asked_too(asking: Asking) -> None:
    rfq = asking.draft(
        f"/p/{asking.slug(asking.foreign)} 5\nA 7\nblack pepper 9 kg", shops=[asking.slug_of(asking.shop)]
    )
    first, second, third = asking.lines(rfq)
    assert (first.variant_id, second.variant_id, third.variant_id) == (asking.foreign, asking.pepper, None)
    assert (third.words, third.quantity, third.unit) == ("black pepper", 9, "kg")
    with reading() as session:
        asked = set(session.scalars(select(Asked.organization_id).where(Asked.rfq_id == rfq.id)))
    assert asked == {asking.shop.id, asking.rival.id}


def test_an_address_of_goods_with_choices_asks_their_shop_which_says_the_choice(asking: Asking) -> None:
    with transaction() as session:
        listing_id = session.get_one(Variant, asking.pepper).listing_id
        session.add(Variant(listing_id=listing_id, sku="B", position=1, price_minor=900, stock=5))
    rfq = asking.draft(f"/p/{asking.slug(asking.pepper)} 5", shops=[])
    (line,) = asking.lines(rfq)
    assert (line.variant_id, line.quantity) == (None, 5)
    with reading() as session:
        (shown,) = lines_of(session, rfq.id)
    assert (shown.titles["en"], shown.slug, shown.is_open) == ("Kampot black pepper", asking.slug(asking.pepper), True)
    with reading() as session:
        assert session.scalars(select(Asked.organization_id).where(Asked.rfq_id == rfq.id)).all() == [asking.shop.id]


def test_a_draft_is_nobody_elses_and_can_be_changed_until_it_is_sent(asking: Asking) -> None:
    rfq = asking.draft()
    with reading() as session:
        for stranger in (asking.trade.person(), asking.shop.owner):
            with pytest.raises(RequestNotFound):
                request_shown(session, stranger, rfq.id)
        with pytest.raises(RequestNotFound):
            asked_shown(session, asking.shop.owner, asking.asked(rfq).id)
    terms = asking.terms("Only this 3", shops=[asking.slug_of(asking.rival)])
    in_transaction(lambda session: change_request(session, asking.buyer, rfq.id, terms, now=asking.now()))
    assert [line.words for line in asking.lines(rfq)] == ["Only this"]
    in_transaction(lambda session: send_request(session, asking.buyer, rfq.id, now=asking.now()))
    with pytest.raises(NoDraft):
        in_transaction(lambda session: change_request(session, asking.buyer, rfq.id, terms, now=asking.now()))


def test_what_cannot_be_asked_is_refused_and_nothing_is_kept(asking: Asking) -> None:
    shop = asking.slug_of(asking.shop)
    many = [asking.slug_of(asking.trade.shop_of(name=f"Shop {n}")) for n in range(20)]
    for wrong, refusal in (
        ({"shops": []}, NoShops),
        ({"shops": ["nobody-here"]}, UnknownShop),
        ({"shops": [*many, shop]}, TooManyShops),
        ({"closes_at": asking.now() - timedelta(minutes=1)}, UnusableDay),
        ({"closes_at": asking.now() + timedelta(days=91)}, UnusableDay),
    ):
        with pytest.raises(refusal):
            asking.draft("words 1", **wrong)
    with pytest.raises(OwnShopAsked):
        asking.draft("words 1", by=asking.shop.owner)
    with reading() as session:
        assert session.query(Rfq).count() == 0
    assert len(asking.lines(asking.draft("words 1", shops=many))) == 1


def test_a_shop_is_named_as_its_stall_is_unless_several_are_called_so(asking: Asking) -> None:
    mill = asking.trade.shop_of(name="Keo’s Mill")
    for typed in ("keo's mill", "keo’s mill"):
        rfq = asking.draft("words 1", shops=[typed, asking.slug_of(mill)])
        with reading() as session:
            named = select(Asked.organization_id).where(Asked.rfq_id == rfq.id)
            assert session.scalars(named).all() == [mill.id]
    asking.trade.shop_of(name="Keo’s mill")
    with pytest.raises(UnknownShop):
        asking.draft("words 1", shops=["keo's mill"])


def test_the_same_form_twice_is_one_request_and_one_quote(asking: Asking) -> None:
    token = uuid4()
    first, second = (
        in_transaction(
            lambda session: make_request(session, asking.buyer, asking.terms(), form_token=token, now=asking.now())
        )
        for _twice in range(2)
    )
    assert first.id == second.id
    rfq = asking.sent()
    assert asking.quote(rfq, form_token=token).id == asking.quote(rfq, form_token=token).id


def test_sending_500_lines_to_20_shops_does_not_wait_for_the_shops(asking: Asking) -> None:
    shops = [asking.trade.shop_of(name=f"Shop {n}") for n in range(20)]
    slugs = [asking.slug_of(shop) for shop in shops]
    text_ = "\n".join(f"goods {n} 1 pc" for n in range(500))
    terms = asking.terms(text_, shops=slugs)
    with asked_of_database() as statements:
        rfq = in_transaction(
            lambda session: make_request(session, asking.buyer, terms, form_token=uuid4(), now=asking.now())
        )
        in_transaction(lambda session: send_request(session, asking.buyer, rfq.id, now=asking.now()))
    assert len(statements) < 40
    assert told("asked") == []
    tell_shops(str(rfq.id))
    tell_shops(str(rfq.id))
    assert len(told("asked")) == 20
    with reading() as session:
        assert session.query(Asked).filter_by(rfq_id=rfq.id, state="told").count() == 20


def test_a_shop_sees_what_was_sent_to_it_and_nobody_else_does(asking: Asking) -> None:
    third = asking.trade.shop_of(name="Third")
    rfq = asking.sent()
    quote = asking.quote(rfq)
    with reading() as session:
        assert asked_shown(session, asking.shop.owner, asking.asked(rfq).id)[1].id == rfq.id
        for stranger in (asking.rival.owner, third.owner, asking.trade.person()):
            with pytest.raises(RequestNotFound):
                asked_shown(session, stranger, asking.asked(rfq).id)
            with pytest.raises(QuoteNotFound):
                quote_shown(session, stranger, quote.id)
    for stranger in (asking.rival.owner, third.owner, asking.trade.person(), asking.shop.owner):
        with pytest.raises(QuoteNotFound):
            asking.accept(quote, by=stranger)
    with pytest.raises(RequestNotFound):
        asking.quote(rfq, by=asking.rival.owner)


def test_a_version_that_was_sent_stays_as_it_is_and_only_the_newest_can_be_accepted(asking: Asking) -> None:
    rfq = asking.sent()
    first = asking.quote(rfq, 1_300)
    asking.counter(first, 1_200)
    assert len(told("countered")) == 1
    second = asking.quote(rfq, 1_250, seen=1)
    assert (asking.state(first), asking.state(second)) == ("superseded", "sent")
    with reading() as session:
        old = session.scalars(select(QuoteLine).where(QuoteLine.quote_id == first.id)).one()
        assert old.price_minor == 1_300
    with pytest.raises(QuoteMoved):
        asking.accept(first)
    with pytest.raises(RequestMoved):
        asking.quote(rfq, 1_100, seen=1)
    deal = asking.accept(second)
    assert deal.reference.endswith("-2")
    assert asking.trade.stock(asking.pepper) == (500, 50)


def test_an_accepted_quote_is_a_deal_with_freight_terms_and_parts(asking: Asking) -> None:
    rfq = asking.sent()
    mine = asking.quote(rfq, parts=PaymentParts(3_000, 2_000))
    other = asking.quote(rfq, 1_400, shop=asking.rival)
    deal = asking.accept(mine)
    assert asking.accept(mine).id == deal.id, "twice is once"
    assert (asking.state(rfq), asking.state(mine), asking.state(other)) == ("decided", "accepted", "not_chosen")
    with pytest.raises(RequestDecided):
        asking.accept(other)
    with pytest.raises(RequestDecided):
        asking.quote(rfq, 1_000, shop=asking.rival, seen=1)
    group = asking.place(deal)
    (order,) = group.orders
    assert (order.goods_cents, order.shipping_cents, order.total_cents) == (65_000, 12_000, 77_000)
    assert order.shipping["method"] == "FOB Sihanoukville (Incoterms 2020)"
    asking.trade.charge(asking.trade.open_card_page(group), group.total_cents)
    asking.trade.settle()
    assert asking.trade.story(order.id).axes.settlement == "in_escrow"
    assert asking.trade.stock(asking.pepper) == (450, 0)
    for _twice in range(2):
        tell_outcome(str(rfq.id))
    assert len(told("not_chosen")) == 1
    assert len(told("accepted")) == 1
    assert told("agreed") == ["dara@people.example"]


def test_the_freight_is_for_the_country_it_was_quoted_to(asking: Asking) -> None:
    rfq = asking.sent()
    deal = asking.accept(asking.quote(rfq))
    with reading() as session:
        cart = cart_of_deal(session, deal.id, deal.buyer_id)
        assert cart is not None
    (seller,) = asking.trade.priced(cart.id, country="TH").sellers
    assert [problem.code for problem in seller.problems] == ["quoted-for-another-country"]
    request = asking.trade.request(cart.id, buyer_id=deal.buyer_id)
    abroad = type(request)(**{**vars(request), "address": {**request.address, "country": "TH"}})
    with pytest.raises(CartHasProblems):
        asking.trade.place(cart.id, abroad)


def test_what_a_seller_cannot_quote_is_refused(asking: Asking) -> None:
    rfq = asking.sent()
    line, words = asking.lines(rfq)
    white = asking.trade.goods(asking.shop, title="White pepper")
    for wrong, refusal in (
        ({"lines": []}, NothingQuoted),
        ({"goods": asking.foreign}, UnknownGoods),
        ({"lines": [QuotedLine(uuid4(), asking.pepper, 1, 500)]}, UnknownGoods),
        (
            {"lines": [QuotedLine(line.id, asking.pepper, 1, 500), QuotedLine(words.id, asking.pepper, 1, 500)]},
            QuotedTwice,
        ),
        ({"quantity": 1_000_000, "price": 10**12}, QuoteTooLarge),
        ({"quantity": 1_000_001}, UnusableQuantity),
        ({"quantity": 5, "minimum": 6}, UnusableQuantity),
        ({"freight": Freight(-1, 9, "KH", "FOB", "Sihanoukville")}, UnusableFreight),
        ({"freight": Freight(1, 9, "KH", "XXX", "Sihanoukville")}, UnusableFreight),
        ({"freight": Freight(1, 9, "KH", "FOB", " ")}, UnusableFreight),
        ({"freight": Freight(1, 121, "KH", "FOB", "Sihanoukville")}, UnusableFreight),
        ({"parts": PaymentParts(5_001, 0)}, UnusableParts),
        ({"valid_until": asking.now() - timedelta(seconds=1)}, UnusableDay),
        ({"valid_until": asking.now() + timedelta(days=181)}, UnusableDay),
    ):
        with pytest.raises(refusal):
            asking.quote(rfq, **wrong)
    assert asking.state(asking.asked(rfq)) == "told"
    both = [QuotedLine(line.id, asking.pepper, 50, 1_300), QuotedLine(words.id, white, 20, 1_500)]
    deal = asking.accept(asking.quote(rfq, lines=both))
    assert [one.price_minor for one in deal.lines] == [1_300, 1_500]


def test_a_quote_ends_at_its_time_and_the_job_tells_both(asking: Asking) -> None:
    rfq = asking.sent()
    quote = asking.quote(rfq, valid_until=asking.now() + timedelta(hours=1))
    with pytest.raises(QuoteIsOver):
        asking.accept(quote, now=quote.valid_until)
    with transaction() as session:
        session.execute(update(Quote).values(valid_until=asking.now() - timedelta(minutes=1)))
        session.execute(update(Rfq).values(closes_at=asking.now() - timedelta(minutes=1)))
    for _twice in range(2):
        end_late()
    assert (asking.state(quote), asking.state(rfq)) == ("expired", "closed")
    assert len(told("expired")) == 2
    assert told("closed") == ["dara@people.example"]


def test_after_the_deadline_only_a_countered_shop_may_answer(asking: Asking) -> None:
    rfq = asking.sent()
    quote = asking.quote(rfq)
    asking.counter(quote)
    with transaction() as session:
        session.execute(update(Rfq).values(closes_at=asking.now() - timedelta(minutes=1)))
    with pytest.raises(RequestIsOver):
        asking.quote(rfq, shop=asking.rival)
    second = asking.quote(rfq, 1_250, seen=1)
    assert asking.accept(second).reference.endswith("-2")


def test_a_buyer_counters_once_per_version_and_not_below_the_minimum(asking: Asking) -> None:
    rfq = asking.sent()
    quote = asking.quote(rfq, minimum=40)
    with pytest.raises(UnusableQuantity):
        asking.counter(quote, quantity=39)
    with pytest.raises(QuoteNotFound):
        asking.counter(quote, by=asking.shop.owner)
    asking.counter(quote, 1_200, quantity=40)
    with pytest.raises(NothingCountered):
        asking.counter(quote, 1_100)
    assert asking.accept(quote).lines[0].price_minor == 1_300, "as it is after all"


def test_a_quote_taken_back_or_a_shop_that_declines_cannot_be_accepted(asking: Asking) -> None:
    rfq = asking.sent()
    quote = asking.quote(rfq)
    with pytest.raises(QuoteNotFound):
        asking.withdraw(quote, by=asking.buyer)
    for _twice in range(2):
        asking.withdraw(quote)
    with pytest.raises(QuoteIsOver):
        asking.accept(quote)
    again = asking.quote(rfq, seen=1)
    for _twice in range(2):
        asking.decline(rfq)
    with pytest.raises(QuoteIsOver):
        asking.accept(again)
    assert asking.asked(rfq).reason == "No harvest left."
    assert told("declined") == ["dara@people.example"]
    assert asking.state(asking.quote(rfq, seen=2)) == "sent", "it thought better of it"


def test_a_request_taken_back_ends_its_quotes_and_is_told_to_the_shops(asking: Asking) -> None:
    rfq = asking.sent()
    quote = asking.quote(rfq)
    with pytest.raises(RequestNotFound):
        asking.cancel(rfq, by=asking.shop.owner)
    for _twice in range(2):
        asking.cancel(rfq)
    assert (asking.state(rfq), asking.state(quote)) == ("canceled", "not_chosen")
    with pytest.raises(RequestIsOver):
        asking.quote(rfq, shop=asking.rival)
    tell_outcome(str(rfq.id))
    assert len(told("taken_back")) == 2


def test_a_shop_suspended_in_between_can_neither_quote_nor_be_agreed_with(asking: Asking) -> None:
    rfq = asking.sent()
    quote = asking.quote(rfq)
    with transaction() as session:
        suspend_shop(session, asking.trade.operator, asking.shop.id, reason="Fakes.")
    with pytest.raises(ShopOffTheMarket):
        asking.accept(quote)
    with pytest.raises(ShopOffTheMarket):
        asking.quote(rfq, seen=1)
    assert asking.trade.stock(asking.pepper) == (500, 0)
    with transaction() as session:
        approve_shop(session, asking.trade.operator, asking.shop.id)
    assert asking.accept(quote).id


def test_goods_taken_off_sale_can_be_had_as_quoted_but_not_what_is_sold_no_more(asking: Asking) -> None:
    first, second = asking.sent(), asking.sent()
    quotes = asking.quote(first), asking.quote(second)
    with transaction() as session:
        pause_listing(session, asking.shop.owner, session.get_one(Variant, asking.pepper).listing_id)
    assert asking.accept(quotes[0]).id
    with transaction() as session:
        session.execute(update(Listing).values(status="removed"))
    with pytest.raises(GoodsWithdrawn):
        asking.accept(quotes[1])


def test_more_than_there_is_cannot_be_agreed_on_and_nothing_changes(asking: Asking) -> None:
    rfq = asking.sent()
    quote = asking.quote(rfq, quantity=501)
    with pytest.raises(GoodsGone):
        asking.accept(quote)
    assert (asking.state(quote), asking.state(rfq)) == ("sent", "open")


def test_a_companys_request_is_for_its_people_and_each_may_agree_but_not_pay_above_the_limit(
    asking: Asking, company: Company
) -> None:
    rfq = asking.sent(by=company.purchaser)
    quote = asking.quote(rfq)  # 770 dollars, and the purchaser may spend 500
    with reading() as session:
        assert request_shown(session, company.approver, rfq.id).company_id == company.id
    other = asking.quote(asking.sent(by=company.purchaser))
    with pytest.raises(OverLimit):
        asking.place(asking.accept(other, by=company.purchaser), company_id=company.id, po_number="PO-76")
    deal = asking.accept(quote, by=company.approver)
    assert (deal.company_id, deal.buyer_id) == (company.id, company.approver.user_id)
    with pytest.raises(RequestDecided):
        asking.accept(quote, by=company.purchaser)
    group = asking.place(deal, company_id=company.id, po_number="PO-77")
    assert group.company == {"name": "Mekong Foods", "tax_number": "K001-123", "po_number": "PO-77"}


def test_who_left_the_company_or_has_another_role_there_finds_nothing(asking: Asking, company: Company) -> None:
    rfq = asking.sent(by=company.purchaser)
    quote = asking.quote(rfq, quantity=1, freight=Freight(0, 1, "KH", "EXW", "Kampot"))
    clerk = asking.trade.person()
    with transaction() as session:
        session.add(Member(organization_id=company.id, user_id=clerk.user_id, role="accountant"))
        member = session.scalars(select(Member).where(Member.user_id == company.purchaser.user_id)).one()
        remove_colleague(session, company.approver, member.id)
    with reading() as session:
        actors = [actor_of(session, one.user_id) for one in (clerk, company.purchaser)]
    for actor in actors:
        with reading() as session, pytest.raises(RequestNotFound):
            request_shown(session, actor, rfq.id)
        with pytest.raises(QuoteNotFound):
            asking.accept(quote, by=actor)


def test_what_happened_is_never_rewritten_and_news_come_with_the_mails(asking: Asking) -> None:
    rfq = asking.sent()
    asking.quote(rfq)
    with reading() as session:
        kinds = session.scalars(select(RfqEvent.kind).where(RfqEvent.rfq_id == rfq.id).order_by(RfqEvent.sequence))
        assert list(kinds) == ["made", "open", "quote_sent"]
        news = set(session.scalars(select(Notification.kind)))
        assert news == {"rfq.asked", "rfq.quoted"}
    with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
        session.execute(text("DELETE FROM rfq_events"))


def test_news_and_mails_are_in_the_readers_language(asking: Asking) -> None:
    with transaction() as session:
        session.execute(update(User).where(User.id == asking.buyer.user_id).values(locale="km"))
    asking.quote(asking.sent())
    with reading() as session:
        mail = session.scalars(select(OutgoingMail).where(OutgoingMail.key.startswith("rfq.quoted:"))).one()
    assert mail.locale == "km"
    assert "បានផ្ញើសម្រង់តម្លៃ" in mail.subject.replace("\u200b", "")  # where a line may break
    assert "Sothy's Farm" in mail.subject
    assert "$770.00" in mail.body


def test_fob_is_written_as_trade_writes_it() -> None:
    assert FOB.words == "FOB Sihanoukville (Incoterms 2020)"
