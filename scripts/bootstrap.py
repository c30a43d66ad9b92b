"""`python3 scripts/bootstrap.py run|dev`: everything this repository needs, into `.venv` and `node_modules`.

Plain Python, because nothing is installed yet. Each part is done again only when the file that asks for it changed.
"""
# ruff: noqa: INP001, T201, S603 - a program for the terminal that starts installers

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = ".installed-from"
OLDEST_NODE = 20


def main() -> int:
    developing = sys.argv[1:] == ["dev"]
    try:
        make_venv()
        install_python_packages(ROOT / ("requirements-dev.txt" if developing else "requirements.txt"))
        write_command()
        install_node_packages(developing=developing)
    except subprocess.CalledProcessError as error:
        print(f"✗ `{' '.join(map(str, error.cmd))}` failed with code {error.returncode}; what it said is above.")
        return 1
    return 0


def make_venv() -> None:
    if (
        PYTHON.exists()
        and subprocess.run([PYTHON, "-c", "import pip"], check=False, capture_output=True).returncode == 0
    ):
        return
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=False, capture_output=True, text=True)
    if made.returncode:
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        print(made.stdout + made.stderr)
        sys.exit(
            "✗ A virtual environment cannot be made. On Debian and Ubuntu the module comes apart from Python: "
            f"apt install {version}-venv"
        )


def write_command() -> None:
    """`.venv/bin/phsar`, the operator's command line."""
    command = VENV / "bin" / "phsar"
    text = f'#!/bin/sh\ncd "{ROOT}" && exec "{PYTHON}" -m app.cli "$@"\n'
    if not command.exists() or command.read_text() != text:
        command.write_text(text)
        command.chmod(0o755)


def install_python_packages(requirements: Path) -> None:
    """Install exactly what the file pins. The larger set for developing contains the smaller one."""
    stamp = VENV / STAMP
    wanted = f"{requirements.name} {digest(requirements)}"
    installed = stamp.read_text().splitlines() if stamp.exists() else []
    larger = ROOT / "requirements-dev.txt"
    if wanted in installed or (f"{larger.name} {digest(larger)}" in installed and requirements != larger):
        return
    stamp.unlink(missing_ok=True)
    step("Python packages", PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", requirements)
    stamp.write_text(wanted + "\n")


def install_node_packages(folder: Path = ROOT, name: str = "Node packages", *, developing: bool) -> None:
    """Exactly what the folder's lock pins: the root's are the EVM node, and for developing the Solidity tools."""
    stamp = folder / "node_modules" / STAMP
    lock = digest(folder / "package-lock.json")
    installed = stamp.read_text() if stamp.exists() else ""
    if installed == f"dev {lock}" or (installed == f"run {lock}" and not developing):
        return
    only = [] if developing else ["--omit=dev"]
    options = ["--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error", *only]
    step(name, find_npm(), "ci", *options, env=node_environment())
    stamp.write_text(f"{'dev' if developing else 'run'} {lock}")


def node_environment() -> dict[str, str]:
    """Ours, with the Node.js in PATH that belongs to the npm we use."""
    return {**os.environ, "PATH": os.pathsep.join([str(Path(find_npm()).parent), os.environ["PATH"]])}


def find_npm() -> str:
    """npm of the machine when its Node is new enough, else one from a wheel in the virtual environment."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node and node_major(node) >= OLDEST_NODE:
        return npm
    own = VENV / "bin" / "npm"
    if not own.exists():
        requirements = ROOT / "requirements-node.txt"
        step("Node.js", PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", requirements)
    return str(own)


def node_major(node: str) -> int:
    shown = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    major = shown.strip().removeprefix("v").split(".")[0]
    return int(major) if major.isdigit() else 0


def step(name: str, *command: object, env: dict[str, str] | None = None) -> None:
    print(f"… {name}: the first time this downloads, and may take minutes", flush=True)
    started = time.monotonic()
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT, env=env)
    print(f"✓ {name} installed ({time.monotonic() - started:.1f} s)", flush=True)


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
