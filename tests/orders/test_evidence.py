"""Both sides of a dispute show what they have, until a day both see, to nobody else."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from PIL import Image

from app.db.session import in_transaction, reading, transaction
from app.errors import DomainError
from app.identity.actor import ANONYMOUS, Actor
from app.media.errors import NotShowable, PdfTooHeavy
from app.media.private_files import MOST_PDF_BYTES, PrivateFile, prepare_private
from app.orders.actions.add_evidence import MOST, add_buyers_evidence, add_sellers_evidence
from app.orders.actions.forget_buyer import forget_buyer
from app.orders.errors import EvidenceIsFull, EvidenceTooLate, NotInDispute, OrderNotFound, TooManyFiles
from app.orders.queries import Viewer
from app.orders.return_models import DisputeEvidence
from app.orders.return_queries import file_shown
from app.orders.rules.next_event import next_event
from app.privacy.parts import orders as copied
from app.privacy.rules import Subject
from tests.orders.test_life import decide
from tests.orders.test_returns import Sold, mails
from tests.support.trade import Trade

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture(kind: str = "JPEG") -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "Phnom Penh"  # what the camera was told of the place
    Image.new("RGB", (90, 80), "red").save(out, kind, exif=exif)
    return out.getvalue()


def buyer_adds(sold: Sold, *files: PrivateFile, token: object = None, viewer: Viewer | None = None) -> DisputeEvidence:
    sent = token or uuid4()
    return in_transaction(
        lambda session: add_buyers_evidence(
            session,
            viewer or sold.viewer,
            sold.order.id,
            text="See the broken jar.",
            files=files,
            form_token=sent,  # type: ignore[arg-type]
            now=sold.trade.now(),
        )
    )


def seller_adds(sold: Sold, *files: PrivateFile, actor: Actor | None = None) -> DisputeEvidence:
    return in_transaction(
        lambda session: add_sellers_evidence(
            session,
            actor or sold.shop.owner,
            sold.order.id,
            text="It left whole.",
            files=files,
            form_token=uuid4(),
            now=sold.trade.now(),
        )
    )


def test_both_sides_add_until_the_day_both_see_and_nobody_else_reads_it(trade: Trade) -> None:
    sold, other = Sold(trade), Sold(trade, shop=trade.shop_of(name="Another shop"))
    with pytest.raises(NotInDispute):
        buyer_adds(sold)
    sold.dispute()
    token = uuid4()
    first = buyer_adds(sold, prepare_private("jar.jpg", picture()), prepare_private("bill.pdf", PDF), token=token)
    assert buyer_adds(sold, token=token).id == first.id
    seller_adds(sold, prepare_private("packed.png", picture("PNG")))
    assert [len(mails(f"evidence:{word}")) for word in ("",)] == [2]
    with pytest.raises(OrderNotFound):
        buyer_adds(sold, viewer=other.viewer)
    with pytest.raises(OrderNotFound):
        seller_adds(sold, actor=other.shop.owner)
    with pytest.raises(TooManyFiles):
        seller_adds(sold, *[prepare_private("a.pdf", PDF)] * 6)
    _only_the_parties_and_the_arbiter_see(trade, sold, other, first)
    trade.settle()
    told = trade.story(sold.order.id)
    assert told.judging is not None
    assert told.judging.evidence_until is not None
    assert told.judging.decide_by is not None
    assert told.judging.evidence_until < told.judging.decide_by
    for for_seller in (False, True):
        upcoming = next_event(told, trade.now(), for_seller=for_seller)
        assert upcoming.by == told.judging.decide_by
        assert "until %(by)s" in upcoming.headline.message
        assert "If nobody decides" in upcoming.otherwise.message  # type: ignore[union-attr]
    trade.wait_until(told.judging.evidence_until + timedelta(minutes=1))
    for late in (buyer_adds, seller_adds):
        with pytest.raises(EvidenceTooLate):
            late(sold)
    decide(trade, sold.order.id, 4_000)
    with pytest.raises(NotInDispute):
        buyer_adds(sold)


def _only_the_parties_and_the_arbiter_see(trade: Trade, sold: Sold, other: Sold, added: DisputeEvidence) -> None:
    with reading() as session:
        files = session.get_one(DisputeEvidence, added.id).files
    assert [(file.kind, file.name) for file in files] == [("picture", "jar.webp"), ("pdf", "bill.pdf")]
    nobody = Viewer()
    for viewer, actor in ((sold.viewer, ANONYMOUS), (nobody, sold.shop.owner), (nobody, trade.operator)):
        with reading() as session:
            assert file_shown(session, viewer, actor, files[0].id).content.startswith(b"RIFF")
    for viewer, actor in ((other.viewer, other.shop.owner), (nobody, ANONYMOUS), (nobody, trade.person())):
        with pytest.raises(OrderNotFound), reading() as session:
            file_shown(session, viewer, actor, files[0].id)


def test_one_side_cannot_bury_the_other(trade: Trade) -> None:
    sold = Sold(trade)
    sold.dispute()
    for _ in range(MOST):
        buyer_adds(sold)
    with pytest.raises(EvidenceIsFull):
        buyer_adds(sold)
    seller_adds(sold)


def test_a_file_is_what_it_contains_and_not_what_it_is_called() -> None:
    shown = prepare_private("../../etc/pass\x00wd.pdf", picture())
    assert (shown.kind, shown.name) == ("picture", "passwd.webp")
    assert shown.content.startswith(b"RIFF")
    assert b"Phnom Penh" not in shown.content
    assert prepare_private("photo.jpg", PDF).name == "photo.pdf"
    for wrong in (b"", b"<html>", b"%PDF-1.7 cut off", b"GIF89a", picture()[:200], b"MZ\x90\x00"):
        with pytest.raises(NotShowable):
            prepare_private("a.pdf", wrong)
    with pytest.raises(PdfTooHeavy):
        prepare_private("a.pdf", PDF + b" " * MOST_PDF_BYTES + b"%%EOF")
    assert issubclass(NotShowable, DomainError)


def test_evidence_of_a_decided_or_missing_dispute_changes_nothing(trade: Trade) -> None:
    sold = Sold(trade)
    for add in (buyer_adds, seller_adds):
        with pytest.raises(NotInDispute):
            add(sold)
    with transaction() as session:
        assert session.query(DisputeEvidence).count() == 0


def test_a_copy_of_ones_data_holds_it_and_erasure_takes_it_away(trade: Trade) -> None:
    sold = Sold(trade)
    sold.ask()
    sold.dispute()
    buyer_adds(sold, prepare_private("jar.jpg", picture()))
    subject = Subject(order_group_id=sold.group.id)
    with reading() as session:
        assert [row["text"] for row in copied.returns(session, subject)] == ["It came broken."]
        assert [row["text"] for row in copied.evidence(session, subject)] == ["See the broken jar."]
        assert [row["name"] for row in copied.files(session, subject)] == ["jar.webp"]
    with transaction() as session:
        forget_buyer(session, sold.group.id, now=trade.now())
    with reading() as session:
        assert [row["text"] for row in copied.returns(session, subject)] == [""]
        assert [row["text"] for row in copied.evidence(session, subject)] == [""]
        assert copied.files(session, subject) == []
