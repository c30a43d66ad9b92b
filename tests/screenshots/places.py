"""What is pictured: a name for the file, and where the page is. Whoever may see it stands in the name of the tuple."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SEND = "main form button[type=submit] >> nth=-1"


@dataclass(frozen=True)
class Place:
    """`answer` is the HTTP status the page is meant to have. `typed` fills fields, by selector, and `press` sends the form."""

    name: str
    path: str
    answer: int = 200
    typed: Mapping[str, str] = field(default_factory=dict)
    press: str = ""

    @property
    def is_refused(self) -> bool:
        """It answers with an error, as it is meant to; the browser writes that on its console."""
        return self.answer >= 400 or bool(self.press)


ANYBODY = (
    Place("home", "/"),
    Place("category", "/c/silk-cloth"),
    Place("search", "/search?q=pepper"),
    Place("search-none", "/search?q=submarine"),
    Place("product", "/p/kampot-red-pepper-fully-ripe"),
    Place("shop", "/s/sothy-pepper"),
    Place("cart-empty", "/cart"),
    Place("sign-in", "/sign-in"),
    Place("register", "/register"),
    Place("register-errors", "/register", typed={"[name=email]": "nobody", "[name=password]": "short"}, press=SEND),
    Place("sell", "/sell"),
    Place("help-protection", "/help/protection"),
    Place("help-terms", "/help/terms"),
    Place("help-returns", "/help/returns"),
    Place("mailbox", "/mailbox?to=sothy@phsar.example"),
    Place("missing", "/nothing/here", answer=404),
    Place("broken", "/styleguide/errors/bug", answer=500),
)
BUYER = (
    Place("cart", "/cart"),
    Place("contact", "/checkout"),
    Place("contact-errors", "/checkout", typed={"[name=email]": "nobody", "[name=phone]": "1"}, press=SEND),
    Place("address", "/checkout/address"),
    Place("address-errors", "/checkout/address", typed={"[name=street]": "", "[name=postal_code]": "x"}, press=SEND),
    Place("shipping", "/checkout/shipping"),
    Place("review", "/checkout/review"),
    Place("wallet-connect", "/checkout/wallet"),
)
SELLER = (
    Place("desk-goods", "/desk/goods"),
    Place("desk-listing", "/desk/goods/new"),
    Place("desk-listing-errors", "/desk/goods/new", typed={"[name=title]": "x"}, press=SEND),
    Place("desk-orders", "/desk/orders"),
    Place("desk-shipping", "/desk/shipping"),
    Place("desk-shop", "/desk/shop"),
    Place("open-shop", "/sell/shop"),
)
PAID_SELLER = (Place("desk-money", "/desk/money"), Place("desk-account", "/desk/money/account"))
ACCOUNTANT = (
    Place("books", "/books"),
    Place("books-open-items", "/books/open-items"),
    Place("books-settlement", "/books/settlement"),
    Place("books-by-hand", "/books/by-hand"),
    Place("books-opening", "/books/opening"),
)
OPERATOR = (
    Place("console", "/console"),
    Place("console-alarms", "/console/alarms"),
    Place("console-messages", "/console/messages?state=all"),
    Place("console-jobs", "/console/jobs"),
    Place("console-shops", "/console/shops?status=approved"),
    Place("console-disputes", "/console/disputes"),
    Place("console-redemptions", "/console/redemptions"),
    Place("console-receipts", "/console/receipts"),
    Place("console-tasks", "/console/tasks"),
)


def of_order(state: str, number: str) -> tuple[Place, ...]:
    """What its buyer sees."""
    return (Place(f"order-{state}", f"/orders/{number}"),)


def details(state: str, number: str) -> tuple[Place, ...]:
    return (Place(f"details-{state}", f"/orders/{number}/details"),) if state != "disputed" else ()


def asking(number: str) -> tuple[Place, ...]:
    """Before something is done about an order."""
    problem = f"/orders/{number}/problem"
    return (
        Place("problem", problem),
        Place("problem-errors", problem, press=SEND),
        Place("cancel", f"/orders/{number}/cancel"),
    )


def sold(state: str, number: str) -> tuple[Place, ...]:
    """What its seller sees."""
    return (Place(f"desk-order-{state}", f"/desk/orders/{number}"),)


def dispute(state: str, number: str) -> tuple[Place, ...]:
    return (Place(f"console-dispute-{state}", f"/console/disputes/{number}"),)
