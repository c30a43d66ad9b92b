"""The ways a page is looked at."""

from dataclasses import dataclass
from typing import Any

from app.web.languages import CODES
from tests.support.pages import DESK, PHONE

IN_THE_DARK = frozenset({"home", "product", "order"})


@dataclass(frozen=True)
class Look:
    """A language, a screen and a color scheme."""

    language: str
    screen: str
    dark: bool = False

    @property
    def suffix(self) -> str:
        return "-".join((self.language, str(self.viewport["width"]), *(["dark"] if self.dark else [])))

    @property
    def viewport(self) -> dict[str, int]:
        return PHONE if self.screen == "phone" else DESK

    @property
    def browser_options(self) -> dict[str, Any]:
        return {
            "viewport": self.viewport,
            "locale": self.language,
            "color_scheme": "dark" if self.dark else "light",
            "reduced_motion": "reduce",
        }


LIGHT = tuple(Look(language, screen) for language in CODES for screen in ("desk", "phone"))
DARK = tuple(Look(look.language, look.screen, dark=True) for look in LIGHT)


def is_shown(name: str, look: Look) -> bool:
    """Every page by light, some in the dark too."""
    return not look.dark or name in IN_THE_DARK
