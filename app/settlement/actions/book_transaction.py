"""Booking a final transaction: each token transfer ends up in exactly one journal.

What our own events explain is booked by their recipe; every other transfer that touches an address we mirror is booked
as a stray, so that the books equal the chain whatever strangers do.
"""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.chain.contracts import ESCROW, TOKEN
from app.chain.events import DecodedLog
from app.chain.keys import Keys
from app.chain.queries import deployed_address
from app.config.current import settings
from app.ledger import recipes
from app.ledger.actions.post_journal import post_journals
from app.ledger.chart import token_account
from app.ledger.entries import Holder, JournalEntry, LegRef, LogRef
from app.settlement.actions.finish_intents import TRANSFERS
from app.settlement.models import ChainIntent, Escrow, EscrowLeg, MarketHeldAddress
from app.settlement.queries import refunded_before, waiting_units
from app.settlement.rules import id_from_chain

NOBODY = bytes(20)
Transfer = tuple[bytes, bytes, int]


def book_transaction(session: Session, logs: Sequence[DecodedLog]) -> None:
    """Post the journals of all logs of one transaction. Posting again changes nothing."""
    book = _Book(session, logs[0].chain_id) if logs else None
    for log in logs:
        if log.name == "Deposited":
            assert book is not None
            book.payers[log.values["id"]] = log.values["payer"]
    for log in logs:
        assert book is not None
        entry, explained = book.entry_for(log)
        book.explained.update(explained)
        book.keep(entry)
    for log in logs:
        if log.name == "Transfer" and log.contract == TOKEN:
            assert book is not None
            transfer = (log.values["from"], log.values["to"], log.values["value"])
            if book.explained[transfer] > 0:
                book.explained[transfer] -= 1
            else:
                book.keep(book.stray(transfer, log))
    if book is not None:
        book.post()


def _recipe_of(intent: ChainIntent, log: LogRef) -> JournalEntry:
    """The journal of a signed transfer of ours."""
    given, units = intent.arguments, intent.amount
    if intent.kind == "sell":
        return recipes.float_sold_to_wallet(units=units, log=log)
    if intent.kind == "buy_back_tax":
        number = given.get("number", "2310")
        return recipes.withheld_tokens_bought_back(country=given["country"], units=units, log=log, number=number)
    if intent.kind == "give_commission":
        leg = LegRef(UUID(given["order_id"]), UUID(given["organization_id"]), given["is_market_held"] == "yes")
        return recipes.commission_given_back(leg=leg, units=units, vat=int(given["vat"]), log=log)
    recipe = {
        "set_tax_aside": recipes.withheld_tokens_moved,
        "return_tax": recipes.withheld_tokens_returned,
        "buy_back": recipes.seller_tokens_bought_back,
    }[intent.kind]
    return recipe(organization_id=UUID(given["organization_id"]), units=units, log=log)


def log_ref(log: DecodedLog) -> LogRef:
    return LogRef(log.chain_id, log.block_number, log.block_hash, log.tx_hash, log.log_index, log.block_time)


