"""Takes the pictures, and remembers what was wrong with the pages."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, StorageState

from app.web.languages import LANGUAGE_COOKIE
from tests.screenshots.looks import DARK, LIGHT, Look, is_shown
from tests.screenshots.places import Place
from tests.support.pages import axe_violations, is_wider_than_screen

PAGE_NOT_SERVED = "Failed to load resource"  # what Chromium logs for any status from 400


class Camera:
    """Writes `<page>-<language>-<width>.png` into `folder`; `faults` has a line per thing found wrong."""

    def __init__(self, browser: Browser, base: str, folder: Path, only: tuple[str, ...]) -> None:
        self.browser, self.base, self.folder, self.only = browser, base, folder, only
        self.faults: list[str] = []

    def picture(self, places: Sequence[Place], person: StorageState | None = None) -> None:
        """Every place in all its looks, as `person` (their cookies) or as a stranger sees it."""
        for look in (*LIGHT, *DARK):
            wanted = [place for place in places if self._is_wanted(place, look)]
            if wanted:
                context = self._context(look, person)
                for place in wanted:
                    self._picture(context, place, look)
                context.close()

    def _is_wanted(self, place: Place, look: Look) -> bool:
        file = f"{place.name}-{look.suffix}"
        return is_shown(place.name, look) and (not self.only or file.startswith(self.only))

    def _context(self, look: Look, person: StorageState | None) -> BrowserContext:
        context = self.browser.new_context(storage_state=person, **look.browser_options)
        context.add_cookies([{"name": LANGUAGE_COOKIE, "value": look.language, "url": self.base}])
        return context

    def _picture(self, context: BrowserContext, place: Place, look: Look) -> None:
        file = self.folder / f"{place.name}-{look.suffix}.png"
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if not _is_meant(message, place) else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        answer = page.goto(urljoin(self.base, place.path))
        if answer is None or answer.status != place.answer:
            said.append(f"answered {answer.status if answer else 'nothing'} instead of {place.answer}")
        _load_all(page)
        page.screenshot(path=file, full_page=True)
        if is_wider_than_screen(page):
            said.append("is wider than the screen")
        found = [*said, *axe_violations(page)]
        page.close()
        self.faults += [f"{file.stem}: {fault}" for fault in found]
        print(f"{'✗' if found else '✓'} {file}" + (f" ({len(found)} faults)" if found else ""), flush=True)


def _is_meant(message: ConsoleMessage, place: Place) -> bool:
    """An error page is answered with its status, and the browser says so."""
    about_itself = message.location["url"].endswith(place.path)
    return place.answer >= 400 and about_itself and message.text.startswith(PAGE_NOT_SERVED)


def _load_all(page: Page) -> None:
    """Pictures below the fold load when somebody scrolls to them: nobody will."""
    page.evaluate(
        """async () => {
            for (const image of document.images) image.loading = 'eager';
            await Promise.all([...document.images].map(image => image.decode().catch(() => {})));
            await document.fonts.ready;
        }"""
    )
