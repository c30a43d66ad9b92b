"""The settlement worker: one per installation at a time, by an advisory lock on the signer.

Every round does the same steps in the same order; each step is its own transaction and can be repeated, so it does not
matter after which of them the process dies.
"""

import threading
import time
from datetime import UTC, datetime

from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from app.chain.actions import follow_transactions as following
from app.chain.actions import index_blocks as indexing
from app.chain.actions.sign_transaction import replace_transaction
from app.chain.errors import ChainUnavailable, DeepReorg, NodeInTrouble, NotDeployed, RpcRefused, WrongChain
from app.chain.keys import Keys
from app.chain.models import ChainCursor
from app.chain.rpc import Rpc
from app.config.current import settings
from app.db.session import engine, transaction
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import gas_spent
from app.settlement.actions.book_gas_found import book_gas_found, has_less_than_booked, unknown_transactions
from app.settlement.actions.finish_intents import recheck_sent
from app.settlement.actions.plan_due import plan_due
from app.settlement.actions.send_intents import read_planned, sign_or_set_back, simulate
from app.telemetry.logs import get_logger

log = get_logger("settlement")
ROUND_SECONDS = 0.5
DUE_EVERY_SECONDS = 5.0
SIGNER_LOCK = 7_303_015
PASSING = (DeadlockDetected, SerializationFailure, LockNotAvailable)
"""Somebody else's transaction was in the way: nothing was written, and the database is well."""


