"""Identifiers that look like Stripe's: a prefix that names the kind, then letters and digits."""

import secrets
import string

ALPHABET = string.ascii_letters + string.digits
PREFIXES = {
    "balance_transaction": "txn_",
    "charge": "ch_",
    "checkout.session": "cs_test_",
    "dispute": "dp_",
    "event": "evt_",
    "item": "li_",
    "payment_intent": "pi_",
    "payment_method": "pm_",
    "payout": "po_",
    "refund": "re_",
    "request": "req_",
    "test_helpers.test_clock": "clock_",
    "webhook_endpoint": "we_",
    "delivery": "dlv_",
    "task": "tsk_",
    "price": "price_",
    "product": "prod_",
}


def random_text(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_id(kind: str) -> str:
    return PREFIXES[kind] + random_text(48 if kind == "checkout.session" else 24)
