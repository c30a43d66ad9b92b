"""Takes the pictures, and remembers what was wrong with the pages."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, StorageState

from app.web.languages import LANGUAGE_COOKIE
from tests.screenshots.looks import LANGUAGES, SCREENS, file_stem, schemes
from tests.screenshots.places import Place
from tests.support.pages import DESK, is_wider_than_screen

NOT_SERVED = "Failed to load resource"  # what Chromium logs for any status from 400


class Camera:
    """Writes `<page>-<language>-<width>.png` into `folder`; `faults` has a line per thing found wrong.

    A page is loaded once per language, and then looked at on each screen.
    """

    def __init__(self, browser: Browser, base: str, folder: Path, only: tuple[str, ...]) -> None:
        self.browser, self.base, self.folder, self.only = browser, base, folder, only
        self.faults: list[str] = []
        self.taken = 0

    def picture(self, places: Sequence[Place], person: StorageState | None = None) -> None:
        """Every place in all its looks, as `person` (their cookies) or as a stranger sees it."""
        wanted = [place for place in places if self._is_wanted(place)]
        for language in LANGUAGES if wanted else ():
            context = self._context(language, person)
            page = context.new_page()
            for place in wanted:
                self._picture(page, place, language)
            context.close()

    def _is_wanted(self, place: Place) -> bool:
        return not self.only or place.name.startswith(self.only)

    def _context(self, language: str, person: StorageState | None) -> BrowserContext:
        context = self.browser.new_context(
            storage_state=person, locale=language, viewport=DESK, reduced_motion="reduce"
        )
        context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": self.base}])
        return context

    def _picture(self, page: Page, place: Place, language: str) -> None:
        said: list[str] = []

        def listen(message: ConsoleMessage) -> None:
            if not (place.is_refused and message.text.startswith(NOT_SERVED)):
                said.append(message.text)

        page.on("console", listen)
        page.set_viewport_size(DESK)
        answer = page.goto(urljoin(self.base, place.path))
        if answer is None or answer.status != place.answer:
            said.append(f"answered {answer.status if answer else 'nothing'} instead of {place.answer}")
        for selector, text in place.typed.items():
            page.fill(selector, text)
        if place.press:
            page.locator(place.press).click()
            page.wait_for_load_state()
        for screen in SCREENS:
            page.set_viewport_size(screen)
            _load_all(page)
            for scheme in schemes(place.name):
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                stem = file_stem(place.name, language, screen["width"], scheme)
                page.screenshot(path=self.folder / f"{stem}.png", full_page=True)
                self.taken += 1
            page.emulate_media(color_scheme="light")
            if is_wider_than_screen(page):
                said.append(f"is wider than {screen['width']} px")
        page.remove_listener("console", listen)
        self.faults += [f"{place.name}-{language}: {fault}" for fault in said]
        print(f"{'✗' if said else '✓'} {place.name}-{language}", flush=True)


def _load_all(page: Page) -> None:
    """Pictures below the fold load when somebody scrolls to them: nobody will."""
    page.evaluate(
        """async () => {
            for (const image of document.images) image.loading = 'eager';
            await Promise.all([...document.images].map(image => image.decode().catch(() => {})));
            await document.fonts.ready;
        }"""
    )
