"""`make reset`: delete an instance's data, after asking."""

import argparse
import shutil
import sys
from pathlib import Path

from app.cli.instance_lock import AlreadyRunningError, only_instance_in
from app.cli.pid_file import end_left_over

SIGN = "secrets.env"  # what tells an instance's folder from any other


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m app.cli.reset", description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    options = parser.parse_args()
    folder = options.data_dir.resolve()
    if not folder.exists():
        print(f"There is nothing in {folder}; `make run` starts afresh.")
        return 0
    if not (folder / SIGN).exists():
        print(f"✗ {folder} does not look like a data folder of Phsar (no {SIGN} in it); nothing was deleted.")
        return 1
    try:
        with only_instance_in(folder):
            if not options.yes and not confirmed(folder):
                print("Nothing was deleted.")
                return 1
            end_left_over(folder / "children.json")
            shutil.rmtree(folder)
    except AlreadyRunningError as error:
        print(f"✗ {error}")
        return 1
    print(f"{folder} is deleted; `make run` starts afresh.")
    return 0


def confirmed(folder: Path) -> bool:
    """Ask the person; no answer, as in a script, means no."""
    try:
        answer = input(f"Delete all goods, orders, books and keys in {folder}? Type yes: ")
    except EOFError:
        return False
    return answer.strip().lower() == "yes"


if __name__ == "__main__":
    sys.exit(main())
