"""Connections that come at once are shared between the web processes, so that no core is idle while another is asked."""

import os
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from app.embedded.ports import any_free_port
from tests.support.waiting import wait_for

REPOSITORY = Path(__file__).parents[2]
ROUNDS, TRIES = 20, 8
"""A machine whose cores are taken by others wakes the processes late; without the worker a try gives about 3 of 20."""
WHO = """
import os

def app(environ, start):
    body = str(os.getpid()).encode()
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
"""


def test_four_connections_at_once_go_to_both_processes(tmp_path: Path) -> None:
    (tmp_path / "who.py").write_text(WHO)
    port = any_free_port()
    command = (
        sys.executable, "-m", "gunicorn", "--config", str(REPOSITORY / "gunicorn.conf.py"),
        "--pythonpath", f"{REPOSITORY},{tmp_path}", "who:app",
    )  # fmt: skip
    server = subprocess.Popen(command, cwd=tmp_path, env={**os.environ, "BIND": f"127.0.0.1:{port}"})
    try:
        wait_for(lambda: answers(port), what="gunicorn")
        tries = (sum(set(who_answers(port, 4).values()) == {2} for _ in range(ROUNDS)) for _ in range(TRIES))
        shared = any(count > ROUNDS / 2 for count in tries)
    finally:
        server.terminate()
        server.wait()
    assert shared, f"never more than half of {ROUNDS} times two and two"


def answers(port: int) -> bool:
    try:
        return bool(who_answers(port, 1))
    except OSError:
        return False


def who_answers(port: int, count: int) -> Counter[bytes]:
    """How many of `count` connections, opened at once, each process has taken."""
    connections = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(count)]
    for connection in connections:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: market\r\n\r\n")
    told = Counter(body_of(connection) for connection in connections)
    for connection in connections:
        connection.close()
    time.sleep(0.1)  # until both have seen that, and begin the next round even
    return told


def body_of(connection: socket.socket) -> bytes:
    got = b""
    while not got.partition(b"\r\n\r\n")[2]:
        got += connection.recv(4096)
    return got.partition(b"\r\n\r\n")[2]
