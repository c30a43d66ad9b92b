"""A company is told by mail and on its people's pages when a seller gives, changes or withdraws its terms."""

import pytest

from app.credit.actions.grant_terms import change_terms, withdraw_terms
from app.db.session import reading, transaction
from app.identity.models import User
from app.notify.models import Notification, OutgoingMail
from tests.support.front import Front
from tests.support.on_terms import BOSS, OnTerms
from tests.support.trade import Trade


@pytest.fixture
def terms(trade: Trade) -> OnTerms:
    return OnTerms(trade)


def told() -> list[OutgoingMail]:
    with reading() as session:
        return session.query(OutgoingMail).filter(OutgoingMail.key.startswith("terms:")).order_by(OutgoingMail.id).all()


def test_given_changed_withdrawn_and_given_again_each_is_one_mail_to_approvers_and_news_for_all_who_buy(
    front: Front, terms: OnTerms
) -> None:
    terms.change(limit=25_000, days=45)
    terms.change(limit=25_000, days=45)  # nothing is different
    for _twice in range(2):
        with transaction() as session:
            withdraw_terms(session, terms.shop.owner, terms.grant)
    terms.change(limit=25_000, days=45)
    mails = told()
    assert [mail.subject for mail in mails] == [
        "Sothy's Farm lets Mekong Foods pay later", "Sothy's Farm changed how Mekong Foods may pay later",
        "Sothy's Farm does not let Mekong Foods pay later any more", "Sothy's Farm lets Mekong Foods pay later",
    ]  # fmt: skip
    assert {mail.recipient for mail in mails} == {BOSS}
    assert "up to $250.00 and pays within 45 days" in mails[1].body
    assert all(f"/companies/{terms.company}/owed" in mail.body for mail in mails)
    for who in (terms.boss, terms.buyer):
        page = front.member(who).look("/notifications")
        assert page.count("lets Mekong Foods pay later") == 2
        assert "changed how Mekong Foods may pay later" in page
        assert "does not let Mekong Foods pay later any more" in page
    with reading() as session:
        links = {one.link for one in session.query(Notification).filter(Notification.kind.startswith("terms."))}
        whose = {one.user_id for one in session.query(Notification).filter(Notification.kind.startswith("terms."))}
    assert (links, whose) == ({f"/companies/{terms.company}/owed"}, {terms.boss.user_id, terms.buyer.user_id})


def test_who_reads_khmer_is_told_in_khmer(front: Front, terms: OnTerms) -> None:
    with transaction() as session:
        session.get_one(User, terms.boss.user_id).locale = "km"
    terms.change(limit=25_000)
    mail = told()[-1]
    assert (mail.locale, "changed" in mail.subject + mail.body) == ("km", False)
    assert "Mekong Foods" in mail.subject


def test_a_note_that_changes_is_the_shops_own_and_tells_nobody(terms: OnTerms) -> None:
    before = len(told())
    with transaction() as session:
        change_terms(
            session, terms.shop.owner, terms.grant, limit_cents=10_000, days=30, is_paused=False, note="Pays late."
        )
    assert len(told()) == before
