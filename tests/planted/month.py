"""A month of a market in which nothing is wrong: orders, receipts, payouts, redemptions, in the order they happen."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from app.ledger import recipes
from app.ledger.chart import token_account
from app.ledger.entries import JournalEntry, LegRef, LogRef
from app.money.amounts import UNITS_PER_CENT
from app.onramp.stripe_values import BalanceRow, PayoutRow
from tests.planted.trail import BankEntry, PaidFile, Payment, Receipt, Refund, Seller, Trail, Transfer

ZONE = ZoneInfo("Asia/Phnom_Penh")
NOBODY = bytes(20)
COMMISSION_BPS, VAT_BPS = 500, 1_000
BLOCK_SECONDS = 2
CARD, REFUNDED, SENT_BACK, WALLET, HELD, DISPUTE = "card", "refunded", "sent_back", "wallet", "held", "dispute"
SHARES = {CARD: 760, WALLET: 120, REFUNDED: 70, HELD: 40, DISPUTE: 6, SENT_BACK: 4}
"""Of a thousand orders."""
RECEIPTS_PER_THOUSAND = 20
COIN = 1_000 * 10**18
"""What the treasury pays gas with, in wei."""
FAILS = 0.02
"""Of our transactions: sent once more, they pass."""


@dataclass(frozen=True)
class Addresses:
    """Of the market, 20 bytes each."""

    token: bytes
    escrow: bytes
    treasury: bytes
    fees: bytes
    taxes: bytes


class Month:
    """The same seed makes the same month. `start` is its first moment by the clocks of the books."""

    def __init__(self, seed: int, start: datetime, addresses: Addresses, chain_id: int, *, sellers: int = 40) -> None:
        self.chance = Random(seed)
        self.start, self.addresses, self.chain_id = start.astimezone(UTC), addresses, chain_id
        self.seed, self._numbers, self._logs = seed, count(1), count(1)
        self.sellers = [Seller(self.id(), self._bytes(20), n % 4 != 0) for n in range(sellers)]
        self._prices = Random(f"gas {seed}")
        self._due: dict[int, dict[UUID, int]] = defaultdict(lambda: defaultdict(int))
        self._settled: dict[int, list[BalanceRow]] = defaultdict(list)

    def id(self) -> UUID:
        """In the order of time, as PostgreSQL makes them."""
        number = next(self._numbers)
        return UUID(int=(0x0190 << 112) | (number << 80) | (7 << 76) | (2 << 62) | self.chance.getrandbits(62))

    def name(self, kind: str) -> str:
        return f"{kind}_{self.seed}x{next(self._numbers):08d}"

    def _bytes(self, length: int) -> bytes:
        return self.chance.randbytes(length)

    def stories(self, orders: int, days: int) -> Iterator[Trail]:
        """All of it; days end with what is done once a day."""
        yield self.coin_came()
        for day in range(days):
            today = self.start + timedelta(days=day)
            for _ in range(orders * (day + 1) // days - orders * day // days):
                yield self.order(today + timedelta(seconds=self.chance.random() * 86_400))
                if self.chance.randrange(1_000) < RECEIPTS_PER_THOUSAND:
                    yield self.receipt(today + timedelta(seconds=self.chance.random() * 86_400))
            yield from self._evening(today + timedelta(hours=24, seconds=-1), day)

    def coin_came(self) -> Trail:
        coin = recipes.gas_topped_up(chain_id=self.chain_id, block_number=999, wei=COIN, at=self.start)
        return Trail("coin", journals=[coin], coin=COIN)

    def order(self, at: datetime) -> Trail:
        kind = self.chance.choices(list(SHARES), list(SHARES.values()))[0]
        cents, seller, order = self.chance.randrange(300, 40_000), self.chance.choice(self.sellers), self.id()
        leg = LegRef(order, seller.id, seller.is_market_held)
        trail = Trail(kind, seller)
        if kind == WALLET:
            self._paid_by_wallet(trail, leg, cents, at)
        else:
            self._paid_by_card(trail, leg, cents, at)
        if kind in (REFUNDED, SENT_BACK):
            self._refunded(trail, leg, cents, at + timedelta(hours=30), is_sent_back=kind == SENT_BACK)
        elif kind != HELD:
            self._released(trail, leg, cents, at + timedelta(hours=self.chance.randrange(40, 200)))
        if kind == DISPUTE:
            self._disputed(trail, cents, at + timedelta(hours=50))
        return trail

    def _paid_by_card(self, trail: Trail, leg: LegRef, cents: int, at: datetime) -> None:
        payment = Payment(self.id(), self.name("pi"), self.name("ch"), cents, at)
        trail.payments.append(payment)
        trail.journals.append(recipes.card_payment_succeeded(payment_intent=payment.intent, cents=cents, at=at))
        fee = cents * 29 // 1_000 + 30
        row = self._moved(trail, "charge", payment.charge, cents, fee, at + timedelta(seconds=2))
        trail.journals.append(recipes.charge_settled(balance_transaction=row.id, gross=cents, fee=fee, at=row.created))
        units, treasury = cents * UNITS_PER_CENT, self.addresses.treasury
        mint = self._mined(
            trail, at + timedelta(seconds=20), (NOBODY, treasury, units), purpose=f"mint:{payment.intent}"
        )
        trail.journals.append(recipes.tokens_minted_to_treasury(units=units, log=mint))
        funded = self._mined(
            trail, at + timedelta(seconds=30), (treasury, self.addresses.escrow, units), purpose=f"fund:{leg.order_id}"
        )
        trail.journals.append(recipes.leg_funded_by_card(leg=leg, units=units, log=funded))

    def _paid_by_wallet(self, trail: Trail, leg: LegRef, cents: int, at: datetime) -> None:
        units = cents * UNITS_PER_CENT
        log = self._mined(trail, at, (self._bytes(20), self.addresses.escrow, units), purpose=f"fund:{leg.order_id}")
        trail.journals.append(recipes.leg_funded_by_wallet(leg=leg, units=units, log=log))

    def _released(self, trail: Trail, leg: LegRef, cents: int, at: datetime) -> None:
        seller, escrow = trail.seller, self.addresses.escrow
        assert seller is not None
        units = cents * UNITS_PER_CENT
        fee = units * COMMISSION_BPS // 10_000
        log = self._mined(
            trail,
            at,
            (escrow, seller.address, units - fee),
            (escrow, self.addresses.fees, fee),
            purpose=f"release:{leg.order_id}",
        )
        trail.journals.append(recipes.leg_released(leg=leg, net=units - fee, fee=fee, fee_vat_bps=VAT_BPS, log=log))
        if seller.is_market_held:
            self._due[(at - self.start).days][seller.id] += units - fee

    def _refunded(self, trail: Trail, leg: LegRef, cents: int, at: datetime, *, is_sent_back: bool) -> None:
        back = cents if self.chance.random() < 0.5 else cents // 3
        units, treasury = back * UNITS_PER_CENT, self.addresses.treasury
        log = self._mined(trail, at, (self.addresses.escrow, treasury, units), purpose=f"refund:{leg.order_id}")
        trail.journals.append(recipes.leg_refunded_to_treasury(leg=leg, units=units, refunded_before=0, log=log))
        burned = self._mined(
            trail, at + timedelta(seconds=40), (treasury, NOBODY, units), purpose=f"burn:{leg.order_id}"
        )
        trail.journals.append(recipes.treasury_tokens_burned(units=units, log=burned))
        payment, sent = trail.payments[0], at + timedelta(minutes=2)
        state = "failed" if is_sent_back else "succeeded"
        refund = Refund(self.id(), payment.id, leg.order_id, self.name("re"), back, state, sent)
        trail.refunds.append(refund)
        booked = {"refund": refund.name, "cents": back, "order_id": leg.order_id}
        trail.journals.append(recipes.card_refund_succeeded(**booked, at=sent))
        row = self._moved(trail, "refund", refund.name, -back, 0, sent)
        trail.journals.append(recipes.refund_settled(balance_transaction=row.id, amount=back, fee=0, at=sent))
        if is_sent_back:
            later = sent + timedelta(days=4)
            trail.journals.append(recipes.card_refund_failed(**booked, at=later))
            row = self._moved(trail, "refund_failure", refund.name, back, 0, later)
            trail.journals.append(recipes.refund_returned(balance_transaction=row.id, amount=back, fee=0, at=later))
        if back < cents:
            self._released(trail, leg, cents - back, at + timedelta(hours=60))

    def _disputed(self, trail: Trail, cents: int, at: datetime) -> None:
        row = self._moved(trail, "adjustment", self.name("dp"), -cents, 1_500, at, category="dispute")
        trail.journals.append(recipes.dispute_withdrawn(balance_transaction=row.id, amount=cents, fee=1_500, at=at))

    def receipt(self, at: datetime) -> Trail:
        """A buyer paid by bank for tokens in a wallet."""
        cents = self.chance.randrange(1_000, 90_000)
        receipt = Receipt(self.name("FT").replace("_", "-"), self._bytes(20), cents, at)
        trail = Trail("receipt", receipts=[receipt])
        trail.journals.append(recipes.bank_receipt_recorded(reference=receipt.reference, cents=cents, at=at))
        trail.bank.append(BankEntry(at.date(), cents, receipt.reference, "Transfer for tokens"))
        units, wallet = cents * UNITS_PER_CENT, (token_account("1250"), token_account("2100"))
        log = self._mined(
            trail, at + timedelta(minutes=9), (NOBODY, receipt.wallet, units), purpose=f"sell:{receipt.reference}"
        )
        trail.journals.append(recipes.tokens_sold_to_wallet(units=units, target=wallet, log=log))
        return trail

    def _evening(self, at: datetime, day: int) -> Iterator[Trail]:
        yield self._anchored(at)
        settled = self._settled.pop(day, [])
        cents = sum(row.net for row in settled)
        if cents > 0:
            yield self._payout(at, cents, [(row.id, row.net) for row in settled])
        due = {seller: units // UNITS_PER_CENT for seller, units in self._due.pop(day, {}).items()}
        if due := {seller: cents for seller, cents in due.items() if cents}:
            yield self._redemptions(at, due)

    def _anchored(self, at: datetime) -> Trail:
        """A transaction of ours that moves no tokens."""
        trail = Trail("anchor")
        self._mined(trail, at, purpose=f"anchor:{at:%Y-%m-%d}")
        return trail

    def _payout(self, at: datetime, cents: int, parts: list[tuple[str, int]]) -> Trail:
        """It arrives two days later; every other bank writes Stripe's trace beside it, the others the payout's name."""
        trail, name, arrives = Trail("payout"), self.name("po"), at + timedelta(days=2)
        trace = f"TR{self.chance.randrange(10**13):013d}"
        trail.payouts.append(
            PayoutRow(
                name, cents, "USD", "paid", True, arrives, at, {"trace_id": {"value": trace, "status": "supported"}}
            )
        )
        row = self._moved(trail, "payout", name, -cents, 0, at, is_paid_out=True)
        trail.parts = [(name, part, net) for part, net in parts]
        trail.journals = [
            recipes.stripe_payout_created(balance_transaction=row.id, cents=cents, at=at),
            recipes.stripe_payout_arrived(payout=name, cents=cents, at=arrives),
        ]
        by_trace = self.chance.random() < 0.5
        words = ("STRIPE", trace) if by_trace else (f"STRIPE PAYOUT {name}", "ACH")
        trail.bank.append(BankEntry(arrives.date(), cents, words[1] if by_trace else name, words[0]))
        return trail

    def _redemptions(self, at: datetime, due: dict[UUID, int]) -> Trail:
        """All of a day are paid by one file, which is one line at the bank."""
        trail, addresses = Trail("redemptions"), {seller.id: seller.address for seller in self.sellers}
        file = PaidFile(
            self.id(), self.name("BF"), at + timedelta(hours=8), tuple((self.id(), *one) for one in sorted(due.items()))
        )
        trail.files.append(file)
        for redemption, seller, cents in file.parts:
            units = cents * UNITS_PER_CENT
            log = self._mined(trail, at, (addresses[seller], NOBODY, units), purpose=f"redeem:{redemption}")
            trail.journals.append(recipes.seller_tokens_redeemed(organization_id=seller, units=units, log=log))
            trail.journals.append(
                recipes.redemption_paid(redemption_id=redemption, organization_id=seller, cents=cents, at=file.at)
            )
        trail.bank.append(BankEntry(file.at.date(), -sum(due.values()), file.reference, "Salary and supplier batch"))
        return trail

    def _moved(
        self, trail: Trail, kind: str, source: str, amount: int, fee: int, at: datetime, *, category: str = "",
        is_paid_out: bool = False,
    ) -> BalanceRow:  # fmt: skip
        net = amount - fee
        row = BalanceRow(
            self.name("txn"), kind, category or kind, source, amount, fee, net, "USD", at, at + timedelta(days=2), {}
        )
        trail.balance.append(row)
        if not is_paid_out:
            self._settled[(at - self.start).days].append(row)
        return row

    def _mined(self, trail: Trail, at: datetime, *moves: tuple[bytes, bytes, int], purpose: str) -> LogRef:
        """A transaction of ours with these transfers and its gas, and the log its entry is booked from."""
        if self._prices.random() < FAILS:
            self._paid_gas(trail, self._block(at - timedelta(seconds=30), self._prices.randbytes(32)), purpose)
        log = self._block(at, self._bytes(32))
        for sender, receiver, units in moves:
            where = replace(log, log_index=next(self._logs))
            trail.transfers.append(Transfer(where, sender, receiver, units))
        self._paid_gas(trail, log, purpose)
        return replace(log, log_index=next(self._logs))

    def _block(self, at: datetime, tx: bytes) -> LogRef:
        number = int((at - self.start).total_seconds()) // BLOCK_SECONDS + 1_000
        time = self.start + timedelta(seconds=(number - 1_000) * BLOCK_SECONDS)
        return LogRef(self.chain_id, number, sha256(f"{self.seed} {number}".encode()).digest(), tx, None, time)

    def _paid_gas(self, trail: Trail, log: LogRef, purpose: str) -> None:
        wei = self._prices.randrange(50_000, 200_000) * self._prices.randrange(10**9, 3 * 10**9)
        trail.journals.append(recipes.gas_spent(purpose=purpose, wei=wei, log=log))
        trail.coin -= wei


def is_whole(entry: JournalEntry) -> bool:
    """Whether it sums to zero in each asset."""
    sums: dict[str, int] = defaultdict(int)
    for line in entry.lines:
        sums[line.account.asset] += line.amount
    return not any(sums.values())
