"""The seller's menu. Its pages belong to several packages; addresses are plain."""

from app.errors import N_
from app.identity.rules.roles import ACCOUNTING, OWNING, SELLING, STOCKING
from app.web.navigation import Desk, NavItem

SELLER_DESK = Desk(
    "seller",
    N_("Seller desk"),
    (
        NavItem(N_("Today"), "/desk", "layout-dashboard", is_exact=True),
        NavItem(N_("Goods"), "/desk/goods", "package", roles=STOCKING),
        NavItem(N_("Orders"), "/desk/orders", "truck"),
        NavItem(N_("Customers"), "/desk/customers", "users", roles=SELLING),
        NavItem(N_("Messages"), "/desk/messages", "message-circle", roles=STOCKING),
        NavItem(N_("Offers"), "/desk/offers", "tag"),
        NavItem(N_("Requests"), "/desk/requests", "file-text"),
        NavItem(N_("Money"), "/desk/money", "wallet", roles=ACCOUNTING),
        NavItem(N_("Vouchers"), "/desk/vouchers", "tag", roles=SELLING),
        NavItem(N_("Sending"), "/desk/shipping", "map-pin", roles=SELLING),
        NavItem(N_("Shop"), "/desk/shop", "store"),
        NavItem(N_("People"), "/desk/members", "users"),
        NavItem(N_("Webhooks"), "/desk/webhooks", "link", roles=OWNING),
    ),
)
