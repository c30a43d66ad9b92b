"""Who looks at the page, as far as layout, language and time zone need to know.

`app.identity` knows users; this package stands below it, so the one who wires the application says how a viewer is
found. Without that everybody is a guest.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import UUID

from flask import Flask, current_app, g

ViewerLoader = Callable[[], "Viewer"]
_KEY = "phsar.viewer_loader"


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """`desks` are keys of `app.web.navigation.DESKS` this viewer may open; `locale` and `time_zone` None: not chosen.
    `roles` are held in shops, all of them together.

    `unread` counts the news on `/notifications` that were not looked at; 100 stands for more than anybody counts.
    `count_cart` is called by what shows the count: many an answer is a redirect, which does not.
    """

    user_id: UUID | None = None
    name: str = ""
    locale: str | None = None
    time_zone: str | None = None
    unread: int = 0
    count_cart: Callable[[], int] = int
    desks: tuple[str, ...] = field(default=())
    roles: frozenset[str] = frozenset()

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None


GUEST = Viewer()


def set_viewer_loader(app: Flask, loader: ViewerLoader) -> None:
    """`loader` is called at most once per request, when the first template or filter asks."""
    app.extensions[_KEY] = loader


def current_viewer() -> Viewer:
    if "viewer" not in g:
        g.viewer = GUEST  # a loader that itself asks for the viewer, as in an error text, must not go in circles
        g.viewer = current_app.extensions.get(_KEY, lambda: GUEST)()
    viewer: Viewer = g.viewer
    return viewer


def forget_viewer() -> None:
    """Show the page as to a guest: what knows the viewer may be the part that failed."""
    g.viewer = GUEST


def viewer_changed() -> None:
    """Somebody has just signed in: who looks, and in which language, is asked anew."""
    g.pop("viewer", None)


def update_cart_count(count: int) -> None:
    """The header of this answer shows `count`; for a view that has just changed the cart."""
    g.viewer = replace(current_viewer(), count_cart=lambda: count)


def fewer_unread(count: int) -> None:
    """The header of this answer shows so much less news; for a view that has just marked some as read."""
    g.viewer = replace(current_viewer(), unread=max(0, current_viewer().unread - count))
