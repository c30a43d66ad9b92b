"""PostgreSQL refuses to run as root: the account that it is handed over to then."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ACCOUNT = "pgserver"  # the name that the wheel's own wrapper uses, so that both can share a machine
FALLBACK = "nobody"


@dataclass(frozen=True)
class SystemAccount:
    """User and group ids a server runs under."""

    uid: int
    gid: int

    def popen_arguments(self) -> dict[str, Any]:
        """Keywords that make `subprocess` run a program as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def become(self) -> None:
        """Turn this process into one of the account, for good."""
        os.setgroups([])
        os.setgid(self.gid)
        os.setuid(self.uid)


def server_account(data_dir: Path) -> SystemAccount | None:
    """Who runs the server of this data directory; None means the caller, who is not root.

    An existing directory keeps its owner. For a new one a system account is made once, or `nobody` serves.
    """
    if os.geteuid() != 0:
        return None
    if data_dir.exists() and (owner := data_dir.stat()).st_uid != 0:
        return SystemAccount(owner.st_uid, owner.st_gid)
    if not _exists(ACCOUNT) and shutil.which("useradd"):
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
        subprocess.run(command, check=False, capture_output=True)
    entry = pwd.getpwnam(ACCOUNT if _exists(ACCOUNT) else FALLBACK)
    return SystemAccount(entry.pw_uid, entry.pw_gid)


def let_pass(path: Path) -> None:
    """Let other accounts walk through (not read) the folders above `path`, where the owner allows us to."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
