"""Where Chromium is, for the tests that look at pages."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from tests.support.debian import found_or_installed

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO_GET_ONE = (
    "The browser tests need Chromium, and none could be found or installed. Install one and run again: "
    "`apt install chromium` (Debian, Ubuntu), or any Chrome or Chromium in PATH."
)


@cache
def chromium_path() -> str:
    """Path of a Chromium: the machine's, else Debian's by apt when we are root, else Playwright's own.

    Raises RuntimeError saying how to get one when none of these works.
    """
    with (Path(tempfile.gettempdir()) / f"phsar-chromium-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # parallel workers must not download it twice
        found = found_or_installed(_of_the_machine, "chromium") or _by_playwright()
    if not found:
        raise RuntimeError(HOW_TO_GET_ONE)
    return found


def _of_the_machine() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _by_playwright() -> str | None:
    if path := _playwrights_own():
        return path
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright  # slow to import, and needed only where no other browser is

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None
