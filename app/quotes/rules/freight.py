"""What a seller asks for sending all of a deal, and where cost and risk pass to the buyer."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import N_
from app.quotes.errors import UnusableFreight

LONGEST_FREIGHT_DAYS, LONGEST_NAMED_PLACE = 120, 80
INCOTERMS: Mapping[str, str] = {
    "EXW": N_("Ex works: you fetch the goods from the seller"),
    "FCA": N_("Free carrier: the seller hands them to your carrier"),
    "CPT": N_("Carriage paid to: the seller pays the way, you bear the risk of it"),
    "CIP": N_("Carriage and insurance paid to: the seller pays the way and insures it"),
    "DAP": N_("Delivered at place: the seller brings them, you clear and unload them"),
    "DPU": N_("Delivered at place unloaded: the seller brings and unloads them"),
    "DDP": N_("Delivered duty paid: the seller brings them and pays duty and tax"),
    "FAS": N_("Free alongside ship: the seller brings them beside your ship"),
    "FOB": N_("Free on board: the seller loads them on your ship"),
    "CFR": N_("Cost and freight: the seller pays the ship, you bear the risk on it"),
    "CIF": N_("Cost, insurance and freight: the seller pays the ship and insures it"),
}
"""The eleven rules of Incoterms 2020 (ICC publication 723), first those for any way of transport, then those for sea and
inland waterway only. The words are ours and only a reminder; the rules themselves are the ICC's."""


@dataclass(frozen=True)
class Freight:
    """`minor` for all of the deal, in the seller's currency, to `country`; `days` from leaving to arriving."""

    minor: int
    days: int
    country: str
    incoterm: str
    place: str

    @property
    def words(self) -> str:
        """As it is written in trade, in every language: FOB Sihanoukville (Incoterms 2020)."""
        return f"{self.incoterm} {self.place} (Incoterms 2020)"


def require_freight(freight: Freight) -> None:
    """Raises UnusableFreight naming the field."""
    if freight.incoterm not in INCOTERMS:
        raise UnusableFreight(field="incoterm", longest=LONGEST_FREIGHT_DAYS)
    if not 1 <= len(freight.place.strip()) <= LONGEST_NAMED_PLACE:
        raise UnusableFreight(field="named_place", longest=LONGEST_FREIGHT_DAYS)
    if freight.minor < 0 or not 0 <= freight.days <= LONGEST_FREIGHT_DAYS:
        raise UnusableFreight(field="days", longest=LONGEST_FREIGHT_DAYS)
