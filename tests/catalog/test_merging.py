"""Three-way merging of what goods say, whatever the three say."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.catalog.rules.merging import ADDED, CHOICES, SEEN, Said, merge, take_theirs

values = st.integers(0, 2)
COUNTED = ("stock", "sample_stock")
rows = st.fixed_dictionaries(dict.fromkeys(("price", *COUNTED, *SEEN), values))
sayings = st.builds(
    lambda plain, choices: {**plain, CHOICES: choices, ADDED: []},
    st.fixed_dictionaries({"title": values, "unit": values}),
    st.dictionaries(st.sampled_from(["a", "b", "c"]), rows, max_size=3),
)


def without_seen(said: Said) -> Any:
    choices = {
        choice: {name: row[name] for name in ("price", *COUNTED)} for choice, row in sorted(said[CHOICES].items())
    }
    return {**said, CHOICES: choices}


@given(sayings, sayings)
def test_what_nobody_else_changed_is_mine_whole(was: Said, mine: Said) -> None:
    merged = merge(was, was, mine)
    assert without_seen(merged.said) == without_seen(mine)
    assert all(one.decided == "mine" for one in merged.differences)


@given(sayings, sayings)
def test_what_i_did_not_change_is_theirs_whole(was: Said, theirs: Said) -> None:
    assert without_seen(merge(was, theirs, was).said) == without_seen(theirs)


@given(sayings, sayings, sayings)
def test_taking_theirs_everywhere_ends_at_theirs(was: Said, theirs: Said, mine: Said) -> None:
    merged = merge(was, theirs, mine)
    keys = [one.key for one in merged.differences]
    assert without_seen(take_theirs(merged.said, theirs, keys)) == without_seen(theirs)


@given(sayings, sayings, sayings)
def test_only_what_both_changed_to_something_else_is_asked_about(was: Said, theirs: Said, mine: Said) -> None:
    for one in merge(was, theirs, mine).differences:
        if one.choice is None:
            assert (one.decided is None) == (was[one.name] not in (theirs[one.name], mine[one.name]))


@given(sayings, sayings)
def test_without_a_memory_every_difference_is_asked_about_and_mine_stays(theirs: Said, mine: Said) -> None:
    merged = merge(None, theirs, mine)
    assert all(one.decided is None for one in merged.differences)
    assert without_seen(merged.said) == without_seen(mine)
