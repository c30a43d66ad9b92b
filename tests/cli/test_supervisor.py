"""A person starts a market, stops it, or their machine kills it: nothing is left that stops the next start."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import psutil
import pytest

from app.cli import pid_file
from app.cli.children import REPOSITORY, Service, Task, Tier
from app.cli.log_lines import Terminal
from app.cli.supervisor import StepFailedError, Supervisor
from app.embedded.leftovers import wait_until_gone
from app.embedded.ports import any_free_port, is_free
from tests.support.waiting import wait_for


class SmallMarket:
    """A supervisor in a process of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        command = [sys.executable, "-m", "tests.cli.small_market", os.fspath(folder), str(port)]
        self.process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        self.lines: list[str] = []
        self.read_until("ready")

    def read_until(self, words: str) -> None:
        while not (self.lines and words in self.lines[-1]):
            line = self.process.stdout.readline()
            assert line, self.lines
            self.lines.append(line.rstrip())

    def family(self) -> list[psutil.Process]:
        """The pages, the deaf one and the deaf one's own child."""
        this = psutil.Process(self.process.pid)
        wait_for(lambda: len(this.children(recursive=True)) == 3, what="the family")
        return list(this.children(recursive=True))

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        self.lines += self.process.stdout.read().splitlines() if how != signal.SIGKILL else []
        code = self.process.wait(20)
        self.process.stdout.close()
        return code


@pytest.fixture
def market(tmp_path: Path) -> Iterator[SmallMarket]:
    market = SmallMarket(tmp_path, any_free_port())
    yield market
    if market.process.poll() is None:
        market.end(signal.SIGINT)


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path, Terminal(StringIO()), wait=lambda seconds: bool(time.sleep(seconds)))
    yield supervisor
    supervisor.stop()


def said(supervisor: Supervisor) -> str:
    return supervisor.terminal.out.getvalue()


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_each_step_has_a_progress_line_and_each_child_a_prefix(market):
    shown = [line.split(" (")[0] for line in market.lines]
    assert [line for line in shown if line.startswith("✓")] == ["✓ pages served", "✓ greeted", "✓ deaf one started"]
    assert "pages    | serving" in shown
    assert "greet    | hello" in shown


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_stop_every_child_even_a_deaf_one_and_its_own_children(market, how):
    family = market.family()
    started = time.monotonic()
    assert market.end(how) == 0
    assert time.monotonic() - started < 5
    assert not wait_until_gone(family, 1)
    assert "! deaf did not stop in time and is killed" in market.lines


def test_kill_9_of_the_supervisor_leaves_nothing_that_stops_the_next_start(market):
    family = market.family()
    market.end(signal.SIGKILL)
    again = SmallMarket(market.folder, market.port)
    assert not wait_until_gone(family, 1)
    assert again.end(signal.SIGINT) == 0


def test_a_child_that_the_kernel_did_not_end_is_ended_at_the_next_start(tmp_path):
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as left_over:
        pid_file.remember(tmp_path / "children.json", [(left_over.pid, signal.SIGTERM)])
        Supervisor(tmp_path, Terminal(StringIO()), wait=lambda _: False)
        assert left_over.wait(5) == -signal.SIGTERM


def test_what_a_child_left_behind_is_ended_at_the_next_start_though_the_child_is_gone(tmp_path):
    code = "import subprocess; print(subprocess.Popen(['sleep', '600'], stdout=2).pid, flush=True); input()"
    command = [sys.executable, "-c", code]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, start_new_session=True, text=True, **pipes) as leader:
        left_behind = psutil.Process(int(leader.stdout.readline()))
        pid_file.remember(tmp_path / "children.json", [(leader.pid, signal.SIGTERM)])
        leader.communicate("\n")
    Supervisor(tmp_path, Terminal(StringIO()), wait=lambda _: False)
    assert not wait_until_gone([left_behind], 0)


def test_a_stranger_who_got_the_number_of_a_child_is_left_alone(tmp_path):
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as stranger:
        born = psutil.Process(stranger.pid).create_time() - 3600
        (tmp_path / "children.json").write_text(json.dumps([[stranger.pid, signal.SIGTERM, born]]))
        assert pid_file.end_left_over(tmp_path / "children.json") == 0
        assert stranger.poll() is None
        stranger.kill()


def test_a_child_that_ends_by_itself_is_started_again_and_said_so(supervisor, tmp_path):
    supervisor.start([Service("worker", "worker started", python("import time; time.sleep(600)"))], {})
    first = supervisor.children["worker"].process.pid
    os.kill(first, signal.SIGKILL)

    def is_back() -> bool:
        supervisor.restart_what_ended()
        child = supervisor.children["worker"]
        return child.process.pid != first and child.exit_code is None

    wait_for(is_back)
    assert "✗ worker ended with code -9; starting it again in 0.5 s" in said(supervisor)


def test_pauses_grow_when_a_child_ends_again_and_again(supervisor):
    supervisor.start([Service("worker", "worker started", python("raise SystemExit(3)"))], {})

    def third_crash() -> bool:
        supervisor.restart_what_ended()
        return "again in 2 s" in said(supervisor)

    wait_for(third_crash)
    assert said(supervisor).index("again in 0.5 s") < said(supervisor).index("again in 1 s")


def test_a_task_that_fails_stops_the_start_and_names_itself(supervisor):
    failing = Task("migrate", "tables up to date", python("raise SystemExit('no such column')"))
    never = Service("web", "pages served", python("print('started')"))
    with pytest.raises(StepFailedError, match="migrate failed with code 1"):
        supervisor.start([failing, never], {})
    assert "migrate  | no such column" in said(supervisor)
    assert "started" not in said(supervisor)


def test_a_service_that_ends_before_it_is_ready_stops_the_start(supervisor):
    broken = Service("web", "pages served", python("raise SystemExit(4)"), is_ready=lambda: False)
    with pytest.raises(StepFailedError, match="web ended with code 4"):
        supervisor.start([broken], {})


def test_the_application_is_stopped_before_the_servers_it_stands_on(supervisor, tmp_path):
    diary = tmp_path / "diary"
    code = (
        "import signal, sys, time\n"
        f"def leave(*_): open({str(diary)!r}, 'a').write(NAME + ' '); sys.exit()\n"
        "signal.signal(signal.SIGTERM, leave)\n"
        f"open({str(tmp_path)!r} + '/' + NAME, 'w').close()\n"
        "time.sleep(600)"
    )
    steps = [
        Service(name, name, python(f"NAME = {name!r}\n{code}"), is_ready=(tmp_path / name).exists, tier=tier)
        for name, tier in (("database", Tier.SERVER), ("web", Tier.APPLICATION))
    ]
    supervisor.start(steps, {})
    supervisor.stop()
    assert diary.read_text() == "web database "


def test_the_port_is_free_again_after_the_end(market):
    market.end(signal.SIGINT)
    assert is_free(market.port)


def test_there_is_no_color_where_no_person_looks(supervisor):
    supervisor.start([Task("greet", "greeted", python("print('hello')"))], {})
    assert "\x1b" not in said(supervisor)
