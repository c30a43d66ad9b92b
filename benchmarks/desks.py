"""Lists behind a sign-in, and who opens them: of a shop and a buyer with years of trade, and of some with little."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Sellers:
    """A shop and the person who runs it."""

    owner: UUID
    shop: UUID
    slug: str


@dataclass(frozen=True)
class People:
    """Who opens lists, as ids of accounts; `busy` ones have half of all orders."""

    operator: UUID
    busy: Sellers
    quiet: Sellers
    busy_buyer: UUID


@dataclass(frozen=True)
class Desk:
    """One address and who opens it."""

    name: str
    path: str
    opened_by: UUID


def desks(people: People, *, first: str, last: str) -> list[Desk]:
    """Every list of sellers, the operator and buyers; settlement reports are those of the days `first` to `last`."""
    found = []
    for size, one in (("busy", people.busy), ("quiet", people.quiet)):
        days = f"shop={one.slug}&first={first}&last={last}"
        of_shop = {
            "today": f"/desk?shop={one.shop}",
            "goods": f"/desk/goods?shop={one.shop}",
            "goods on sale": f"/desk/goods?shop={one.shop}&state=active",
            **{f"orders, {tab}": f"/desk/orders?tab={tab}" for tab in ("to_ship", "on_the_way", "done", "problems")},
            "money": f"/desk/money?shop={one.shop}",
            "settlement report": f"/books/settlement?{days}",
            "settlement report as CSV": f"/books/settlement.csv?{days}",
            "settlement report as XLSX": f"/books/settlement.xlsx?{days}",
        }
        found += [Desk(f"{size} shop: {name}", path, one.owner) for name, path in of_shop.items()]
    found += [Desk(f"operator: {path}", path, people.operator) for path in _OPERATORS]
    found += [
        Desk(f"market: {path}", f"{path}?first={first}&last={last}", people.operator)
        for path in ("/books/settlement", "/books/settlement.csv")
    ]
    return [*found, Desk("busy buyer: orders", "/orders", people.busy_buyer)]


_OPERATORS = (
    "/console",
    "/console/alarms",
    "/console/shops",
    "/console/disputes",
    "/console/redemptions",
    "/console/redemptions?state=paid",
    "/console/receipts",
    "/console/tasks",
    "/console/messages",
    "/console/messages?state=handled",
    "/console/messages?state=all",
    "/console/messages?state=all&named=cs_copy_7",
    "/console/jobs",
    "/console/refunds",
    "/books",
    "/books/by-hand",
    "/books/open-items",
)
