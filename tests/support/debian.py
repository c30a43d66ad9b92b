"""What no Python or npm package has: the machine's own, else Debian's by apt when we are root."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path


def found_or_installed(find: Callable[[], str | None], package: str) -> str | None:
    """What `find` finds, if need be after Debian's `package` was installed; None where that is not possible."""
    if found := find():
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with (Path(tempfile.gettempdir()) / "phsar-apt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another process may be about to install the same
        for command in (["update"], ["install", "--yes", "--no-install-recommends", package]):
            if (
                find()
                or subprocess.run(["apt-get", *command], check=False, env=environment, capture_output=True).returncode
            ):
                break
    return find()
