"""What was agreed, in the reader's words."""

from flask_babel import gettext as _

from app.money.amounts import percent
from app.quotes.rules.parts import PaymentParts


def parts_in_words(parts: PaymentParts) -> list[str]:
    """How the money leaves escrow, a sentence for each part; nothing where it leaves at once."""
    if not parts:
        return []
    deposit = _(
        "%(share)s %% is paid to the seller as a deposit once your money is in escrow.",
        share=percent(parts.deposit_bps),
    )
    shipment = _("%(share)s %% is paid when the goods have left.", share=percent(parts.shipment_bps))
    rest = _(
        "The other %(share)s %% is paid when you accept the goods. What is paid out cannot be held back any more.",
        share=percent(parts.rest_bps),
    )
    return [deposit] * bool(parts.deposit_bps) + [shipment] * bool(parts.shipment_bps) + [rest]
