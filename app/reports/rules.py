"""Periods and the lines of a settlement report. Pure: rows in, columns and totals out."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.config.days import day_begins
from app.errors import N_
from app.ledger.chart import country_owner
from app.money.amounts import TOKEN_DECIMALS
from app.money.currencies import currency
from app.reports.errors import ImpossiblePeriod

KINDS = {
    "leg_funded": N_("paid into escrow"),
    "leg_released": N_("released to the seller"),
    "leg_refunded": N_("refunded to the buyer"),
    "tokens_redeemed": N_("redeemed, to be paid by bank"),
    "transfer_refused": N_("refused by the seller's address, waits in escrow"),
    "waiting_withdrawn": N_("withdrawn from escrow"),
    "stray_transfer": N_("other transfer"),
    "tax_withheld": N_("tax withheld for the seller's country"),
    "tax_given_back": N_("withheld tax given back to the seller"),
    "supply_vat_taken": N_("VAT of the sale, which the market owes"),
    "supply_vat_given_back": N_("VAT of the sale given back to the seller"),
    "commission_given_back": N_("commission given back to the seller"),
}


@dataclass(frozen=True)
class Period:
    """Whole days of an organization: `first` and `last` included, cut off at its own midnights."""

    first: date
    last: date
    time_zone: str

    @property
    def starts_at(self) -> datetime:
        return day_begins(self.time_zone, self.first)

    @property
    def ends_at(self) -> datetime:
        """The first moment that is no longer in the period."""
        return day_begins(self.time_zone, self.last + timedelta(days=1))


def day_text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def period_of(first: str | None, last: str | None, *, time_zone: str, today: date) -> Period:
    """From what was typed; nothing typed is the running month. Raises ImpossiblePeriod."""
    try:
        begin = date.fromisoformat(first) if first else today.replace(day=1)
        end = date.fromisoformat(last) if last else max(today, begin)
    except ValueError as error:
        raise ImpossiblePeriod(field="first") from error
    if begin > end or begin.year < 2000 or end.year > 9000:  # noqa: PLR2004 - dates a calendar can add days to
        raise ImpossiblePeriod(field="first")
    return Period(begin, end, time_zone)


@dataclass(frozen=True)
class SettlementLine:
    """One line as it stands in every form of the report. Amounts in base units of the token; text where it is text."""

    settled_on: str
    kind: str
    seller: str
    order_number: str
    paid_on: str
    paid_by: str
    funded: int
    gross: int
    refunded: int
    commission: int
    commission_vat: int
    gas: int
    net: int
    redeemed: int
    tax_withheld: int
    supply_vat: int
    balance_before: int
    balance_change: int
    balance_after: int
    paid_to: str
    asset: str
    order_total_usd: str
    order_discount_usd: str
    order_market_usd: str
    order_total_local: str
    local_currency: str
    fx_rate: str
    fx_source: str
    chain_id: str
    tx_hash: str
    block_number: str
    log_index: str
    journal: str
    status: str


OWN_WALLET = "own wallet"
COLUMNS = tuple(field.name for field in fields(SettlementLine))
BALANCES = ("balance_before", "balance_after")
AMOUNTS = (
    "funded",
    "gross",
    "refunded",
    "commission",
    "commission_vat",
    "gas",
    "net",
    "redeemed",
    "tax_withheld",
    "supply_vat",
    "balance_change",
)
MEANINGS = {
    "settled_on": N_("When the chain made it, in the time zone of the report."),
    "kind": N_("What happened to the money."),
    "seller": N_("Whose order it is."),
    "order_number": N_("The order, as people say it."),
    "paid_on": "When the buyer's payment was known.",
    "paid_by": "Card, or the buyer's own wallet.",
    "funded": N_("Paid into escrow for this order."),
    "gross": N_("Left escrow for the seller, commission included."),
    "refunded": N_("Left escrow back to whoever paid."),
    "commission": N_("The market's commission without VAT."),
    "commission_vat": N_("VAT inside the commission."),
    "gas": "Network fees borne by the seller: none, the market pays them.",
    "net": N_("Gross less commission and its VAT: what the seller got."),
    "redeemed": N_("Left the balance because the seller redeemed it, to be paid by bank."),
    "tax_withheld": N_(
        "Left the balance as tax the market withholds for the seller's country; negative when it was given back."
    ),
    "supply_vat": N_(
        "Left the balance as VAT of the sale that the market owes, not the seller; negative when it was given back."
    ),
    "balance_before": "The balance the market held before this line; of the first line, the opening balance.",
    "balance_after": "The balance after this line; of the last line, the closing balance.",
    "balance_change": N_("What it changed of the balance the market holds for the seller."),
    "paid_to": "The balance held by the market, or the seller's own wallet.",
    "asset": "The token amounts are counted in; one is one US dollar, with six decimals.",
    "order_total_usd": "Total of the order in US dollars, as settled.",
    "order_discount_usd": "What the seller's own voucher took off before that total, in US dollars.",
    "order_market_usd": "What of that total the market paid for its own voucher, in US dollars.",
    "order_total_local": "Total of the order in the seller's currency.",
    "local_currency": "The seller's currency.",
    "fx_rate": "Units of the seller's currency for one US dollar, locked when the order was placed.",
    "fx_source": "Where that rate is from, and its day.",
    "chain_id": "The chain it happened on.",
    "tx_hash": N_("The transaction on that chain."),
    "block_number": "Its block.",
    "log_index": "The event's place in the block.",
    "journal": "The journal in the books.",
    "status": "Final: it can no longer be taken back.",
}
"""Those marked for translators are printed."""


def line_of(row: Any, time_zone: str, *, balance_before: int) -> SettlementLine:
    """From a row of `settlement_lines`, after lines that left `balance_before` base units."""
    zone = ZoneInfo(time_zone)
    has_order = row.order_number is not None
    gross, commission, vat = int(row.gross), int(row.commission), int(row.commission_vat)
    return SettlementLine(
        settled_on=_local(row.effective_at, zone),
        kind=KINDS[row.event],
        seller=row.seller,
        order_number=row.order_number or "",
        paid_on=_local(row.paid_at, zone) if row.paid_at else "",
        paid_by=row.payment_method or "",
        funded=int(row.funded),
        gross=gross,
        refunded=int(row.refunded),
        commission=commission,
        commission_vat=vat,
        gas=0,
        net=gross - commission - vat,
        redeemed=int(row.redeemed),
        tax_withheld=int(row.tax_withheld),
        supply_vat=int(row.supply_vat),
        balance_before=balance_before,
        balance_change=int(row.balance_change),
        balance_after=balance_before + int(row.balance_change),
        paid_to=_paid_to(row),
        asset="CTM",
        order_total_usd=decimal_text(row.total_cents, 2) if has_order else "",
        order_discount_usd=decimal_text(row.discount_cents, 2) if has_order else "",
        order_market_usd=decimal_text(row.market_cents, 2) if has_order else "",
        order_total_local=decimal_text(row.total_minor, currency(row.currency).iso) if has_order else "",
        local_currency=row.currency or "",
        fx_rate=decimal_text(row.fx_per_usd_micro, 6) if has_order else "",
        fx_source=f"{row.fx_source} ({row.fx_as_of:%Y-%m-%d})" if has_order else "",
        chain_id=_or_nothing(row.chain_id),
        tx_hash="0x" + row.tx_hash.hex() if row.tx_hash else "",
        block_number=_or_nothing(row.block_number),
        log_index=_or_nothing(row.log_index),
        journal=str(row.id),
        status="final",
    )


def _paid_to(row: Any) -> str:
    """By the accounts the journal moved, since a seller may get a wallet later."""
    if row.event not in ("leg_released", "commission_given_back"):
        return ""
    return "market-held balance" if row.market_held else OWN_WALLET


def _or_nothing(number: int | None) -> str:
    """Tax given back is decided by a person: no event on chain says so."""
    return "" if number is None else str(number)


def is_country(owner: UUID) -> bool:
    """Whether the owner of an account is a country, as the chart makes them."""
    letters = owner.bytes[-2:]
    return letters.isalpha() and country_owner(letters.decode("ascii")) == owner


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S%z")


def decimal_text(amount: int, decimals: int) -> str:
    """An integer of smallest units as an exact decimal: `1234.560000`."""
    whole, fraction = divmod(abs(amount), 10**decimals)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole}.{fraction:0{decimals}d}" if decimals else f"{sign}{whole}"


def units_text(units: int) -> str:
    return decimal_text(units, TOKEN_DECIMALS)


class Totals:
    """Sums of the amount columns, gathered while the lines go by."""

    def __init__(self) -> None:
        self.sums = dict.fromkeys(AMOUNTS, 0)
        self.to_own_wallets = 0
        self.count = 0

    def add(self, line: SettlementLine) -> None:
        self.count += 1
        self.to_own_wallets += line.net if line.paid_to == OWN_WALLET else 0
        for name in AMOUNTS:
            self.sums[name] += getattr(line, name)

    @classmethod
    def of(cls, lines: Iterable[SettlementLine]) -> "Totals":
        totals = cls()
        for line in lines:
            totals.add(line)
        return totals


def cells(line: SettlementLine) -> list[str]:
    """The line as text, in column order: token amounts with six decimals."""
    return [
        units_text(getattr(line, name)) if name in (*AMOUNTS, *BALANCES) else str(getattr(line, name))
        for name in COLUMNS
    ]
