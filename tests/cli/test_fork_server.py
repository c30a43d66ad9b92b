"""What runs the application is forked from one process that has loaded it, and is as much a process as any other."""

import os
import signal
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import psutil
import pytest

from app.cli.children import Service
from app.cli.forked import ForkedProcess, ForkServer
from app.cli.log_lines import Terminal
from app.cli.supervisor import Supervisor
from tests.support.http import web_settings
from tests.support.waiting import wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each part loads the application itself")
PYTHON = (sys.executable, "-m")
SERVES = (*PYTHON, "http.server", "--bind", "127.0.0.1")


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    server = ForkServer(dict(os.environ))
    yield server
    server.end()


def run(server: ForkServer, *command: str, **environment: str) -> tuple[int, str]:
    process = server.fork("test", (*PYTHON, *command), {**os.environ, **environment})
    with process.stdout as lines:
        said = lines.read().decode()
    return process.wait(), said


def serve(server: ForkServer) -> ForkedProcess:
    process = server.fork("web", (*SERVES, "0"), dict(os.environ) | {"PYTHONUNBUFFERED": "1"})
    assert any(b"Serving HTTP" in line for line in process.stdout)
    return process


def test_it_runs_commands_with_their_own_words_environment_and_exit_code(server: ForkServer) -> None:
    assert run(server, "this")[1].count("better than") == 8
    code, said = run(
        server, "app.cli", "settings", "check", SECRET_KEY="", DATABASE_URL="postgresql+psycopg://nobody@x/y"
    )
    assert code == 1
    assert "SECRET_KEY" in said
    assert run(server, "no_such_module")[0] == 1


def test_parts_end_by_a_signal_alone_and_share_what_was_loaded(
    server: ForkServer, request: pytest.FixtureRequest
) -> None:
    first, second = serve(server), serve(server)
    request.addfinalizer(first.stdout.close)
    request.addfinalizer(second.stdout.close)
    assert Path(f"/proc/{first.pid}/comm").read_text() == "phsar web\n"
    assert os.getpgid(first.pid) == first.pid
    memory = psutil.Process(second.pid).memory_full_info()
    assert memory.uss < memory.rss / 2  # most of its pages are not its own
    first.send_signal(signal.SIGKILL)
    assert first.wait() == -signal.SIGKILL
    assert second.poll() is None
    second.send_signal(signal.SIGTERM)
    assert second.wait() == -signal.SIGTERM


def test_the_application_is_made_once_for_all_with_the_same_settings_and_anew_for_others() -> None:
    settings = {name.upper(): str(value) for name, value in vars(web_settings()).items()}
    server = ForkServer({**os.environ, **settings})
    try:
        same = run(server, "tests.support.made_before", **settings)
        others = run(server, "tests.support.made_before", **settings | {"MARKET_NAME": "Another"})
    finally:
        server.end()
    assert same == (0, "taken Phsar\n")
    assert others == (0, "made Another\n")


def test_what_was_loaded_is_what_processes_use_and_not_what_libraries_would_take_because_it_is_there(
    server: ForkServer,
) -> None:
    assert run(server, "tests.support.loaded", "rich", "xlsxwriter", "coincurve", "web3") == (0, "coincurve web3\n")


def test_garbage_of_a_process_is_looked_for_by_what_it_made_itself_not_by_all_that_was_loaded(
    server: ForkServer,
) -> None:
    assert run(server, "tests.support.littering") == (0, "looked through everything\n")


def test_a_killed_server_takes_its_parts_along_and_the_supervisor_starts_both_again(tmp_path: Path) -> None:
    said = StringIO()
    supervisor = Supervisor(tmp_path, Terminal(said), wait=lambda _seconds: False)
    web = Service("web", "pages served", (*SERVES, "0"), shares_memory=True)
    try:
        supervisor.start([web], {})
        first = supervisor.children["web"].process.pid
        assert supervisor.fork_server is not None
        supervisor.fork_server.process.kill()
        wait_for(lambda: supervisor.children["web"].exit_code is not None, what="the end of the pages")

        def again() -> bool:
            supervisor.restart_what_ended()
            return supervisor.children["web"].process.pid != first

        wait_for(again, what="new pages")
        assert supervisor.children["web"].exit_code is None
    finally:
        left = [child.process.pid for child in supervisor.children.values()]
        supervisor.stop()
    assert not [pid for pid in left if psutil.pid_exists(pid)]
    assert "web ended with code -15; starting it again" in said.getvalue()
