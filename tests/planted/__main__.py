"""Hides faults in a month of orders and requires that the match finds each of them for the right reason, and no other."""

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from app.db.migrate import upgrade
from app.embedded.postgres import EmbeddedPostgres
from tests.planted.play import BARE, Plan, Verdict, newest_month, play

NAME = "planted"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make test-planted", description=__doc__)
    parser.add_argument("--orders", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1, help="the same seed and month: the same rows")
    parser.add_argument("--month", default=newest_month(datetime.now(UTC).date()), help="as 2026-10")
    parser.add_argument("--faults", type=int, default=80, help="how many; each kind at least once")
    parser.add_argument("--later", type=int, default=250, help="orders that come after the month was matched")
    options = parser.parse_args()
    plan = Plan(options.orders, options.seed, options.month, options.faults, options.later)
    folder = Path(tempfile.mkdtemp(prefix="phsar-planted-"))
    folder.chmod(0o755)  # the database server runs as another user when we are root
    try:
        with EmbeddedPostgres(folder / "postgres", durable=False) as server:
            server.create_database(NAME)
            upgrade(server.url_of(NAME))
            verdict = play(plan, server.url_of(NAME), server.superuser_at(NAME), lambda words: print(words, flush=True))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(told(verdict))
    return bool(verdict.problems)


def told(verdict: Verdict) -> str:
    """For people."""
    lost = {tuple(problem.split(": not found: ")[-1].split()) for problem in verdict.problems if "not found" in problem}
    lines = []
    for name, some in (("in the month", verdict.hidden), ("after it was matched", verdict.hidden_later)):
        lines.append(f"{len(some)} faults of {len({one.name for one in some})} kinds {name}:")
        counts, missed = Counter(one.name for one in some), Counter(one.name for one in some if one.found & lost)
        lines += [f"  {counts[name] - missed[name]} of {counts[name]} found  {name}" for name in sorted(counts)]
    lines.append(f"rows: {', '.join(f'{count:,} {name}' for name, count in sorted(verdict.rows.items()) if count)}")
    base = verdict.seconds[BARE]
    lines += [
        f"{name}: {seconds:.2f} s, {seconds / base:.2f} of the bare join" for name, seconds in verdict.seconds.items()
    ]
    lines += [f"✗ {problem}" for problem in verdict.problems]
    if not verdict.problems:
        lines.append("✓ every fault was found for its reason, and nothing else was")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
