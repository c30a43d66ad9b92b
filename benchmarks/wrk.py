"""`wrk`, the load generator: where it is, and one run of it."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.debian import found_or_installed

HOW_TO_GET_IT = (
    "The benchmark needs wrk, and it could not be found or installed. Install it and run again: "
    "`apt install wrk` (Debian, Ubuntu), `brew install wrk` (macOS)."
)
SCRIPT = """local wanted, turn = {%s}, 0
function request()
  turn = turn %% #wanted + 1
  local ask = wanted[turn]
  return wrk.format(ask[1], ask[2], ask[3], ask[4])
end
function done(s, l)
  io.stderr:write(string.format('{"requests": %%d, "seconds": %%f, "median_ms": %%f, "errors": %%d}',
    s.requests, s.duration / 1e6, l:percentile(50) / 1e3,
    s.errors.connect + s.errors.read + s.errors.write + s.errors.status + s.errors.timeout))
end
"""


@dataclass(frozen=True)
class Ask:
    """One request; a body is JSON."""

    method: str
    path: str
    body: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        return {"Content-Type": "application/json"} if self.body else {}

    @property
    def lua(self) -> str:
        headers = ", ".join(f"[{json.dumps(name)}] = {json.dumps(value)}" for name, value in self.headers.items())
        body = json.dumps(self.body, ensure_ascii=False) if self.body else "nil"
        return f"{{{json.dumps(self.method)}, {json.dumps(self.path)}, {{{headers}}}, {body}}}"


@dataclass(frozen=True)
class Run:
    """What one run found."""

    rate: float  # requests a second
    median_ms: float  # of one answer


def require_wrk() -> str:
    """Path of wrk: the machine's, else Debian's by apt when we are root. Raises RuntimeError saying how to get it."""
    if found := found_or_installed(lambda: shutil.which("wrk"), "wrk"):
        return found
    raise RuntimeError(HOW_TO_GET_IT)


def run(address: str, asks: Sequence[Ask], *, connections: int, seconds: int) -> Run:
    """Ask in turn over so many connections. Raises RuntimeError when an answer was an error."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "ask.lua"
        script.write_text(SCRIPT % ", ".join(ask.lua for ask in asks))
        command = [require_wrk(), "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "-s", str(script)]
        done = subprocess.run([*command, address], check=True, capture_output=True, text=True)
    found = json.loads(done.stderr)
    if found["errors"]:
        raise RuntimeError(f"{found['errors']} of {found['requests']} answers of {address}{asks[0].path} were errors")
    return Run(found["requests"] / found["seconds"], found["median_ms"])