class SettlementWorker:
    """Runs rounds until told to stop."""

    def __init__(self) -> None:
        current = settings()
        self.rpc = Rpc(current.chain_rpc_url, current.chain_id)
        self.stopping = threading.Event()
        self._lock: Connection | None = None
        self._due_at, self._has_looked_back = 0.0, False

    def stop(self) -> None:
        self.stopping.set()

    def run(self) -> None:
        """Until `stop`. An outage is waited out; a deep reorg halts the indexer and says so."""
        while not self.stopping.is_set():
            try:
                if self._holds_lock():
                    self.round()
            except (ChainUnavailable, RpcRefused, NotDeployed, WrongChain) as trouble:
                log.warning("settlement waits", problem=str(trouble))
                self.stopping.wait(2)
            except OperationalError as trouble:
                if isinstance(trouble.orig, PASSING):
                    log.warning("settlement gives way and tries again", problem=str(trouble.orig))
                    continue
                log.warning("settlement waits for the database", problem=str(trouble.orig))
                self._let_go()
                self.stopping.wait(2)
            except DeepReorg as trouble:
                self._halt(str(trouble))
                self.stopping.wait(30)
            self.stopping.wait(ROUND_SECONDS)
        self._let_go()

    def _let_go(self) -> None:
        """End the connection that holds the lock: given back to the pool alive, it would keep the lock."""
        if self._lock is not None:
            self._lock.invalidate()
            self._lock.close()
            self._lock = None

    def _holds_lock(self) -> bool:
        """True while this process is the one that signs. The lock dies with its connection."""
        if self._lock is not None:
            self._lock.execute(text("SELECT 1"))
            self._lock.commit()
            return True
        self.rpc.require_chain()
        connection = engine().connect()
        if connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": SIGNER_LOCK}):
            connection.commit()
            self._lock = connection
            self._due_at, self._has_looked_back = 0.0, False
            log.info("settlement worker leads")
            return True
        connection.close()
        self.stopping.wait(2)
        return False

    def round(self) -> None:
        """Listen, settle, plan, sign, send, watch."""
        while self._index() and not self.stopping.is_set():
            pass
        chain_id = self.rpc.chain_id
        with transaction() as session:
            following.settle_transactions(session, chain_id)
        with transaction() as session:
            recheck_sent(session, chain_id)
        if time.monotonic() >= self._due_at:
            self._reconcile()
            self._count_gas()
            with transaction() as session:
                plan_due(session, chain_id)
            self._due_at = time.monotonic() + DUE_EVERY_SECONDS
        self._sign()
        self._send()

    def _index(self) -> bool:
        """One look at the chain; True when there is more to read at once."""
        with transaction() as session:
            tip = indexing.read_tip(session, self.rpc.chain_id)
        if tip is None:
            raise NotDeployed(name="Escrow", chain_id=self.rpc.chain_id)
        found = indexing.look(self.rpc, tip)
        if found.does_not_join:
            log.warning("the node's next block does not follow the one we have", block=found.keep)
        with transaction() as session:
            indexing.apply(session, found)
        return found.is_behind

    def _reconcile(self) -> None:
        """At the start and every few seconds: does the chain count our transactions as we do?"""
        chain_id, signer = self.rpc.chain_id, Keys(settings().key_seed).address("treasury")
        with transaction() as session:
            watched = following.to_watch(session, chain_id)
        try:
            count = self.rpc.transaction_count(signer, "finalized")
        except (
            RpcRefused,
            NodeInTrouble,
        ) as refusal:  # a node that started anew, or forgot old states: the next look is soon enough
            log.warning("the node does not count the treasury's final transactions", problem=str(refusal))
            return
        view = following.SignerView(count, {item.id: self.rpc.receipt(item.hash) is not None for item in watched})
        with transaction() as session:
            lost = following.reconcile_signer(session, chain_id, signer, view)
        if lost:
            log.error("the treasury's key was used elsewhere: planned again", transactions=lost)

    def _count_gas(self) -> None:
        """What the treasury has to pay gas with, in the block up to which everything of ours is booked."""
        with transaction() as session:
            position = session.get(ChainCursor, self.rpc.chain_id)
            final = position.final_number if position is not None else -1
        if final < 0:
            return
        try:
            wei = self.rpc.gas_balance(Keys(settings().key_seed).address("treasury"), final)
        except (RpcRefused, NodeInTrouble) as refusal:  # a node that forgot old states: the next look is soon enough
            log.warning("the node does not tell the treasury's coin", problem=str(refusal))
            return
        self._book_forgotten_gas(wei)
        with transaction() as session:
            found = book_gas_found(session, session.get_one(ChainCursor, self.rpc.chain_id), wei)
        if found:
            log.info("coin for gas came in", wei=found)

    def _book_forgotten_gas(self, wei: int) -> None:
        """Of transactions nobody follows: known only by their logs since a backup was put back, or given up too early.

        Looked for at the start, when coin that came since may hide it, and whenever coin is missing.
        """
        with transaction() as session:
            if self._has_looked_back and not has_less_than_booked(session, wei):
                return
            unknown = unknown_transactions(session, self.rpc.chain_id)
        treasury = Keys(settings().key_seed).address("treasury")
        for log in unknown:
            receipt = self.rpc.receipt(log.tx_hash)
            if receipt is not None and receipt.sender == treasury and receipt.gas_paid:
                with transaction() as session:
                    post_journal(session, gas_spent(purpose="found by its logs", wei=receipt.gas_paid, log=log))
        self._has_looked_back = True

    def _sign(self) -> None:
        chain_id = self.rpc.chain_id
        with transaction() as session:
            planned = read_planned(session, chain_id)
        for ready in planned:
            outcome = simulate(self.rpc, ready)
            with transaction() as session:
                if sign_or_set_back(session, outcome, chain_id):
                    continue
            if outcome.refusal:
                log.warning("intent refused", intents=[str(one) for one in ready.intent_ids], problem=outcome.refusal)

    def _send(self) -> None:
        chain_id = self.rpc.chain_id
        with transaction() as session:
            pending = following.to_broadcast(session, chain_id, datetime.now(UTC))
        for item in pending:
            problem = following.send(self.rpc, item)
            with transaction() as session:
                following.record_broadcast(session, item.id, problem)
        with transaction() as session:
            watched = following.to_watch(session, chain_id)
        for item in watched:
            receipt = self.rpc.receipt(item.hash)
            if receipt is not None:
                with transaction() as session:
                    following.record_receipt(session, item.id, receipt)
        self._bump()

    def _bump(self) -> None:
        """Sign what no block takes once more with higher fees; it is broadcast in the next round."""
        with transaction() as session:
            is_stuck = following.stuck_transaction(session, self.rpc.chain_id, datetime.now(UTC)) is not None
        header = self.rpc.header("latest") if is_stuck else None
        if header is None:
            return
        with transaction() as session:
            stuck = following.stuck_transaction(session, self.rpc.chain_id, datetime.now(UTC))
            if stuck is not None:
                bumped = replace_transaction(
                    session, stuck, signer=Keys(settings().key_seed).treasury(), base_fee=header.base_fee
                )
                log.warning("fee bumped" if bumped else "fees are at the limit", nonce=stuck.nonce)

    def _halt(self, reason: str) -> None:
        log.error("the indexer halted", problem=reason)
        with transaction() as session:
            position = session.get(ChainCursor, self.rpc.chain_id, with_for_update=True)
            if position is not None:
                position.halted_because = reason
