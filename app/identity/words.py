"""What roles are called, and what they may do."""

from app.errors import N_

ROLE_WORDS = {
    "owner": N_("Owner"),
    "sales": N_("Sales"),
    "warehouse": N_("Warehouse"),
    "accountant": N_("Accountant"),
}
ROLE_NOTES = {
    "owner": N_("Does everything: goods, orders, money, the shop itself and its people."),
    "sales": N_(
        "Lists goods, sets prices and shipping, ships orders and gives money back. Does not see the shop's money."
    ),
    "warehouse": N_("Counts stock and ships orders. Sets no prices and sees no money."),
    "accountant": N_("Sees money and reports, and asks for money to be paid out. Changes neither goods nor orders."),
}
