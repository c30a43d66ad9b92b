"""Reading codes and quantities as people paste them."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.purchasing.errors import NothingTyped, TooManyLines, UnreadableFile
from app.purchasing.rules.lines import MOST_LINES, NO_CODE, UNREADABLE, chunks, read_count, read_csv, read_text


@pytest.mark.parametrize(
    ("typed", "sku", "quantity"),
    [
        ("KP-1 12", "KP-1", 12),
        ("KP-1\t12", "KP-1", 12),
        ("KP-1, 12", "KP-1", 12),
        ("KP-1;12;", "KP-1", 12),
        ("KP-1 x 12", "KP-1", 12),
        ("KP-1 × 1,200", "KP-1", 1200),
        ("KP-1 ១២", "KP-1", 12),
        ("Green tea 5", "Green tea", 5),
        ("KP-1,1,200", "KP-1", 1200),
        ("KP-1  =  12 , ", "KP-1", 12),
        ("12,5", "12", 5),
        ("KP-1X2", "KP-1X2", None),
        ("KP-1", "KP-1", None),
        ("  KP 12  7 ", "KP 12", 7),
    ],
)
def test_any_separator_will_do(typed: str, sku: str, quantity: int | None) -> None:
    (line,) = read_text(typed)
    assert (line.sku, line.quantity, line.problem) == (sku, quantity, "")


def test_a_head_and_empty_lines_are_left_out() -> None:
    assert [line.sku for line in read_text("SKU\tQuantity 1\n\nA 1\n\nB 2\n")][-2:] == ["A", "B"]
    lines = read_csv("code;quantity\r\nA;1\r\nB;2\r\n".encode("utf-16"))
    assert [(line.sku, line.quantity) for line in lines] == [("A", 1), ("B", 2)]


def test_what_cannot_be_a_quantity_is_named_and_the_line_kept() -> None:
    (line,) = read_csv(b"A,many\n")
    assert (line.sku, line.quantity, line.problem) == ("A", None, UNREADABLE)
    assert [read_count(typed) for typed in ("0", "-1", "1.5", "1000001", "", "1e3")] == [None] * 6
    assert [read_count(typed) for typed in ("1", "1,000", "1.000", "12.00")] == [1, 1000, 1000, 12]


def test_a_quotation_mark_that_is_never_closed_takes_no_other_line_along() -> None:
    lines = read_csv(b'sku,quantity\nA,1\n"B,2\nC,3\n"D, wide",4\n')
    assert [(line.sku, line.quantity) for line in lines] == [("A", 1), ("B,2", None), ("C", 3), ("D, wide", 4)]


def test_a_line_without_a_code_says_so() -> None:
    assert [line.problem for line in read_csv(b",4\nA,4\n,x\n")] == [NO_CODE, "", NO_CODE]


@pytest.mark.parametrize(
    "line", ["a" + " " * 498 + "b", "1," * 249 + "b", "1" * 499 + "b", "a 1" + "," * 496 + "b", '"a";' * 124 + "\t"]
)
@pytest.mark.parametrize("lines", [1_000, 1], ids=["many lines", "one long line"])
def test_half_a_megabyte_of_anything_is_read_at_once(line: str, lines: int) -> None:
    text = "\n".join([line * (1_000 // lines)] * lines)
    begun = time.process_time()
    for read in (read_text, lambda typed: read_csv(typed.encode())):
        with contextlib.suppress(NothingTyped):
            read(text)
    assert time.process_time() - begun < 10, "it once took hours"


def test_a_number_of_a_file_may_be_grouped_and_quoted() -> None:
    lines = read_csv(b'code, quantity\nKP-1, "1,200"\n"KP, 2", 3\n')
    assert [(line.sku, line.quantity) for line in lines] == [("KP-1", 1200), ("KP, 2", 3)]


def test_nothing_too_much_and_what_is_no_text_is_refused() -> None:
    with pytest.raises(NothingTyped):
        read_text("  \n ")
    with pytest.raises(TooManyLines):
        read_text("A 1\n" * (MOST_LINES + 1))
    with pytest.raises(UnreadableFile):
        read_csv(b"PK\x03\x04\x00\x00\xff\xff")
    with pytest.raises(UnreadableFile):
        read_csv(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj")
    assert len(read_text("A 1\n" * MOST_LINES)) == MOST_LINES


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    try:
        lines = read_text(text)
    except NothingTyped:
        return
    assert [line.position for line in lines] == list(range(len(lines)))
    assert all(line.quantity is None or 0 < line.quantity <= 1_000_000 for line in lines)


@given(st.binary(max_size=300))
def test_no_file_breaks_it(content: bytes) -> None:
    try:
        read_csv(content)
    except (NothingTyped, UnreadableFile):
        return


def test_chunks_are_all_of_it_in_order() -> None:
    lines = read_text("\n".join(f"S{number} 1" for number in range(1203)))
    assert [line for part in chunks(lines) for line in part] == lines
