"""What is pictured: a name for the file, and where the page is. Whoever may see it stands in the name of the tuple."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SEND = "main form button[type=submit] >> nth=-1"
SAMPLED = "black-pepper-for-kitchens-sorted-500-g-l"
"""Goods of the first seller that are sold by the ten, and of which one can order a sample."""


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
    Place("product-sample", f"/p/{SAMPLED}"),
    Place("shop", "/s/sothy-pepper"),
    Place("cart-empty", "/cart"),
    Place("quick-order", "/quick-order"),
    Place("sign-in", "/sign-in"),
    Place(
        "sign-in-errors", "/sign-in", typed={"[name=email]": "nobody@example.com", "[name=password]": "x"}, press=SEND
    ),
    Place("forgot-password", "/forgot-password"),
    Place("register", "/register"),
    Place("register-errors", "/register", typed={"[name=email]": "nobody", "[name=password]": "short"}, press=SEND),
    Place("sell", "/sell"),
    Place("orders-none", "/orders"),
    Place("orders-errors", "/orders", typed={"[name=number]": "0000-000"}, press=SEND),
    Place("help-fees", "/help/fees"),
    Place("help-privacy", "/help/privacy"),
    Place("help-selling-terms", "/help/selling-terms"),
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
    Place("desk", "/desk"),
    Place("desk-customers", "/desk/customers"),
    Place("desk-price-lists", "/desk/customers/lists"),
    Place("desk-messages", "/desk/messages"),
    Place("desk-orders", "/desk/orders"),
    Place("desk-shipping", "/desk/shipping"),
    Place(
        "desk-shipping-errors",
        "/desk/shipping",
        typed={"[name=rates-0-days_min]": "x", "[name=rates-0-price]": ""},
        press=SEND,
    ),
    Place("desk-vouchers", "/desk/vouchers"),
    Place("desk-vouchers-errors", "/desk/vouchers", press=SEND),
    Place("desk-shop", "/desk/shop"),
    Place("desk-pause", "/desk/shop/pause"),
    Place("desk-members", "/desk/members"),
    Place("desk-invite", "/desk/members/invite"),
    Place("desk-invite-errors", "/desk/members/invite", typed={"[name=email]": "nobody"}, press=SEND),
    Place("desk-approval", "/desk/approval"),
    Place("desk-approval-identity", "/desk/approval/identity"),
    Place("desk-approval-numbers", "/desk/approval/numbers"),
    Place("desk-approval-papers", "/desk/approval/papers"),
    Place("desk-approval-word", "/desk/approval/word"),
    Place("desk-webhooks", "/desk/webhooks"),
    Place(
        "desk-webhooks-errors",
        "/desk/webhooks",
        typed={"[name=url]": "http://x"},
        press="#new form button[type=submit]",
    ),
    Place("open-shop", "/sell/shop"),
    Place("open-shop-errors", "/sell/shop", press=SEND),
)
PAID_SELLER = (
    Place("desk-money", "/desk/money"),
    Place(
        "desk-money-errors", "/desk/money", typed={"[name=amount]": "1,000,000"}, press="#ask form button[type=submit]"
    ),
    Place("desk-account", "/desk/money/account"),
    Place("desk-account-errors", "/desk/money/account", typed={"[name=number]": "", "[name=holder]": ""}, press=SEND),
)
NEWCOMER = (
    Place("new-orders", "/orders"),
    Place("new-account", "/account"),
    Place("new-prices", "/account/prices"),
    Place("new-buying", "/buying"),
    Place("new-companies", "/companies"),
    Place("new-company", "/companies/new"),
    Place("new-approvals", "/approvals"),
    Place("new-lists", "/lists"),
    Place("new-password-errors", "/account/password", typed={"[name=password]": "a"}, press=SEND),
    Place("new-addresses", "/account/addresses"),
    Place("new-address-errors", "/account/addresses/new", press=SEND),
    Place("new-wishes", "/wishes"),
    Place("new-tokens", "/account/tokens"),
    Place(
        "new-token-errors",
        "/account/tokens",
        typed={"[name=name]": "Stock list"},
        press="#new form button[type=submit]",
    ),
    Place("new-data", "/account/data"),
    Place("new-erase", "/account/erase"),
    Place("new-sell", "/sell"),
    Place("new-messages", "/messages"),
    Place("new-news", "/notifications"),
    Place("new-mails", "/account/mails"),
    Place("new-quick", "/sell/quick"),
    Place("new-quick-errors", "/sell/quick", press=SEND),
    Place("new-offers", "/offers"),
    Place("new-requests", "/requests"),
    Place("new-desk", "/desk"),
)
"""With an account, and nothing else yet."""
NEW_SELLER = (
    Place("new-shop-desk", "/desk"),
    Place("new-shop-goods", "/desk/goods"),
    Place("new-shop-orders", "/desk/orders"),
    Place("new-shop-offers", "/desk/offers"),
    Place("new-shop-problems", "/desk/orders?tab=problems"),
    Place("new-shop-shipping", "/desk/shipping"),
    Place("new-shop-money", "/desk/money"),
    Place("new-shop-report", "/books/settlement"),
    Place("new-shop", "/desk/shop"),
    Place("new-shop-approval", "/desk/approval"),
)
"""A shop with nothing in it yet."""
LONG_NAMED_SELLER = (
    Place("long-desk", "/desk"),
    Place("long-desk-goods", "/desk/goods"),
    Place("long-desk-orders", "/desk/orders"),
    Place("long-desk-money", "/desk/money"),
    Place("long-settlement", "/books/settlement"),
)
OPERATOR = (
    Place("console", "/console"),
    Place("console-alarms", "/console/alarms"),
    Place("console-messages", "/console/messages?state=all"),
    Place("console-jobs", "/console/jobs"),
    Place("console-shops", "/console/shops?status=approved"),
    Place("console-shops-unseen", "/console/shops?status=unseen"),
    Place("console-shops-sent", "/console/shops?status=sent"),
    Place("console-disputes", "/console/disputes"),
    Place("console-redemptions", "/console/redemptions"),
    Place("console-vouchers", "/console/vouchers"),
    Place("console-receipts", "/console/receipts"),
    Place("console-receipts-errors", "/console/receipts", press=SEND),
    Place("console-refunds", "/console/refunds"),
    Place("console-reports", "/console/reports"),
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


def shipping_wrongly(number: str) -> tuple[Place, ...]:
    path = f"/desk/orders/{number}"
    return (
        Place(
            "desk-order-errors",
            path,
            typed={"[name=carrier]": ""},
            press=f"form[action='{path}/ship'] button[type=submit]",
        ),
    )


def long_named(path: str) -> tuple[Place, ...]:
    """Goods, shop and cart, as buyers see them."""
    return (
        Place("long-product", path),
        Place("long-search", "/search?q=ceremonial"),
        Place("long-cart", "/cart"),
        Place("long-address", "/checkout/address"),
        Place("long-shipping", "/checkout/shipping"),
        Place("long-review", "/checkout/review"),
    )


def deciding(number: str) -> tuple[Place, ...]:
    """A dispute before it is decided."""
    path = f"/console/disputes/{number}"
    return (*dispute("open", number), Place("console-dispute-errors", path, press=SEND))


def dispute(state: str, number: str) -> tuple[Place, ...]:
    return (Place(f"console-dispute-{state}", f"/console/disputes/{number}"),)
