"""States of a redemption as people read them."""

from flask_babel import gettext as _

from app.payouts.rules import BURNED, BURNING, PAID, REFUSED, REQUESTED


def state_words() -> dict[str, tuple[str, str]]:
    """(word, color) of each state."""
    return {
        REQUESTED: (_("waits for approval"), "warn"),
        BURNING: (_("approved"), "escrow"),
        BURNED: (_("on its way to the bank"), "escrow"),
        PAID: (_("paid"), "ok"),
        REFUSED: (_("refused"), "danger"),
    }
