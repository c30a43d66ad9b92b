"""`make screenshots`: the main pages as pictures, in both languages, on a desk and a phone, some of them in the dark.

Ends with 1 when axe or the browser's console complained, or a page was wider than the screen."""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from app.cli.instance import Instance
from app.cli.log_lines import Terminal
from app.cli.steps import market_steps
from tests.screenshots import people, places
from tests.screenshots.camera import Camera
from tests.support.browser import chromium_path

FOLDER = Path("build/screenshots")


def main() -> int:
    options = _options()
    options.folder.mkdir(parents=True, exist_ok=True)
    with _market(options.at) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        camera = Camera(browser, base, options.folder, tuple(options.pages))
        take_all(browser, base, camera)
        browser.close()
    for fault in camera.faults:
        print(f"✗ {fault}")
    print(f"{len(camera.faults)} faults. The pictures are in {options.folder}.")
    return 1 if camera.faults else 0


def take_all(browser: Browser, base: str, camera: Camera) -> None:
    camera.picture(places.ANYBODY)
    guest = people.Guest(browser, base)
    camera.picture(places.BUYER, guest.walk_to_review())
    card_page = places.Place("card-page", guest.go_to_card_page())
    camera.picture([card_page])
    camera.picture(guest.pay(), guest.context.storage_state())
    camera.picture(places.SELLER, people.signed_in(browser, base, people.SELLER_EMAIL))
    camera.picture(places.ACCOUNTANT, people.signed_in(browser, base, people.ACCOUNTANT_EMAIL))
    camera.picture(places.OPERATOR, people.signed_in(browser, base, people.OPERATOR_EMAIL))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("pages", nargs="*", help="only pictures whose names begin so: home cart-en order-km-360")
    parser.add_argument("--at", metavar="URL", help="of a demo market that runs already; else one is started for it")
    parser.add_argument("--folder", type=Path, default=FOLDER, help=f"where the pictures go ({FOLDER})")
    return parser.parse_args()


@contextmanager
def _market(running: str | None) -> Iterator[str]:
    """The address of the market to picture: `running`, or one of our own that is gone afterwards."""
    if running:
        yield running
        return
    folder = Path(tempfile.mkdtemp(prefix="phsar-screenshots-"))
    folder.chmod(0o755)  # the database server runs as another user when we are root
    outer = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    try:
        with (
            (folder / "log").open("w") as log,
            Instance(folder / "var", steps=market_steps, terminal=Terminal(log), outer=outer) as instance,
        ):
            yield instance.web_url
    except BaseException:
        print((folder / "log").read_text()[-2_000:], file=sys.stderr)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
