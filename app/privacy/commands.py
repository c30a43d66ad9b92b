"""`phsar people …`: erasing somebody who asked for it by letter, and again after an older backup was restored."""

from datetime import UTC, datetime

import click
from sqlalchemy import select

from app.db.session import in_transaction, reading
from app.identity.queries import user_by_email
from app.orders.models import Order
from app.orders.rules.numbers import normalize_number
from app.privacy.actions.erase_person import erase_account, erase_checkout
from app.privacy.errors import StillGoingOn
from app.privacy.queries import matters_of, subject_of_account
from app.privacy.rules import Subject


@click.group("people")
def people() -> None:
    """People's own data."""


@people.command("erase")
@click.argument("email")
@click.confirmation_option(prompt="It cannot be undone. Erase?")
def erase(email: str) -> None:
    """Erase the account EMAIL, all that was bought with it and its mails."""
    with reading() as session:
        user = user_by_email(session, email)
        if user is None:
            raise click.UsageError(f"There is no account {email}.")
        subject = subject_of_account(session, user.id)
    try:
        in_transaction(lambda session: erase_account(session, user.id, now=datetime.now(UTC)))
    except StillGoingOn:
        raise _refused(subject) from None
    click.echo("Erased.")


@people.command("erase-order")
@click.argument("number")
@click.confirmation_option(prompt="It cannot be undone. Erase?")
def erase_order(number: str) -> None:
    """Erase the guest who bought the order NUMBER: the whole checkout, and the mails about it."""
    with reading() as session:
        order = session.scalars(select(Order).where(Order.number == normalize_number(number))).unique().one_or_none()
        if order is None:
            raise click.UsageError(f"There is no order {number}.")
        if order.group.buyer_id is not None:
            raise click.UsageError("An account has bought it. Erase the account.")
    try:
        in_transaction(lambda session: erase_checkout(session, order.group_id, now=datetime.now(UTC)))
    except StillGoingOn:
        raise _refused(Subject(order_group_id=order.group_id)) from None
    click.echo("Erased.")


def _refused(subject: Subject) -> click.ClickException:
    with reading() as session:
        found = ", ".join(f"{matter.name} ({matter.reason})" for matter in matters_of(session, subject))
    return click.ClickException(f"Nothing was erased. This has to end first: {found}.")
