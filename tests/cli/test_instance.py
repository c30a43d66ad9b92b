"""An instance finds its ports, keeps its secrets, starts what nobody else provides, and its data outlive it."""

import contextlib
import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import psycopg
import pytest

from app.cli.children import REPOSITORY
from app.cli.instance import Instance
from app.cli.instance_lock import AlreadyRunningError, only_instance_in
from app.cli.instance_ports import PREFERRED, PortTakenError, choose_ports
from app.cli.instance_secrets import instance_secrets
from app.cli.log_lines import Terminal
from app.cli.steps import server_steps
from app.embedded.node_rpc import NodeRpc
from tests.cli.occupied_port import occupied_port


def start(folder: Path, **outer: str) -> Instance:
    return Instance(
        folder, steps=server_steps, terminal=Terminal(StringIO()), outer={"PATH": os.environ["PATH"], **outer}
    )


def genesis_hash(market: Instance) -> str:
    with contextlib.closing(NodeRpc(market.ports.chain)) as node:
        return node.call("eth_getBlockByNumber", "0x0", False)["hash"]


@pytest.mark.chain
def test_database_and_chain_keep_their_data_over_a_restart(server_folder):
    with start(server_folder) as market:
        with psycopg.connect(market.postgres.owner_url.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE notes AS SELECT 'paid' AS words")
        genesis = genesis_hash(market)
    with start(server_folder) as market:
        with psycopg.connect(market.postgres.owner_url.replace("+psycopg", "")) as connection:
            assert connection.execute("SELECT words FROM notes").fetchone() == ("paid",)
        assert genesis_hash(market) == genesis


def test_servers_that_the_environment_names_are_not_started(tmp_path):
    elsewhere = {
        "DATABASE_URL": "postgresql+psycopg://db.example/market",
        "CHAIN_RPC_URL": "https://rpc.example",
        "STRIPE_API_KEY": "sk_live_1",
    }
    with start(tmp_path, **elsewhere) as market:
        assert market.supervisor.children == {}
        assert market.environment.items() >= elsewhere.items()
        assert "STRIPE_API_BASE" not in market.environment


def test_secrets_are_made_once_and_only_their_owner_can_read_them(tmp_path):
    first = instance_secrets(tmp_path)
    assert instance_secrets(tmp_path) == first
    assert (tmp_path / "secrets.env").stat().st_mode & 0o777 == 0o600
    assert instance_secrets(tmp_path / "other")["KEY_SEED"] != first["KEY_SEED"]


def test_a_secret_added_by_a_later_version_leaves_the_others_alone(tmp_path):
    first = instance_secrets(tmp_path)
    file = tmp_path / "secrets.env"
    file.write_text("".join(line for line in file.read_text().splitlines(keepends=True) if "SALT" not in line))
    second = instance_secrets(tmp_path)
    assert {name for name in first if first[name] != second[name]} == {"SECURITY_PASSWORD_SALT"}


def test_a_taken_port_is_replaced_by_another_one_which_is_told_and_remembered(tmp_path, monkeypatch):
    told: list[str] = []
    with occupied_port() as taken:
        monkeypatch.setitem(PREFERRED, "web", taken)
        chosen = choose_ports(tmp_path, web=None, say=told.append).web
        assert chosen != taken
        assert told[0] == f"port {taken} is taken; web listens on {chosen} instead, also next time"
    assert choose_ports(tmp_path, web=None, say=told.append).web == chosen


def test_a_port_that_was_asked_for_is_never_replaced(tmp_path):
    with occupied_port() as taken, pytest.raises(PortTakenError, match=f"Port {taken} is taken"):
        choose_ports(tmp_path, web=taken, say=print)


def test_a_second_run_in_the_same_folder_says_where_the_first_one_listens(tmp_path):
    with only_instance_in(tmp_path) as announce:
        announce("http://127.0.0.1:8123")
        command = [sys.executable, "-m", "app.cli.run", "--data-dir", os.fspath(tmp_path)]
        second = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert f"at http://127.0.0.1:8123 (process {os.getpid()})" in second.stdout


def test_the_lock_of_a_killed_run_is_free(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from app.cli.instance_lock import only_instance_in\n"
        "with only_instance_in(Path(sys.argv[1])): print('held', flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", code, os.fspath(tmp_path)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        with pytest.raises(AlreadyRunningError), only_instance_in(tmp_path):
            pass
        holder.send_signal(signal.SIGKILL)
    with only_instance_in(tmp_path):
        pass
