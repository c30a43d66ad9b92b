"""The operator's menu."""

from app.errors import N_
from app.web.navigation import Desk, NavItem

OPERATOR_DESK = Desk(
    "operator",
    N_("Console"),
    (
        NavItem(N_("What needs you"), "/console", "layout-dashboard", is_exact=True),
        NavItem(N_("Alarms"), "/console/alarms", "bell"),
        NavItem(N_("Shops"), "/console/shops", "store"),
        NavItem(N_("Reported goods"), "/console/goods", "circle-alert"),
        NavItem(N_("Disputes"), "/console/disputes", "gavel"),
        NavItem(N_("Reported messages"), "/console/reports", "message-circle"),
        NavItem(N_("Redemptions"), "/console/redemptions", "banknote"),
        NavItem(N_("Vouchers"), "/console/vouchers", "tag"),
        NavItem(N_("Withheld tax"), "/console/withheld", "file-spreadsheet"),
        NavItem(N_("Seals of the books"), "/books/seals", "lock"),
        NavItem(N_("Bank receipts"), "/console/receipts", "landmark"),
        NavItem(N_("Tasks for the chain"), "/console/tasks", "blocks"),
        NavItem(N_("Messages of Stripe"), "/console/messages", "inbox"),
        NavItem(N_("Failed jobs"), "/console/jobs", "server"),
        NavItem(N_("Card troubles"), "/console/refunds", "credit-card"),
    ),
)
