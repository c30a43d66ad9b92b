"""Forms read what people type, keep it when they refuse it, and can be sent twice."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from wtforms.validators import Optional

from app.errors import N_, Invalid
from app.money.amounts import Money
from app.web.fields import DayField, LineField, MoneyField, ParagraphsField, QuantityField, number_sent
from app.web.forms import BaseForm
from app.web.styleguide import SampleForm

TORTURE = ["\x00", "a\x07b", "\u202eevil", "\ud800", "\u2028", "\x1b[31m"]


class GoodsForm(BaseForm):
    class Meta(BaseForm.Meta):
        csrf = False

    title = LineField("Title", longest=20)
    story = ParagraphsField("Story", longest=50)
    price = MoneyField("Price", currency="KHR")
    day = DayField("Day", [Optional()])
    quantity = QuantityField("Quantity", least=3, most=42, step=3, unit="kg")


Sender = Callable[..., GoodsForm]
GOOD = {"title": "Pepper", "price": "12,000", "quantity": "6", "form_token": "0198c0de-0000-7000-8000-000000000001"}


@pytest.fixture
def send(plain_app: Flask) -> Any:
    """`send(price="1,23")`: the form as if it had been filled like GOOD but for that, already validated."""
    with plain_app.test_request_context():

        def fill(**changes: str) -> GoodsForm:
            form = GoodsForm(MultiDict({**GOOD, **changes}))
            form.validate()
            return form

        yield fill


def test_a_good_form_is_read_into_values_of_the_field(send: Sender) -> None:
    form = send(title="  Black   pepper ", story=" one\r\ntwo ", quantity="៦")
    assert not form.errors
    assert (form.title.data, form.story.data) == ("Black pepper", "one\ntwo")
    assert (form.price.data, form.quantity.data) == (Money(1_200_000, "KHR"), 6)
    assert form.token == UUID(GOOD["form_token"])


def test_text_is_composed_and_never_folded(send: Sender) -> None:
    assert send(title="Ca\u0301i").title.data == "Cái"
    assert send(title="น้ำ").title.data == "น้ำ"


@pytest.mark.parametrize("torture", TORTURE)
def test_a_character_that_cannot_be_shown_is_refused(send: Sender, torture: str) -> None:
    assert "cannot be shown" in send(title="a" + torture + "x").errors["title"][0]


def test_joiners_that_khmer_needs_are_kept(send: Sender) -> None:
    assert send(title="ផ្សារ\u200bនៃ").title.data == "ផ្សារ\u200bនៃ"


def test_text_that_is_too_long_is_told_by_how_much(send: Sender) -> None:
    assert send(title="x" * 21).errors["title"] == ["This is 21 characters long; at most 20 fit."]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("2", "Enter at least 3\u00a0kg."), ("43", "Enter at most 42\u00a0kg."), ("0", "Enter at least 3\u00a0kg."),
        ("-6", "Enter at least 3\u00a0kg."), ("4", "Enter 3 or more in steps of 3\u00a0kg."),
        ("1.5", "Enter a whole number, for example 3."), ("", "Enter a whole number, for example 3."),
        ("9" * 400, "Enter a whole number, for example 3."), ("6; DROP", "Enter a whole number, for example 3."),
        ("²", "Enter a whole number, for example 3."), ("+-3", "Enter a whole number, for example 3."),
    ],
)  # fmt: skip
def test_an_impossible_quantity_is_refused_with_its_limits(send: Sender, typed: str, problem: str) -> None:
    form = send(quantity=typed)
    assert form.errors["quantity"] == [problem]
    assert form.quantity._value() == typed


def test_a_refused_price_stays_in_its_field(send: Sender) -> None:
    form = send(price="1,23")
    assert "can be read in two ways" in form.errors["price"][0]
    assert form.price._value() == "1,23"


def test_a_form_keeps_its_token_while_it_is_mended_and_a_new_page_has_a_new_one(send: Sender) -> None:
    assert send(price="x").form_token._value() == GOOD["form_token"]
    assert GoodsForm().form_token._value() != GoodsForm().form_token._value()


def test_a_damaged_token_is_refused(send: Sender) -> None:
    form = send(form_token="x")
    assert "form is damaged" in form.errors["form_token"][0]
    with pytest.raises(BadRequest):
        _ = form.token  # also where nobody looked at the errors


@pytest.mark.parametrize("typed", ["0001-01-01", "9999-12-31", "2026-02-30", "٢٠٢٦", "tomorrow"])
def test_a_day_nobody_lives_on_is_refused_beside_its_field(send: Sender, typed: str) -> None:
    form = send(day=typed)
    assert "year-month-day" in form.errors["day"][0]
    assert form.day.data is None


def test_a_number_in_a_hidden_field_that_was_tampered_with_is_none() -> None:
    assert [number_sent(typed) for typed in ("7", None, "", "-1", "²", "٣", "9" * 10, "9" * 5_000)] == [7, *[0] * 7]


def test_what_an_action_refuses_stands_beside_its_field(send: Sender) -> None:
    class TooFew(Invalid):
        code = "too-few"
        message = N_("Only %(left)s left.")

    form = send()
    form.add_problem(TooFew(field="quantity", left=2))
    form.add_problem(TooFew(left=Money(100, "VND")))
    assert form.quantity.errors == ["Only 2 left."]
    assert form.form_errors == ["Only 100\u00a0₫ left."]


@pytest.mark.parametrize(
    ("country", "missing"),
    [
        ("SG", {"name", "street", "postal_code"}),
        ("KH", {"name", "street", "city"}),
        ("PH", {"name", "street", "area", "city"}),
    ],
)
def test_a_country_asks_for_what_it_needs_and_no_more(plain_app: Flask, country: str, missing: set[str]) -> None:
    with plain_app.test_request_context():
        form = SampleForm(MultiDict({"country": country}))
        form.offer_countries()
        form.validate()
        parts = {"name", *(part.name for part in form.parts())}
        assert {name for name in form.errors if name in parts} == missing


def test_a_postal_code_of_elsewhere_is_refused_with_an_example(plain_app: Flask) -> None:
    with plain_app.test_request_context():
        form = SampleForm(MultiDict({"country": "SG", "postal_code": "1234"}))
        form.offer_countries()
        form.validate()
        assert form.errors["postal_code"] == ["“1234” is not a postal code there. It looks like 546080."]


def test_an_address_holds_only_the_parts_of_its_country(plain_app: Flask) -> None:
    with plain_app.test_request_context():
        form = SampleForm(
            MultiDict(
                {"country": "SG", "name": "Lim", "street": "1 Raffles Place", "district": "x", "postal_code": "048616"}
            )
        )
        form.offer_countries()
        assert form.address() == {"name": "Lim", "street": "1 Raffles Place", "postal_code": "048616", "country": "SG"}
