"""What gives an alarm, looked for: in our own tables in one look, at the node in another."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.chain.errors import ChainUnavailable, RpcRefused, WrongChain
from app.chain.keys import Keys
from app.chain.models import ChainCursor
from app.chain.rpc import Rpc
from app.config.days import market_day
from app.config.settings import Settings
from app.console.health import CHAIN_SECONDS
from app.console.queries import count_unhandled_webhooks
from app.console.rules import AlarmKind, Facts, Look
from app.fx.queries import DatedRate, all_rates, stale, tax_office_rates
from app.identity.models import Organization
from app.identity.rules.countries import country
from app.identity.rules.roles import MARKET
from app.jobs.failed import count_failed
from app.matching.queries import count_overdue
from app.matching.rules import SLA
from app.notify.queries import waiting_mails
from app.proofs.queries import last_anchor, last_check, newest_seal, not_on_chain_since, waiting
from app.reconciliation.queries import last_tie_out
from app.settlement.models import ChainIntent
from app.settlement.rules import FLOAT_TOO_SMALL, MINT_BEYOND_RESERVE

MILLIETHER = 10**15
TIE_OUT_LATE = timedelta(minutes=45)
SEALING_LATE = timedelta(hours=3)
ANCHOR_LATE = timedelta(hours=50)
MAIL_LATE = timedelta(hours=1)
_SHOPS = select(Organization).where(Organization.kind != MARKET, Organization.status == "approved")


def causes_in_tables(session: Session, settings: Settings, now: datetime) -> Look:
    """Everything that our own tables tell."""
    stuck = session.scalar(select(func.count()).where(ChainIntent.state == "stuck")) or 0
    return {
        AlarmKind.MINT_REFUSED: _counted(_held_mints(session)),
        AlarmKind.STUCK_INTENTS: _counted(stuck),
        AlarmKind.FAILED_JOBS: _counted(count_failed(session)),
        AlarmKind.WEBHOOKS_WAIT: _counted(count_unhandled_webhooks(session, now)),
        AlarmKind.FX_STALE: _old_rates(session, settings, now),
        AlarmKind.TAX_RATES_STALE: _old_tax_rates(session, settings, now),
        AlarmKind.MAILS_WAIT: _old_mails(session, settings, now),
        AlarmKind.EXCEPTIONS_OVERDUE: _overdue(session, now),
        **_of_tie_out(session, now),
        **_of_seals(session, now),
        **_of_chain(session, settings, now),
    }


def _counted(count: int) -> Facts | None:
    return {"count": count} if count else None


def _held_mints(session: Session) -> int:
    held = select(func.count()).where(
        ChainIntent.state == "planned", ChainIntent.problem.in_((MINT_BEYOND_RESERVE, FLOAT_TOO_SMALL))
    )
    return session.scalar(held) or 0


def _overdue(session: Session, now: datetime) -> Facts | None:
    count = count_overdue(session, now=now)
    return {"count": count, "days": SLA.days} if count else None


def _old_rates(session: Session, settings: Settings, now: datetime) -> Facts | None:
    used = set(session.scalars(_SHOPS.with_only_columns(Organization.currency).distinct()))
    return _old_ones(all_rates(session).values(), used, now, settings.fx_stale_days)


def _old_tax_rates(session: Session, settings: Settings, now: datetime) -> Facts | None:
    """Only of offices whose rate was loaded once: without any, invoices take the market's."""
    registered = _SHOPS.where(Organization.is_tax_registered).with_only_columns(Organization.country)
    used = {country(code).own_currency for code in session.scalars(registered.distinct())}
    return _old_ones(tax_office_rates(session), used, now, settings.tax_rate_stale_days)


def _old_ones(rates: Iterable[DatedRate], used: Collection[str], now: datetime, after_days: int) -> Facts | None:
    if not after_days:
        return None
    old = stale(rates, market_day(now), after_days=after_days)
    named = sorted(dated.rate.currency for dated in old if dated.rate.currency in used)
    return {"currencies": ", ".join(named)} if named else None


def _old_mails(session: Session, settings: Settings, now: datetime) -> Facts | None:
    waiting = waiting_mails(session)
    if not settings.smtp_url or waiting.oldest is None or waiting.oldest > now - MAIL_LATE:
        return None
    return {"count": waiting.count, "minutes": _minutes(now - waiting.oldest)}


def _of_tie_out(session: Session, now: datetime) -> Look:
    run = last_tie_out(session)
    if run is None:
        return {}
    late = now - run.checked_at
    drift: Facts = {"count": run.finding_count, "block": run.block_number}
    return {
        AlarmKind.DRIFT: None if run.ties else drift,
        AlarmKind.TIE_OUT_LATE: {"minutes": _minutes(late)} if late > TIE_OUT_LATE else None,
    }


def _of_seals(session: Session, now: datetime) -> Look:
    check, anchor = last_check(session), last_anchor(session)
    waits = waiting(session, newest_seal(session))
    unsealed = now - waits.oldest if waits.oldest else timedelta(0)
    above = not_on_chain_since(session, anchor)
    alone = now - max(above, anchor.block_time if anchor else above) if above else timedelta(0)
    return {
        AlarmKind.BOOKS_CHANGED: _counted(check.fault_count) if check else None,
        AlarmKind.SEALING_LATE: (
            {"count": waits.count, "hours": _hours(unsealed)} if unsealed > SEALING_LATE else None
        ),
        AlarmKind.ANCHOR_LATE: {"hours": _hours(alone)} if alone > ANCHOR_LATE else None,
    }


def _of_chain(session: Session, settings: Settings, now: datetime) -> Look:
    position = session.get(ChainCursor, settings.chain_id)
    if position is None:
        return {}
    silent, still = (int((now - moment).total_seconds()) for moment in (position.updated_at, position.head_time))
    has_stopped = position.halted_because is not None
    reason = {"reason": position.halted_because or ""}
    return {
        AlarmKind.INDEXER_HALTED: reason if has_stopped else None,
        AlarmKind.SETTLEMENT_SILENT: {"seconds": silent} if silent > CHAIN_SECONDS and not has_stopped else None,
        AlarmKind.NO_BLOCK: (
            {"seconds": still, "block": position.seen_number}
            if still > settings.no_block_seconds and silent <= CHAIN_SECONDS
            else None
        ),
    }


def causes_at_node(settings: Settings) -> Look:
    """What the node itself tells; of one that does not answer nothing else is known."""
    treasury = Keys(settings.key_seed).treasury().address
    try:
        left = Rpc(settings.chain_rpc_url, settings.chain_id).gas_balance(bytes.fromhex(treasury[2:]))
    except (ChainUnavailable, RpcRefused, WrongChain) as trouble:
        return {AlarmKind.NODE_SILENT: {"reason": str(trouble)}}
    least = settings.gas_low_milliether * MILLIETHER
    short: Facts = {"left": _coins(left), "least": _coins(least), "address": treasury}
    return {AlarmKind.NODE_SILENT: None, AlarmKind.SIGNER_LOW_GAS: short if left < least else None}


def _coins(wei: int) -> str:
    """In the chain's coin, cut to thousandths: an alarm needs no more."""
    return f"{wei // MILLIETHER / 1000:.3f}"


def _hours(age: timedelta) -> int:
    return _minutes(age) // 60


def _minutes(age: timedelta) -> int:
    return int(age.total_seconds()) // 60
