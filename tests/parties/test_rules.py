"""What may follow what, who may do it, and what is odd about numbers and names."""

import itertools
from datetime import date

import pytest

from app.identity.rules.roles import SHOP_KINDS
from app.identity.rules.shops import may_become
from app.parties.errors import PaperMissing, PaperTooHeavy, ReviewCannotGoThere, UnusablePaper
from app.parties.number_forms import forms_of, number_forms
from app.parties.rules.checklist import ATTESTATION_VERSION, ATTESTATIONS, PaperKind, Step, Told, steps_done
from app.parties.rules.looks import mixed_words, skeleton
from app.parties.rules.numbers import Oddity, Which, oddity_of, plain_number
from app.parties.rules.papers import MOST_BYTES, is_key, media_type_of
from app.parties.rules.review import Review, may_go, require_way
from app.parties.words import HAPPENING_WORDS, PAPER_WORDS, REVIEW_WORDS, STEP_WORDS
from app.states.edges import By

OWNERS = {("open", "sent"), ("more", "sent"), ("accepted", "sent")}
OPERATORS = {
    ("sent", "more"), ("accepted", "more"), ("rejected", "more"),
    ("open", "accepted"), ("sent", "accepted"), ("more", "accepted"), ("rejected", "accepted"),
    ("open", "rejected"), ("sent", "rejected"), ("more", "rejected"),
}  # fmt: skip
SHOPS = {
    ("pending", "approved"), ("pending", "suspended"), ("pending", "rejected"), ("approved", "paused"),
    ("approved", "suspended"), ("suspended", "approved"), ("paused", "approved"), ("paused", "suspended"),
    ("rejected", "pending"), ("rejected", "approved"),
}  # fmt: skip
DAY = date(2026, 11, 29)


@pytest.mark.parametrize(("before", "after"), itertools.product(Review, Review))
def test_each_way_of_a_review_is_open_to_one_side_or_to_nobody(before: Review, after: Review) -> None:
    way = (before.value, after.value)
    assert may_go(before, after, By.SELLER) == (way in OWNERS)
    assert may_go(before, after, By.OPERATOR) == (way in OPERATORS)
    for by, ways in ((By.SELLER, OWNERS), (By.OPERATOR, OPERATORS)):
        if way in ways:
            require_way(before, after, by)
        else:
            with pytest.raises(ReviewCannotGoThere):
                require_way(before, after, by)


def test_each_way_of_a_shop() -> None:
    states = ("pending", "approved", "paused", "suspended", "rejected", "closed")
    forgotten = {(state, "closed") for state in states[:-1]}
    assert {
        way for way in itertools.product(states, states) if any(may_become(*way, by) for by in By)
    } == SHOPS | forgotten


def test_everything_has_a_word() -> None:
    assert set(STEP_WORDS) == set(Step)
    assert set(PAPER_WORDS) == set(PaperKind)
    assert set(REVIEW_WORDS) == set(Review)
    assert len(HAPPENING_WORDS) == 7
    assert ATTESTATION_VERSION in ATTESTATIONS


@pytest.mark.parametrize("kind", SHOP_KINDS)
def test_a_step_is_done_by_what_was_told(kind: str) -> None:
    assert not any(steps_done(Told(kind)).values())
    needed = {"company": ("registration", "identity")}.get(kind, ("identity",))
    told = Told(kind, "Sothy", True, needed, has_wallet=True, attested_version="2026-11")
    assert all(steps_done(told).values())
    assert not steps_done(Told(kind, paper_kinds=("tax", "other")))[Step.PAPERS]


@pytest.mark.parametrize(
    ("country", "which", "number", "odd"),
    [
        ("KH", "registration", "0001 2345", None),
        ("KH", "tax", "K001-123456789", None),
        ("KH", "tax", "K001-12345", Oddity.OTHER_FORM),
        ("KH", "tax", "", Oddity.NOT_TOLD),
        ("BN", "tax", "", None),
        ("SG", "registration", "197401143C", None),
        ("SG", "registration", "197401143D", Oddity.CHECK_FAILED),
        ("TH", "registration", "0994000617721", None),
        ("TH", "registration", "0994000617722", Oddity.CHECK_FAILED),
        ("VN", "tax", "0100233488", None),
        ("VN", "tax", "0100233480", Oddity.CHECK_FAILED),
        ("VN", "tax", "001099012345", None),  # a person's, which the check does not know
        ("ID", "tax", "013000666091000", None),
        ("LA", "registration", "01-00012345", Oddity.UNCHECKED),
        ("PH", "tax", "123-456-789-00000", None),
        ("MY", "registration", "202001234567", None),
        ("MM", "tax", "12345", Oddity.OTHER_FORM),
    ],
)
def test_an_odd_number_is_told_and_a_usual_one_is_not(country: str, which: str, number: str, odd: object) -> None:
    form = forms_of(country, DAY)[Which(which)]
    assert oddity_of(form, plain_number(number), "company") is odd


def test_every_country_says_how_both_numbers_are_written_with_source_and_day() -> None:
    countries = {form.country for form in number_forms()}
    assert countries == {"BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "TL", "VN"}
    for country in countries:
        forms = forms_of(country, DAY)
        assert all(form is not None and form.source and form.checked_on <= DAY for form in forms.values()), country
    assert forms_of("KH", date(2020, 1, 1)) == {Which.REGISTRATION: None, Which.TAX: None}


def test_numbers_are_read_in_any_digits_and_with_any_signs() -> None:
    assert plain_number(" k០០១-១២៣ 456/๗.8 ") == "K00112345678"
    assert plain_number("\uff21\uff11\u200b2") == "A12"


@pytest.mark.parametrize("name", ["S\u043ethy's F\u0430rm", "SOTHYS FARM", "Sothy\u2019s-F\u00e1rm", "5othys Farm"])
def test_names_that_look_alike_have_one_skeleton(name: str) -> None:
    assert skeleton(name) == skeleton("Sothy's Farm")


@pytest.mark.parametrize(("one", "other"), [("ផ្សារថ្មី", "ផ្សារថ្មា"), ("Sothy's Farm", "Sothea's Farm"), ("ไหม", "ไหล")])
def test_names_that_differ_do_not(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_a_word_of_two_scripts_is_noticed_and_a_name_of_two_is_not() -> None:
    assert mixed_words("S\u043ethy Farm") == ["S\u043ethy"]
    assert mixed_words("Sothy ផ្សារ Café Đà Nẵng 7") == []


def test_a_document_is_what_its_bytes_say() -> None:
    assert media_type_of(b"%PDF-1.4") == "application/pdf"
    assert media_type_of(b"\x89PNG\r\n\x1a\n...") == "image/png"
    assert media_type_of(b"\xff\xd8\xff") == "image/jpeg"
    with pytest.raises(PaperMissing):
        media_type_of(b"")
    with pytest.raises(UnusablePaper):
        media_type_of(b"PK\x03\x04%PDF-")
    with pytest.raises(PaperTooHeavy):
        media_type_of(b"%PDF-" + bytes(MOST_BYTES))


def test_only_names_of_our_own_are_opened() -> None:
    assert not is_key("../../etc/passwd")
    assert not is_key("")
    assert is_key("0" * 32)
