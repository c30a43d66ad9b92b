"""What is pictured: a name for the file, and where the page is. Whoever may see it stands in the name of the tuple."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """`answer` is the HTTP status the page is meant to have."""

    name: str
    path: str
    answer: int = 200


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
    Place("sell", "/sell"),
    Place("help-protection", "/help/protection"),
    Place("help-fees", "/help/fees"),
    Place("help-privacy", "/help/privacy"),
    Place("missing", "/nothing/here", answer=404),
)
BUYER = (
    Place("cart", "/cart"),
    Place("contact", "/checkout"),
    Place("address", "/checkout/address"),
    Place("shipping", "/checkout/shipping"),
    Place("review", "/checkout/review"),
)
SELLER = (
    Place("desk-goods", "/desk/goods"),
    Place("desk-new-listing", "/desk/goods/new"),
    Place("desk-orders", "/desk/orders"),
    Place("desk-money", "/desk/money"),
    Place("desk-shipping", "/desk/shipping"),
)
ACCOUNTANT = (
    Place("books", "/books"),
    Place("books-settlement", "/books/settlement"),
)
OPERATOR = (
    Place("console", "/console"),
    Place("console-shops", "/console/shops"),
    Place("console-disputes", "/console/disputes"),
    Place("console-refunds", "/console/refunds"),
    Place("console-redemptions", "/console/redemptions"),
    Place("console-receipts", "/console/receipts"),
    Place("console-tasks", "/console/tasks"),
    Place("console-messages", "/console/messages"),
)
