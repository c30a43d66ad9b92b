"""Merkle trees are those of RFC 6962: its published examples, and a path from every leaf of any tree."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.proofs.rules import audit_path, leaf_hash, merkle_root, root_from

LEAVES = ("", "\0", "\x10", "\x20\x21", "\x30\x31", "\x40\x41\x42\x43", "PQRSTUVW", "`abcdefghijklmno")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""Of the first one, two, … eight leaves: the test data of Certificate Transparency's reference implementation."""


@pytest.mark.parametrize("count", range(1, 9))
def test_trees_have_the_published_roots(count: int) -> None:
    assert merkle_root([leaf_hash(leaf) for leaf in LEAVES[:count]]).hex() == ROOTS[count - 1]


def test_a_tree_of_nothing_is_the_hash_of_nothing() -> None:
    assert merkle_root([]) == hashlib.sha256().digest()


def as_defined(leaves: list[bytes]) -> bytes:
    """The recursion of section 2.1, word by word."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + as_defined(leaves[:split]) + as_defined(leaves[split:])).digest()


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70))
def test_building_level_by_level_is_the_recursion_of_the_rfc(leaves: list[bytes]) -> None:
    assert merkle_root(leaves) == as_defined(leaves)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70), st.data())
def test_the_path_of_a_leaf_leads_to_the_root_and_that_of_another_does_not(
    leaves: list[bytes], data: st.DataObject
) -> None:
    position = data.draw(st.integers(0, len(leaves) - 1))
    path = audit_path(leaves, position)
    assert root_from(leaves[position], path) == merkle_root(leaves)
    assert root_from(hashlib.sha256(leaves[position]).digest(), path) != merkle_root(leaves)


def test_there_is_no_path_from_a_place_outside() -> None:
    with pytest.raises(IndexError):
        audit_path([leaf_hash("")], 1)
