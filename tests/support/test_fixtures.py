"""The fixtures hold what they promise to the tests built on them."""

import psycopg
import pytest

from app.embedded.node_rpc import NodeRefusedError
from tests.support.clones import Clones
from tests.support.evm import EvmChain
from tests.support.template import TEMPLATE


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""))


@pytest.mark.parametrize("time", ["first", "second"])
def test_each_test_gets_a_migrated_database_of_its_own(cloned_database, time):
    with connect(cloned_database) as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
        connection.execute("CREATE TABLE left_by_a_test (id int)")  # fails the second time if it is the same database


_EVERYTHING = """
    SELECT (SELECT oid FROM pg_database WHERE datname = current_database()),
      (SELECT array_agg((sequencename, last_value)::text ORDER BY 1) FROM pg_sequences),
      (SELECT array_agg(row::text) FROM (TABLE alembic_version) row),
      (SELECT count(*) FROM categories)
"""


def test_a_database_is_used_again_without_what_was_written_to_it(database_server):
    clones = Clones(database_server)
    clone = clones.take(TEMPLATE)
    late = connect(database_server.url_of(clone.name))
    before = late.execute(_EVERYTHING).fetchone()
    late.execute("INSERT INTO categories (id, slug, names, position) VALUES (gen_random_uuid(), 'tea', '{}', 1)")
    late.execute("UPDATE alembic_version SET version_num = 'x'")
    late.execute("SELECT nextval(format('%I.%I', schemaname, sequencename)) FROM pg_sequences")
    late.commit()
    assert late.execute(_EVERYTHING).fetchone() != before
    clones.give_back(TEMPLATE, clone)
    with pytest.raises(psycopg.OperationalError):
        late.execute("SELECT 1")  # who had not left is no longer let in
    clone = clones.take(TEMPLATE)
    with connect(database_server.url_of(clone.name)) as next_user:
        assert next_user.execute(_EVERYTHING).fetchone() == before
        next_user.execute("ALTER TABLE categories ADD COLUMN mood text")
    clones.give_back(TEMPLATE, clone)
    clone = clones.take(TEMPLATE)
    with connect(database_server.url_of(clone.name)) as another:
        fresh = another.execute(_EVERYTHING).fetchone()
    assert (fresh[0] != before[0], fresh[1:]) == (True, before[1:])
    database_server.drop_database(clone.name)


@pytest.mark.chain
@pytest.mark.parametrize("time", ["first", "second"])
def test_what_a_test_does_to_the_chain_is_undone(evm: EvmChain, time):
    receiver = "0x" + "77" * 20
    assert evm.call("eth_getBalance", receiver, "latest") == "0x0"
    evm.send(evm.accounts[0], receiver, value=1)
    assert evm.call("eth_getBalance", receiver, "latest") == "0x1"


@pytest.mark.chain
def test_time_passes_when_told(evm: EvmChain):
    before = evm.now()
    evm.pass_time(86_400)
    assert 86_400 <= evm.now() - before <= 86_402


@pytest.mark.chain
def test_a_block_becomes_final_when_told(evm: EvmChain):
    evm.send(evm.accounts[0], evm.accounts[1], value=1)
    head = evm.head()
    assert evm.finalize() == head == evm.head("finalized")


@pytest.mark.chain
def test_a_reorg_replaces_blocks_and_forgets_their_transactions(evm: EvmChain):
    evm.mine(3)
    tx_hash = evm.send(evm.accounts[0], evm.accounts[1], value=1)
    head, before = evm.head(), evm.block_hash(evm.head())
    evm.reorg(2)
    assert evm.head() == head
    assert evm.block_hash(head) != before
    assert evm.call("eth_getTransactionReceipt", tx_hash) is None


@pytest.mark.chain
def test_the_node_refuses_in_words(evm: EvmChain):
    with pytest.raises(NodeRefusedError, match="eth_nonsense"):
        evm.call("eth_nonsense")
