"""`.venv/bin/python scripts/audit.py`: known weaknesses in what we stand on, Python's and Node's. Part of `make check`.

Exit code 1 on a finding. Who audits needs somebody to ask, PyPI and the npm registry: where they do not answer, as on a
machine without internet or behind a mirror, that is said and the check goes on.
"""
# ruff: noqa: INP001, T201, S603 - a program for the terminal that starts tools

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PINNED = ("requirements.txt", "requirements-dev.txt")
LOCKED = (ROOT, ROOT / "tests" / "lighthouse")
SECONDS = 180


class NotAskedError(Exception):
    """Nobody answered, or not for everything; the message says for what."""


def main() -> int:
    found: list[str] = []
    for name, look in (("Python packages", python_findings), ("Node packages", node_findings)):
        try:
            findings = look()
        except NotAskedError as reason:
            print(f"! {name} were NOT audited: {reason}")
            continue
        print(f"✓ {name}: nothing known" if not findings else f"✗ {name}:")
        found += findings
    for finding in found:
        print(f"  {finding}")
    return 1 if found else 0


def python_findings() -> list[str]:
    """pip-audit asks PyPI for each pinned version."""
    options = [option for file in PINNED for option in ("-r", str(ROOT / file))]
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
    with tempfile.TemporaryDirectory() as cache:
        said = _json_of([*command, "--cache-dir", cache, "--format", "json", *options])
    return findings_of_pip_audit(said)


def findings_of_pip_audit(said: Mapping[str, Any]) -> list[str]:
    """Raises NotAskedError when nothing was found and some packages were unknown to whoever was asked."""
    packages = said["dependencies"]
    found = [
        f"{package['name']} {package['version']}: {weakness['id']}, mended in {', '.join(weakness['fix_versions']) or '–'}"
        for package in packages
        for weakness in package.get("vulns", ())
    ]
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    if unknown and not found:
        raise NotAskedError(
            f"the index does not tell about {len(unknown)} of {len(packages)}, {unknown[0]} among them."
        )
    return found


def node_findings() -> list[str]:
    """`npm audit` asks the registry for what each package-lock.json pins."""
    npm = shutil.which("npm") or str(ROOT / ".venv" / "bin" / "npm")
    asked = [_json_of([npm, "audit", "--json", "--package-lock-only", "--prefix", str(folder)]) for folder in LOCKED]
    return [finding for said in asked for finding in findings_of_npm(said)]


def findings_of_npm(said: Mapping[str, Any]) -> list[str]:
    """Raises NotAskedError when the registry refused."""
    if "vulnerabilities" not in said:
        raise NotAskedError(str(said.get("message") or said.get("error") or "the registry gave no answer."))
    return [f"{name}: {entry['severity']}, {entry['range']}" for name, entry in said["vulnerabilities"].items()]


def _json_of(command: list[str]) -> dict[str, Any]:
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
        said: dict[str, Any] = json.loads(done.stdout)
    except FileNotFoundError:
        raise NotAskedError(f"{command[0]} is not installed.") from None
    except subprocess.TimeoutExpired:
        raise NotAskedError(f"no answer within {SECONDS} s.") from None
    except ValueError:
        words = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise NotAskedError(words[-1] if words else f"{command[0]} said nothing.") from None
    return said


if __name__ == "__main__":
    sys.exit(main())
