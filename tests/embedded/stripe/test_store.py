"""The journal and the snapshot, without a server around them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.embedded.stripe_server import store as store_module
from app.embedded.stripe_server.forms import nest
from app.embedded.stripe_server.store import Store, Transaction


def put(store: Store, key: str, **fields: Any) -> None:
    transaction = Transaction(store)
    transaction.put("thing", {"id": key, **fields})
    transaction.commit()


def reopened(store: Store) -> Store:
    """As after kill -9: nothing is closed properly."""
    store._journal.close()
    return Store(store.path)


def test_committed_changes_are_there_again_and_uncommitted_ones_are_not(tmp_path: Path) -> None:
    store = Store(tmp_path / "state.json")
    put(store, "a", count=1)
    abandoned = Transaction(store)
    abandoned.edit("thing", "a")["count"] = 2
    abandoned.put("thing", {"id": "b"})
    assert store.tables == {"thing": {"a": {"id": "a", "count": 1}}}
    again = reopened(store)
    assert again.tables == {"thing": {"a": {"id": "a", "count": 1}}}
    again.close()


def test_a_snapshot_written_but_a_journal_not_yet_emptied_counts_nothing_twice(tmp_path: Path) -> None:
    store = Store(tmp_path / "state.json")
    put(store, "a", count=1)
    transaction = Transaction(store)
    transaction.delete("thing", "a")
    transaction.commit()
    put(store, "b")
    journal = store.journal_path.read_bytes()
    store.close()
    store.journal_path.write_bytes(journal)
    again = Store(store.path)
    assert again.tables["thing"] == {"b": {"id": "b"}}
    again.close()


def test_a_long_journal_is_folded_into_the_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "COMPACT_AFTER_BYTES", 500)
    store = Store(tmp_path / "state.json")
    for number in range(50):
        put(store, f"k{number}")
    assert store.journal_path.stat().st_size < 600
    again = reopened(store)
    assert list(again.tables["thing"]) == [f"k{number}" for number in range(50)]
    again.close()


names = st.text("abc", min_size=1, max_size=3)
trees = st.recursive(
    st.text("xy=[]& ,ផ", max_size=5), lambda inner: st.dictionaries(names, inner, min_size=1, max_size=3), max_leaves=8
)


def flat(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        name = f"{prefix}[{key}]" if prefix else key
        if isinstance(value, dict):
            yield from flat(value, name)
        else:
            yield name, value


@given(st.dictionaries(names, trees, max_size=4))
def test_a_nested_value_comes_out_of_its_form_as_it_went_in(tree: dict[str, Any]) -> None:
    assert nest(flat(tree)) == tree


def test_lists_without_indexes_keep_their_order() -> None:
    assert nest([("a[]", "x"), ("a[]", "y"), ("b[0][c]", "1")]) == {"a": {"0": "x", "1": "y"}, "b": {"0": {"c": "1"}}}


def test_rows_come_in_the_order_they_were_made_whatever_changed_since(tmp_path: Path) -> None:
    store = Store(tmp_path / "state.json")
    for key in "abc":
        put(store, key)
    transaction = Transaction(store)
    transaction.edit("thing", "a")["seen"] = True
    transaction.put("thing", {"id": "d"})
    transaction.delete("thing", "b")
    assert [row["id"] for row in transaction.rows("thing")] == ["a", "c", "d"]
    with pytest.raises(KeyError):
        transaction.edit("thing", "b")
    store.close()
