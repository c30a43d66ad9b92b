"""Order numbers: said aloud, checked, never doubled, telling nothing."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.orders.rules.numbers import ALPHABET, CAPACITY, normalize_number, order_number, sequence_of

KEY = b"a key of the market"
sequences = st.integers(0, CAPACITY - 1)


@given(sequences)
def test_every_sequence_has_its_own_number(sequence: int) -> None:
    assert sequence_of(order_number(sequence, KEY), KEY) == sequence


@given(sequences, st.integers(0, 6), st.sampled_from(ALPHABET))
def test_one_misheard_character_is_noticed(sequence: int, position: int, heard: str) -> None:
    letters = list(order_number(sequence, KEY).replace("-", ""))
    is_the_same = letters[position] == heard
    letters[position] = heard
    assert (normalize_number("".join(letters)) is not None) == is_the_same


@given(sequences, st.integers(0, 5))
def test_two_swapped_neighbors_are_noticed(sequence: int, position: int) -> None:
    letters = list(order_number(sequence, KEY).replace("-", ""))
    is_the_same = letters[position] == letters[position + 1]
    letters[position], letters[position + 1] = letters[position + 1], letters[position]
    assert (normalize_number("".join(letters)) is not None) == is_the_same


def test_numbers_look_like_the_ones_on_the_page_and_do_not_count_upward() -> None:
    numbers = [order_number(sequence, KEY) for sequence in range(1, 2001)]
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{3}", number) for number in numbers)
    rising = sum(earlier < later for earlier, later in pairwise(numbers))
    assert 800 < rising < 1200


def test_another_key_gives_other_numbers() -> None:
    assert order_number(7, KEY) != order_number(7, b"another key")


def test_a_number_is_read_however_it_was_typed() -> None:
    number = order_number(42, KEY)
    assert normalize_number(f" {number.lower().replace('-', ' ')} ") == number


@pytest.mark.parametrize("typed", ["", "7F3K", "7F3K-2MQX", "0000-000", "<script>", "៧F3K-2MQ", "١٢٣٤٥٦٧"])
def test_what_is_no_order_number_is_said_to_be_none(typed: str) -> None:
    assert normalize_number(typed) is None


def test_the_end_of_the_numbers_is_an_error_and_not_a_repetition() -> None:
    with pytest.raises(ValueError, match="order numbers end"):
        order_number(CAPACITY, KEY)
