"""What people paste as lines of a request."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import DomainError
from app.rfqs.errors import NothingAsked, TooManyRequestLines, UnreadableRequestLine
from app.rfqs.rules.lines import AskedLine, read_file, read_lines


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("KP-1 12", AskedLine("KP-1", 12)),
        ("Black pepper, whole 200 kg", AskedLine("Black pepper, whole", 200, "kg")),
        ("Tray 30x40\t1,500 pcs", AskedLine("Tray 30x40", 1500, "pcs")),
        ("/p/kampot-pepper x 5", AskedLine("/p/kampot-pepper x", 5)),
        ("ម្រេច ២០ គីឡូ", AskedLine("ម្រេច", 20, "គីឡូ")),
        ("=cmd|' /C calc'!A0 3", AskedLine("=cmd|' /C calc'!A0", 3)),
    ],
)
def test_a_line_is_what_how_many_and_the_unit(typed: str, read: AskedLine) -> None:
    assert read_lines(typed) == [read]


def test_a_file_has_columns_and_a_head_is_left_out() -> None:
    assert read_file(b"description,quantity,unit\nBlack pepper,200,kg\nKP-1,3\n") == [
        AskedLine("Black pepper", 200, "kg"),
        AskedLine("KP-1", 3),
    ]


def test_a_line_without_a_quantity_is_named_by_its_number() -> None:
    for wrong in ("pepper", "pepper 0 kg", "pepper 99999999", "200 kg of pepper"):
        with pytest.raises(UnreadableRequestLine) as refusal:
            read_lines(f"first 1\n{wrong}")
        assert refusal.value.values["line"] == 2


def test_501_lines_are_refused_and_500_are_not() -> None:
    assert len(read_lines("\n".join(f"goods {n} 1 pc" for n in range(500)))) == 500
    with pytest.raises(TooManyRequestLines):
        read_lines("\n".join(f"goods {n} 1 pc" for n in range(501)))
    with pytest.raises(NothingAsked):
        read_lines(" \n\n")


@given(st.text(max_size=500))
def test_whatever_is_typed_is_read_or_refused_in_words(typed: str) -> None:
    try:
        lines = read_lines(typed)
    except DomainError:
        return
    assert all(1 <= line.quantity <= 1_000_000 and line.words for line in lines)
    assert [one.quantity for one in read_lines("\n".join(line.text for line in lines))] == [
        line.quantity for line in lines
    ]


def test_a_line_of_half_a_megabyte_is_refused_at_once() -> None:
    with pytest.raises(UnreadableRequestLine):
        read_lines("a " * 250_000 + "b")


@pytest.mark.parametrize("line", ["a" + " " * 398 + "b", "1," * 199 + "b", "a 1" + " " * 390 + "+"])
def test_many_long_lines_are_refused_at_once(line: str) -> None:
    begun = time.process_time()
    with pytest.raises(TooManyRequestLines):
        read_lines("\n".join([line] * 1_250))
    assert time.process_time() - begun < 5, "it once took minutes"
