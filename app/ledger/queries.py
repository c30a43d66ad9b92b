"""Reading the books."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import Session

from app.ledger.chart import OWED_BY_BANK, RESERVE_ACCOUNTS
from app.ledger.models import AccountBalance, LedgerAccount
from app.ledger.sums import sum_posted


def balance(session: Session, number: str, asset: str, owner: UUID | None = None) -> int:
    """Balance on the account's natural side, in the asset's smallest unit; 0 for an account nothing was posted to.

    Without `owner`, the sum over all owners of the account.
    """
    sum_posted(session)
    return int(session.scalar(balance_of(number, asset, owner)) or 0)


def balance_of(number: str, asset: str, owner: UUID | None = None) -> Select[int]:
    """As `balance`: for a query that asks for more. What its transaction has posted counts after `sum_posted`."""
    query = (
        select(func.coalesce(func.sum(AccountBalance.balance * LedgerAccount.natural_side), 0))
        .join(LedgerAccount, LedgerAccount.id == AccountBalance.account_id)
        .where(LedgerAccount.number == number, LedgerAccount.asset == asset)
    )
    return query if owner is None else query.where(LedgerAccount.owner_id == owner)


def balances_by_account(session: Session) -> Sequence[Row[str, str, int]]:
    """(number, asset, balance on the natural side) for every account number in use, owners summed."""
    sum_posted(session)
    return session.execute(
        select(
            LedgerAccount.number,
            LedgerAccount.asset,
            func.sum(AccountBalance.balance * LedgerAccount.natural_side).label("balance"),
        )
        .join(AccountBalance, LedgerAccount.id == AccountBalance.account_id)
        .group_by(LedgerAccount.number, LedgerAccount.asset)
        .order_by(LedgerAccount.number, LedgerAccount.asset)
    ).all()


def reserve_cents(session: Session) -> int:
    """What covers the token supply: bank, Stripe balance, card money receivable, payouts on their way; less what
    is owed by bank: for tokens that are already burned, to sellers and to countries as withheld tax, and to sellers and
    buyers from before the market began."""
    sum_posted(session)
    amount = AccountBalance.balance * LedgerAccount.natural_side
    signed = case((LedgerAccount.number.in_(OWED_BY_BANK), -amount), else_=amount)
    query = (
        select(func.coalesce(func.sum(signed), 0))
        .join(LedgerAccount, LedgerAccount.id == AccountBalance.account_id)
        .where(LedgerAccount.number.in_((*RESERVE_ACCOUNTS, *OWED_BY_BANK)), LedgerAccount.asset == "USD")
    )
    return int(session.scalars(query).one())
