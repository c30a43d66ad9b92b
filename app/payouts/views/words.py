"""States of a redemption as people read them."""

from flask_babel import gettext as _

from app.payouts.rules import (
    BURNED,
    BURNING,
    CAME_BACK,
    DROPPED,
    HELD,
    NOT_TAKEN,
    OWED,
    PAID,
    REFUSED,
    REQUESTED,
    RETURNED,
    SETTLED,
)


def state_words() -> dict[str, tuple[str, str]]:
    """(word, color) of each state."""
    return {
        REQUESTED: (_("waits for approval"), "warn"),
        BURNING: (_("approved"), "escrow"),
        BURNED: (_("on its way to the bank"), "escrow"),
        PAID: (_("paid"), "ok"),
        RETURNED: (_("did not reach the bank"), "danger"),
        REFUSED: (_("refused"), "danger"),
    }


def failure_words() -> dict[str, str]:
    return {CAME_BACK: _("sent back"), NOT_TAKEN: _("not taken by the bank")}


def claim_words() -> dict[str, tuple[str, str]]:
    """(word, color) of each state of a chargeback that reached a seller."""
    return {
        HELD: (_("held until it is decided"), "warn"),
        OWED: (_("owed to the market"), "danger"),
        SETTLED: (_("settled"), "ok"),
        DROPPED: (_("yours again"), "ok"),
    }


def step_words() -> dict[str, str]:
    return {
        "kept": _("Kept of a payout"),
        "received": _("Paid by bank"),
        "given_up": _("Given up by the market"),
    }
