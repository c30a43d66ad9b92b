"""`make lighthouse`: six pages on a phone, judged by Lighthouse, each several times; the median of each category counts.

Writes build/lighthouse.json, a list of rows {page, category, score, goal, holds, runs}, and the report of each page's
median run into build/lighthouse/. Ends with 1 when a score is below 95."""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

from app.web.languages import CODES
from tests.lighthouse.places import Place, places
from tests.lighthouse.scores import Report, Row, complaints, median_run, rows_of, table, write
from tests.lighthouse.tool import file_stem, install, look
from tests.support.browser import chromium_path
from tests.support.own_market import market_at

BUILD = Path("build")
BUSY = ": performance says as much about the machine as about the pages; better alone."


def main() -> int:
    options = _options()
    install()
    with market_at(options.at, "lighthouse") as base:
        wanted = [place for place in _prepared(base) if place.name.startswith(tuple(options.pages) or "")]
        rows = [row for place in wanted for row in judge(place, options.language, options.runs)]
    write(rows, BUILD / "lighthouse.json")
    print(f"\n{table(rows)}\n\n{BUILD}/lighthouse.json, {BUILD}/lighthouse/*.html")
    load, cores = os.getloadavg()[1], os.cpu_count() or 1
    print(f"Load {load:.1f} on {cores} cores{BUSY if load > cores else ''}")
    return 0 if all(row.holds for row in rows) else 1


def judge(place: Place, language: str, runs: int) -> list[Row]:
    """Looks `runs` times, keeps the median's report, and says at once what misses the goal and why."""
    with tempfile.TemporaryDirectory(prefix="phsar-lighthouse-") as name:
        reports = [look(place, language, Path(name), run) for run in range(runs)]
        middle = median_run(reports)
        kept = BUILD / "lighthouse" / f"{place.name.replace(' ', '-')}.html"
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(f"{file_stem(Path(name), place, middle)}.report.html", kept)
    rows = rows_of(place.name, reports)
    _say(rows, reports[middle])
    return rows


def _say(rows: Sequence[Row], report: Report) -> None:
    fine = all(row.holds for row in rows)
    scores = ", ".join(f"{row.category} {row.score} {row.runs}" for row in rows)
    print(f"{'✓' if fine else '✗'} {rows[0].page}: {scores}", flush=True)
    for row in rows:
        if row.score < 100:
            for complaint in complaints(report, row.category):
                print(f"    {row.category}: {complaint}", flush=True)


def _prepared(base: str) -> list[Place]:
    """The browser that prepares them is closed before anything is measured."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        found = places(browser, base)
        browser.close()
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make lighthouse", description=__doc__)
    parser.add_argument("pages", nargs="*", help="only pages whose names begin so: home cart seller")
    parser.add_argument("--at", metavar="URL", help="of a demo market that runs already; else one is started for it")
    parser.add_argument("--language", choices=CODES, default="en", help="of the pages (en)")
    parser.add_argument("--runs", type=int, default=3, help="how often each page is judged (3)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