class _Book:
    """Knows whose address is whose while one transaction is booked."""

    def __init__(self, session: Session, chain_id: int) -> None:
        keys = Keys(settings().key_seed)
        self.session = session
        self.escrow = deployed_address(session, chain_id, ESCROW)
        self.token = deployed_address(session, chain_id, TOKEN)
        self.treasury = keys.address("treasury")
        self.fees = keys.address("fees")
        self.taxes = keys.address("taxes")
        self.issues = settings().issues_tokens
        self.explained: Counter[Transfer] = Counter()
        self.payers: dict[bytes, bytes] = {}
        self.kept: list[JournalEntry] = []

    def keep(self, entry: JournalEntry | None) -> None:
        """To be posted, as the policy of the token has it."""
        if entry is not None and not self.issues:
            entry = recipes.resold(entry)
        if entry is not None:
            self.kept.append(entry)

    def post(self) -> None:
        """All that was kept."""
        post_journals(self.session, self.kept)
        self.kept.clear()

    def entry_for(self, log: DecodedLog) -> tuple[JournalEntry | None, list[Transfer]]:
        """The journal of one of our events and the transfers it explains."""
        values = log.values
        if log.name in {"Minted", "Redeemed"}:
            return self._issued(log)
        if log.name == "AuthorizationUsed":
            return self._moved(log)
        if log.name == "Credited":
            return self._refused(log), []
        if log.name == "Withdrawn":
            return self._withdrawn(log)
        leg = self._leg(log)
        if leg is None:
            return None, []
        ref = LegRef(leg.order_id, leg.organization_id, leg.seller_is_market_held)
        if log.name == "LegFunded":
            return self._funded(log, leg, ref, self.payers[values["id"]])
        if log.name == "Released":
            entry = recipes.leg_released(
                leg=ref,
                net=values["net"],
                fee=values["fee"],
                fee_vat_bps=settings().commission_vat_bps,
                log=log_ref(log),
            )
            return entry, [
                (self.escrow, leg.seller, values["net"]),
                (self.escrow, self.fees, values["fee"]),
            ]
        if log.name == "Refunded":
            return self._refunded(log, leg, ref), [(self.escrow, leg.escrow.refund_to, values["amount"])]
        return None, []

    def _refunded(self, log: DecodedLog, leg: EscrowLeg, ref: LegRef) -> JournalEntry:
        units = log.values["amount"]
        if leg.escrow.paid_by != "card":
            return recipes.leg_refunded_to_wallet(leg=ref, units=units, log=log_ref(log))
        before = refunded_before(self.session, leg, log)
        return recipes.leg_refunded_to_treasury(leg=ref, units=units, refunded_before=before, log=log_ref(log))

    def _funded(
        self, log: DecodedLog, leg: EscrowLeg, ref: LegRef, payer: bytes
    ) -> tuple[JournalEntry, list[Transfer]]:
        """The transfer is one for all legs of the escrow: the first leg's event explains it.

        Anybody may deposit for anybody: who paid is what the chain says, not what we had planned.
        """
        recipe = recipes.leg_funded_by_card if payer == self.treasury else recipes.leg_funded_by_wallet
        entry = recipe(leg=ref, units=log.values["amount"], log=log_ref(log))
        explained = [(payer, self.escrow, leg.escrow.amount)] if leg.position == 0 else []
        return entry, explained

    def _issued(self, log: DecodedLog) -> tuple[JournalEntry | None, list[Transfer]]:
        """What the issuer of the token does, if that is not us, is a transfer like any other."""
        if not self.issues:
            return None, []
        return self._minted(log) if log.name == "Minted" else self._redeemed(log)

    def _minted(self, log: DecodedLog) -> tuple[JournalEntry | None, list[Transfer]]:
        """A mint that nobody planned is a stray: supply that no receipt stands for must not look like a sale."""
        to, amount = log.values["to"], log.values["amount"]
        explained = [(NOBODY, to, amount)]
        if to == self.treasury:
            return recipes.tokens_minted_to_treasury(units=amount, log=log_ref(log)), explained
        if not self._is_planned(log):
            return None, []
        return recipes.tokens_sold_to_wallet(units=amount, target=self._holder(to), log=log_ref(log)), explained

    def _redeemed(self, log: DecodedLog) -> tuple[JournalEntry | None, list[Transfer]]:
        holder, amount = log.values["from"], log.values["amount"]
        explained = [(holder, NOBODY, amount)]
        owner = self._market_held(holder)
        if holder == self.treasury:
            return recipes.treasury_tokens_burned(units=amount, log=log_ref(log)), explained
        if holder == self.taxes and (burned := self._planned(log)) is not None:
            country, number = burned.arguments["country"], burned.arguments.get("number", "2310")
            burning = recipes.withheld_tokens_burned(country=country, units=amount, log=log_ref(log), number=number)
            return burning, explained
        if owner is not None and self._is_planned(log):
            return recipes.seller_tokens_redeemed(organization_id=owner, units=amount, log=log_ref(log)), explained
        return None, []

    def _is_planned(self, log: DecodedLog) -> bool:
        return self._planned(log) is not None

    def _planned(self, log: DecodedLog) -> ChainIntent | None:
        ref = log.values["ref"].hex()
        query = select(ChainIntent).where(
            ChainIntent.arguments["ref"].astext == ref, ChainIntent.amount == log.values["amount"]
        )
        return self.session.scalars(query.limit(1)).one_or_none()

    def _moved(self, log: DecodedLog) -> tuple[JournalEntry | None, list[Transfer]]:
        """A transfer by signature is ours if its nonce is one we planned; the signature covers amount and receiver."""
        query = select(ChainIntent).where(
            ChainIntent.arguments["ref"].astext == log.values["nonce"].hex(),
            ChainIntent.arguments["from"].astext == log.values["authorizer"].hex(),
            ChainIntent.kind.in_(TRANSFERS),
        )
        intent = self.session.scalars(query).one_or_none()
        if intent is None:
            return None, []
        given = intent.arguments
        entry = _recipe_of(intent, log_ref(log))
        return entry, [(bytes.fromhex(given["from"]), bytes.fromhex(given["to"]), intent.amount)]

    def _refused(self, log: DecodedLog) -> JournalEntry | None:
        """A payout of one of our legs that the token refused; what strangers do in the contract stays in suspense."""
        who, units = log.values["who"], log.values["amount"]
        refused = (self.escrow, who, units)
        if log.values["token"] != self.token or self.explained[refused] == 0:
            return None
        self.explained[refused] -= 1
        return recipes.transfer_refused(
            target=self._holder(who), is_ours=self._is_ours(who), units=units, who=who, log=log_ref(log)
        )

    def _withdrawn(self, log: DecodedLog) -> tuple[JournalEntry | None, list[Transfer]]:
        who, units = log.values["who"], log.values["amount"]
        if log.values["token"] != self.token:
            return None, []
        self.post()  # the same transaction may have been refused what it takes out now
        known = min(units, waiting_units(self.session, who))
        if known == 0:
            return None, []
        entry = recipes.waiting_withdrawn(
            target=self._holder(who), is_ours=self._is_ours(who), units=units, known=known, who=who, log=log_ref(log)
        )
        return entry, [(self.escrow, who, units)]

    def _is_ours(self, address: bytes) -> bool:
        return address in {self.treasury, self.fees}

    def stray(self, transfer: Transfer, log: DecodedLog) -> JournalEntry | None:
        """A transfer nothing explains; None between two wallets that are both not ours."""
        sender, receiver, units = transfer
        source, target = self._holder(sender), self._holder(receiver)
        if units == 0 or source == target:
            return None
        return recipes.stray_transfer(source=source, target=target, units=units, log=log_ref(log))

    def _holder(self, address: bytes) -> Holder:
        suspense = token_account("2900")
        named = {
            self.treasury: (token_account("1200"), suspense),
            self.fees: (token_account("1205"), suspense),
            self.taxes: (token_account("1206"), suspense),
            self.escrow: (token_account("1210"), suspense),
        }
        if self.issues:
            named[NOBODY] = token_account("3910"), suspense
        if address in named:
            return named[address]
        owner = self._market_held(address)
        if owner is not None:
            return token_account("1230", owner), token_account("2200", owner)
        return token_account("1250"), token_account("2100")

    def _market_held(self, address: bytes) -> UUID | None:
        return self.session.scalar(
            select(MarketHeldAddress.organization_id).where(MarketHeldAddress.address == address)
        )

    def _leg(self, log: DecodedLog) -> EscrowLeg | None:
        order_id = id_from_chain(log.values["orderId"]) if "orderId" in log.values else None
        if order_id is None:
            return None
        return self.session.scalars(
            select(EscrowLeg).join(Escrow).where(Escrow.escrow_id == log.values["id"], EscrowLeg.order_id == order_id)
        ).one_or_none()
