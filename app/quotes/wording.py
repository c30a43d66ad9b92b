"""What was agreed, in the reader's words."""

from collections.abc import Collection

from flask_babel import gettext as _

from app.money.amounts import percent
from app.quotes.rules.parts import PaymentParts
from app.shipping.rules import IN_PERSON


def postage_in_words(kinds: Collection[str]) -> str:
    """What comes on top of an agreed price, by the `kinds` of sending that the seller has."""
    if IN_PERSON not in kinds:
        return str(_("Postage comes on top, as the seller's page says."))
    if len(kinds) > 1:
        return str(
            _("Meeting the seller costs nothing more. If it is sent, postage comes on top, as the seller's page says.")
        )
    return str(_("You meet the seller in person: nothing is sent, so nothing comes on top."))


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
