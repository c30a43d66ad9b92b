"""What stands in the header, the footer and beside a desk. Addresses are plain: pages of packages above this one."""

from dataclasses import dataclass

from flask import Flask, request

from app.errors import N_


@dataclass(frozen=True)
class NavItem:
    """`label` is a text for translators."""

    label: str
    path: str
    icon: str = ""
    is_exact: bool = False
    """The pages below `path` have items of their own."""
    is_staff_only: bool = False
    """Left out for whoever has the desk not among their own and came to one page of it by another way."""
    roles: frozenset[str] = frozenset()
    """Who of a shop may open it; nobody is led to a page that is not theirs. Empty: everybody of the desk."""

    also: tuple[str, ...] = ()
    """Where the pages that belong to it begin, beside those below `path`."""

    def is_for(self, roles: frozenset[str]) -> bool:
        return not self.roles or bool(self.roles & roles)

    @property
    def is_current(self) -> bool:
        if request.path == self.path:
            return True
        below = self.also if self.is_exact or self.path == "/" else (self.path, *self.also)
        return any(request.path == path or request.path.startswith(path + "/") for path in below)


@dataclass(frozen=True)
class Desk:
    """A place of work with a menu of its own."""

    key: str
    title: str
    items: tuple[NavItem, ...]


HEADER = (NavItem(N_("Sell"), "/sell"), NavItem(N_("Orders"), "/orders"))
ACCOUNT = (
    NavItem(N_("Your account"), "/account", "user"),
    NavItem(N_("Your orders"), "/orders", "package"),
    NavItem(N_("Buying for work"), "/buying", "landmark"),
    NavItem(N_("Wish list"), "/wishes", "heart"),
    NavItem(N_("Messages"), "/messages", "message-circle"),
    NavItem(N_("Your offers"), "/offers", "tag"),
)
FOOTER = (
    NavItem(N_("How buying is protected"), "/help/protection"),
    NavItem(N_("Selling here"), "/sell"),
    NavItem(N_("Fees"), "/help/fees"),
    NavItem(N_("Tax"), "/help/tax"),
    NavItem(N_("Terms"), "/help/terms"),
    NavItem(N_("Returns"), "/help/returns"),
    NavItem(N_("Privacy"), "/help/privacy"),
)
DESKS: dict[str, Desk] = {}


def add_desk(desk: Desk) -> None:
    """Called by the one who wires the application; the order of calls is the order shown."""
    DESKS[desk.key] = desk


def install_navigation(app: Flask) -> None:
    app.jinja_env.globals.update(
        header_items=HEADER, account_items=ACCOUNT, footer_items=FOOTER, desk_of=lambda key: DESKS[key]
    )
