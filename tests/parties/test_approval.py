"""From an opened shop to one that sells: told step by step, sent, looked at, decided."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.db.session import reading, transaction
from app.identity.actions.create_shop import ShopTerms, create_shop
from app.identity.actions.edit_shop import edit_shop
from app.identity.actor import Actor
from app.identity.models import Organization
from app.identity.queries import actor_of
from app.notify.queries import mailbox
from app.parties.actions.decide_review import accept_review, ask_for_more, reject_shop
from app.parties.errors import DossierChanged, ReviewCannotGoThere
from app.parties.models import Dossier, Paper, ShopEvent
from app.payouts.actions.set_bank_account import set_bank_account
from app.payouts.rules import bank_account
from tests.support.front import Front, Visitor
from tests.support.trade import Shop, Trade

PDF = b"%PDF-1.7\n%%EOF\n"
OWNER = "sothy@people.example"


def new_shop(trade: Trade, *, name: str = "Sothy's Farm", kind: str = "company", email: str | None = OWNER) -> Shop:
    """Opened a moment ago, and nothing told."""
    person = trade.person(email)
    with transaction() as session:
        shop = create_shop(session, person, ShopTerms(name, kind, "KH", "Kampot", currency="USD"))
        return Shop(shop.id, actor_of(session, person.user_id))


def tell_all(front: Front, shop: Shop) -> Visitor:
    """Every step of the checklist, through the pages."""
    owner = front.member(shop.owner)
    query = f"?shop={shop.id}"
    assert (
        owner.fill(f"/desk/approval/identity{query}", kind="company", legal_name="Sothy Co., Ltd.").status_code == 303
    )
    told = owner.fill(f"/desk/approval/numbers{query}", registration="0001 2345", tax="K001-123456789")
    assert told.status_code == 303
    for kind in ("registration", "identity"):
        assert upload(owner, shop, kind=kind).status_code == 303
    with transaction() as session:
        account = bank_account(holder="Sothy Co", bank="ABA Bank", number="000 123 456", bic="ABAAKHPP")
        set_bank_account(session, shop.owner, shop.id, account)
    assert owner.fill(f"/desk/approval/word{query}", is_true="y").status_code == 303
    return owner


def upload(
    owner: Visitor, shop: Shop, *, kind: str = "other", data: bytes = PDF, name: str = "paper.pdf"
) -> TestResponse:
    return owner.fill(f"/desk/approval/papers?shop={shop.id}", kind=kind, file=(io.BytesIO(data), name))


def sent_shop(front: Front, **terms: str) -> Shop:
    shop = new_shop(front.trade, **terms)
    assert tell_all(front, shop).fill(f"/desk/approval?shop={shop.id}").status_code == 303
    return shop


def review_of(shop: Shop) -> tuple[str, str]:
    """Of the dossier and of the shop."""
    with reading() as session:
        dossier = session.get(Dossier, shop.id)
        return dossier.review if dossier else "", session.get_one(Organization, shop.id).status


def version_of(shop: Shop) -> int:
    with reading() as session:
        return session.get_one(Dossier, shop.id).version


def history(shop: Shop) -> list[str]:
    with reading() as session:
        wanted = select(ShopEvent.kind).where(ShopEvent.organization_id == shop.id)
        return list(session.scalars(wanted.order_by(ShopEvent.at, ShopEvent.id)))


def letters(email: str = OWNER) -> list[str]:
    with reading() as session:
        return [f"{mail.subject}\n{mail.body}" for mail in mailbox(session, recipient=email).rows]


def papers_of(shop: Shop) -> list[Paper]:
    with reading() as session:
        return list(session.scalars(select(Paper).where(Paper.organization_id == shop.id).order_by(Paper.uploaded_at)))


def files(front: Front) -> list[Path]:
    folder = Path(front.settings.papers_url)
    return sorted(folder.iterdir()) if folder.is_dir() else []


def decide(actor: Actor, shop: Shop, what: str, reason: str = "") -> None:
    now, seen = datetime.now(UTC), version_of(shop)
    with transaction() as session:
        if what == "accept":
            accept_review(session, actor, shop.id, seen=seen, now=now)
        elif what == "more":
            ask_for_more(session, actor, shop.id, reason=reason, seen=seen, now=now)
        else:
            reject_shop(session, actor, shop.id, reason=reason, seen=seen, now=now)


def test_a_new_shop_is_led_through_its_steps_and_each_is_kept(front: Front, trade: Trade) -> None:
    shop = new_shop(trade)
    owner = front.member(shop.owner)
    path = f"/desk/approval?shop={shop.id}"
    assert "0 of 5 steps are done" in owner.look(path)
    refused = owner.fill(path)
    assert refused.status_code == 422
    assert "Some steps are not done yet." in refused.get_data(as_text=True)
    owner.fill(f"/desk/approval/identity?shop={shop.id}", kind="company", legal_name="Sothy Co., Ltd.")
    assert "1 of 5 steps are done" in front.member(shop.owner).look(path)
    assert "Sothy Co., Ltd." in owner.look(f"/desk/approval/identity?shop={shop.id}")
    tell_all(front, shop)
    assert "5 of 5 steps are done" in owner.look(path)
    ready = owner.look(path)
    for _ in range(2):
        assert owner.send(ready, path).status_code == 303
    assert review_of(shop) == ("sent", "pending")
    assert history(shop) == ["sent"]
    assert "Sent for review" in owner.look(path)


def test_numbers_are_asked_as_the_country_calls_them_and_an_odd_one_is_taken(front: Front, trade: Trade) -> None:
    shop = new_shop(trade)
    owner = front.member(shop.owner)
    path = f"/desk/approval/numbers?shop={shop.id}"
    page = owner.look(path)
    assert "Cambodia: MoC number, for example 00012345." in page
    assert owner.fill(path, registration="not a number", tax="").status_code == 303
    with reading() as session:
        assert session.get_one(Dossier, shop.id).registration_number == "NOTANUMBER"


def test_the_owner_is_told_what_looks_unusual_and_nothing_once_it_is_right(front: Front, trade: Trade) -> None:
    shop = new_shop(trade)
    owner = front.member(shop.owner)
    path, checklist = f"/desk/approval/numbers?shop={shop.id}", f"/desk/approval?shop={shop.id}"
    unusual, again = "A number looks unusual.", "Look at this once more"
    assert unusual not in owner.look(checklist)
    assert again not in owner.look(path)
    owner.fill(path, registration="not a number", tax="")
    assert unusual in owner.look(checklist)
    page = owner.look(path)
    assert again in page
    assert "It is not written as such numbers usually are." in page
    assert "A shop of this kind usually has one." in page
    owner.fill(path, registration="0001 2345", tax="K001-123456789")
    assert unusual not in owner.look(checklist)
    assert again not in owner.look(path)


def test_the_document_that_is_missing_is_chosen_already(front: Front, trade: Trade) -> None:
    shop = new_shop(trade, kind="private_person")
    owner = front.member(shop.owner)
    path = f"/desk/approval/papers?shop={shop.id}"
    assert '<option value="identity" selected>' in owner.look(path).replace(
        'selected value="identity"', 'value="identity" selected'
    )
    assert upload(owner, shop, kind="identity").status_code == 303
    assert '<option value="other" selected>' in owner.look(path).replace(
        'selected value="other"', 'value="other" selected'
    )


def test_the_bank_account_is_a_step_of_the_checklist_until_the_shop_is_looked_at(front: Front, trade: Trade) -> None:
    shop = new_shop(trade)
    owner, path = front.member(shop.owner), f"/desk/money/account?shop={shop.id}"
    account = {"holder": "Sothy Co", "bank": "ABA Bank", "number": "000 123 456"}
    assert "already still goes to the account" not in owner.look(path)
    assert owner.fill(path, **account).headers["Location"] == f"/desk/approval?shop={shop.id}"
    assert "already still goes to the account" in owner.look(path)
    approved = trade.shop_of()
    other, path = front.member(approved.owner), f"/desk/money/account?shop={approved.id}"
    assert other.fill(path, **account).headers["Location"] == f"/desk/money?shop={approved.id}"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Choose a file of this device first."),
        (b"<html><script>alert(1)</script>", "This file is not a PDF, a JPEG or a PNG picture."),
        (b"GIF89a", "This file is not a PDF, a JPEG or a PNG picture."),
        (b"%PDF-" + b"0" * (8 * 1024 * 1024), "at most 8 MB can be sent"),
    ],
    ids=["nothing", "html", "gif", "too heavy"],
)
def test_what_is_no_document_is_refused_beside_its_field(front: Front, trade: Trade, data: bytes, said: str) -> None:
    shop = new_shop(trade)
    answer = upload(front.member(shop.owner), shop, data=data, name="passport.pdf")
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    answer.request.environ["wsgi.input"].close()  # a heavy one is a file of the test client's
    assert files(front) == []


def test_a_document_is_told_by_its_content_and_handed_out_as_something_to_save(front: Front, trade: Trade) -> None:
    shop = new_shop(trade)
    owner = front.member(shop.owner)
    jpeg = b"\xff\xd8\xff\xe0 picture"
    upload(owner, shop, kind="identity", data=jpeg, name="../../etc/pass\u202ewd.html")
    (paper,) = papers_of(shop)
    assert (paper.media_type, paper.name) == ("image/jpeg", "passwd.html")
    answer = owner.browser.get(f"/papers/{paper.id}")
    assert answer.data == jpeg
    assert answer.headers["Content-Disposition"] == f'attachment; filename="identity-{paper.id}.jpg"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    (file,) = files(front)
    assert file.name == paper.key
    assert file.stat().st_mode & 0o077 == 0


def test_documents_are_for_owners_and_operators_alone(front: Front, trade: Trade) -> None:
    shop, other = new_shop(trade), trade.shop_of(name="Mekong Silk")
    upload(front.member(shop.owner), shop)
    (paper,) = papers_of(shop)
    front.visitor().look(f"/papers/{paper.id}", status=303)
    for stranger in (other.owner, trade.person()):
        front.member(stranger).look(f"/papers/{paper.id}", status=404)
        front.member(stranger).look(f"/desk/approval?shop={shop.id}", status=404)
    assert front.member(trade.operator).browser.get(f"/papers/{paper.id}").status_code == 200


def test_a_removed_document_is_deleted_and_the_same_form_twice_is_one(front: Front, trade: Trade) -> None:
    shop = new_shop(trade)
    owner = front.member(shop.owner)
    page = owner.look(f"/desk/approval/papers?shop={shop.id}")
    for _ in range(2):
        owner.send(page, f"/desk/approval/papers?shop={shop.id}", kind="tax", file=(io.BytesIO(PDF), "a.pdf"))
    front.work()
    (paper,) = papers_of(shop)
    assert [file.name for file in files(front)] == [paper.key]
    listed = owner.look(f"/desk/approval/papers?shop={shop.id}")
    assert owner.send(listed, f"/papers/{paper.id}/remove").status_code == 303
    front.work()
    assert (papers_of(shop), files(front)) == ([], [])


def test_asked_for_more_the_owner_reads_why_puts_it_right_and_sends_again(front: Front, trade: Trade) -> None:
    shop = sent_shop(front)
    decide(trade.operator, shop, "more", "The certificate cannot be read.")
    assert review_of(shop) == ("more", "pending")
    assert "The certificate cannot be read." in letters()[0]
    owner = front.member(shop.owner)
    assert "The certificate cannot be read." in owner.look(f"/desk/approval?shop={shop.id}")
    upload(owner, shop, kind="registration")
    assert review_of(shop)[0] == "more"
    assert owner.fill(f"/desk/approval?shop={shop.id}").status_code == 303
    decide(trade.operator, shop, "accept")
    assert review_of(shop) == ("accepted", "approved")
    assert history(shop) == ["sent", "asked_more", "sent", "approved"]


def test_a_refused_shop_reads_why_and_gets_another_chance_only_from_the_operator(front: Front, trade: Trade) -> None:
    shop = sent_shop(front)
    decide(trade.operator, shop, "reject", "We do not sell medicine.")
    assert review_of(shop) == ("rejected", "rejected")
    assert "We do not sell medicine." in letters()[0]
    owner = front.member(shop.owner)
    page = owner.look(f"/desk/approval?shop={shop.id}")
    assert "We do not sell medicine." in page
    assert "Send for review" not in page
    decide(trade.operator, shop, "more", "Take the medicine away.")
    assert review_of(shop) == ("more", "pending")
    assert owner.fill(f"/desk/approval?shop={shop.id}").status_code == 303


def test_what_changes_after_approval_is_looked_at_again_and_the_shop_stays_open(front: Front, trade: Trade) -> None:
    shop = sent_shop(front)
    decide(trade.operator, shop, "accept")
    owner = front.member(shop.owner)
    owner.fill(f"/desk/approval/identity?shop={shop.id}", kind="sole_trader", legal_name="Sothy Chan")
    assert review_of(shop) == ("sent", "approved")
    assert history(shop)[-1] == "changed"
    assert "Your shop stays open meanwhile." in owner.look(f"/desk/approval?shop={shop.id}")
    decide(trade.operator, shop, "accept")
    assert review_of(shop) == ("accepted", "approved")
    assert "is accepted" in letters()[0]


def test_another_name_or_kind_on_the_page_of_the_shop_is_looked_at_again_too(front: Front, trade: Trade) -> None:
    shop = sent_shop(front)
    decide(trade.operator, shop, "accept")
    for number, (name, kind) in enumerate((("Mekong Silk", "company"), ("Mekong Silk", "sole_trader"))):
        with transaction() as session:
            edit_shop(session, shop.owner, shop.id, ShopTerms(name, kind, "KH", "Kampot", currency="USD"))
        assert review_of(shop) == ("sent", "approved"), number
        decide(trade.operator, shop, "accept")
    with transaction() as session:
        edit_shop(session, shop.owner, shop.id, ShopTerms("Mekong Silk", "sole_trader", "KH", "Kep", currency="USD"))
    assert review_of(shop) == ("accepted", "approved")


def test_a_shop_that_was_approved_before_stays_so_and_may_tell_in_peace(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    assert review_of(shop) == ("accepted", "approved")
    tell_all(front, shop)
    assert review_of(shop) == ("accepted", "approved")


def test_nobody_decides_about_what_has_changed_since_it_was_looked_at(front: Front, trade: Trade) -> None:
    shop = sent_shop(front)
    seen = version_of(shop)
    upload(front.member(shop.owner), shop)
    with pytest.raises(DossierChanged), transaction() as session:
        accept_review(session, trade.operator, shop.id, seen=seen, now=datetime.now(UTC))
    assert review_of(shop) == ("sent", "pending")


def test_an_approved_shop_is_suspended_not_refused(front: Front, trade: Trade) -> None:
    shop = sent_shop(front)
    decide(trade.operator, shop, "accept")
    with pytest.raises(ReviewCannotGoThere):
        decide(trade.operator, shop, "reject", "No.")
