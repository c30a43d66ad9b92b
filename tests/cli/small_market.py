"""`python -m tests.cli.small_market FOLDER PORT`: a supervisor over small real children, until Ctrl-C."""

import sys
from pathlib import Path

from app.cli.children import Service, Task, Tier
from app.cli.log_lines import Terminal
from app.cli.supervisor import StoppedError, Supervisor
from app.embedded.ports import answers
from app.embedded.stop_signal import StopSignal

SERVER = """
import http.server, sys
print("serving", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""
DEAF = """
import signal, subprocess, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen(["sleep", "600"])
print("deaf", flush=True)
time.sleep(600)
"""


def main() -> None:
    folder, port = Path(sys.argv[1]), sys.argv[2]
    stop = StopSignal()
    terminal = Terminal(sys.stdout)
    supervisor = Supervisor(folder, terminal, wait=stop.wait)
    steps = [
        Service(
            "pages", "pages served", (sys.executable, "-c", SERVER, port),
            is_ready=lambda: answers(int(port)), tier=Tier.SERVER,
        ),
        Task("greet", "greeted", (sys.executable, "-c", "print('hello')")),
        Service("deaf", "deaf one started", (sys.executable, "-c", DEAF), stop_seconds=1),
    ]  # fmt: skip
    try:
        supervisor.start(steps, {})
        terminal.say("ready")
        supervisor.watch()
    except StoppedError:
        terminal.say("stopped early")
    finally:
        supervisor.stop()


if __name__ == "__main__":
    main()
