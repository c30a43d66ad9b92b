"""Lighthouse itself: its packages, and one run of it."""

import json
import os
import subprocess
from pathlib import Path

from app.web.languages import LANGUAGE_COOKIE
from scripts.bootstrap import install_node_packages, node_environment
from tests.lighthouse.places import Place
from tests.lighthouse.scores import CATEGORIES, Report
from tests.support.browser import chromium_path

FOLDER = Path(__file__).parent
PROGRAM = FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
FOR_SEARCH_ENGINES = "is-crawlable"


def install() -> None:
    """What the lock pins, when it is missing or the lock has changed."""
    install_node_packages(FOLDER, "Lighthouse", developing=True)


def look(place: Place, language: str, folder: Path, run: int) -> Report:
    """One run as Lighthouse has it by default: a middling phone on slow 4G, simulated, and nothing kept from before.

    Leaves `<name>-<run>.report.html` and `.json` in `folder`. Raises SystemExit when the page could not be judged, or
    was not the one asked for.
    """
    stem = file_stem(folder, place, run)
    headers = folder / "headers.json"
    cookies = {**place.cookies, LANGUAGE_COOKIE: language}
    headers.write_text(json.dumps({"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}))
    command = ["node", os.fspath(PROGRAM), place.address, "--quiet", "--no-enable-error-reporting"]
    command += ["--chrome-flags=--headless=new --no-sandbox", f"--extra-headers={headers}"]
    command += [f"--only-categories={','.join(CATEGORIES)}", "--output=json", "--output=html", f"--output-path={stem}"]
    if not place.is_listed:
        command.append(f"--skip-audits={FOR_SEARCH_ENGINES}")
    done = _run(command)
    if done.returncode:
        done = _run(command)  # a browser that a busy machine held up; Lighthouse itself says to try again
    headers.unlink()
    if done.returncode:
        raise SystemExit(f"✗ Lighthouse could not judge {place.name}:\n{(done.stdout + done.stderr)[-2_000:]}")
    report: Report = json.loads(Path(f"{stem}.report.json").read_text())
    if report["finalDisplayedUrl"] != place.address:
        raise SystemExit(f"✗ {place.name}: {place.address} led to {report['finalDisplayedUrl']}")
    return report


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**node_environment(), "CHROME_PATH": chromium_path()}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def file_stem(folder: Path, place: Place, run: int) -> str:
    return os.fspath(folder / f"{place.name.replace(' ', '-')}-{run + 1}")
