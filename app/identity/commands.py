"""`phsar staff …`: who works for the market. The first operator can only come from here."""

import click
from sqlalchemy import select

from app.config.current import settings
from app.db.session import reading, transaction
from app.identity.actions.ensure_market import ensure_market
from app.identity.actions.grant_role import grant_role
from app.identity.models import Member, Organization, User
from app.identity.queries import user_by_email
from app.identity.rules.roles import MARKET, MARKET_ROLES


@click.group("staff")
def staff() -> None:
    """People of the market and their roles."""


@staff.command("grant")
@click.argument("email")
@click.argument("role", type=click.Choice(sorted(MARKET_ROLES)))
def grant(email: str, role: str) -> None:
    """Give the account EMAIL a role in the market; it replaces the role the person had."""
    current = settings()
    with transaction() as session:
        market = ensure_market(
            session,
            name=current.market_name,
            country_code=current.market_country,
            time_zone=current.market_time_zone,
        )
        user = user_by_email(session, email)
        if user is None:
            raise click.UsageError(f"There is no account {email}. The person registers on the market's pages first.")
        grant_role(session, granted_by=None, organization_id=market.id, user_id=user.id, role=role)
    click.echo(f"{email} is {role} of {current.market_name}.")


@staff.command("list")
def show() -> None:
    """Who has which role."""
    query = (
        select(User.email, Member.role)
        .join(Member, Member.user_id == User.id)
        .join(Organization, Organization.id == Member.organization_id)
        .where(Organization.kind == MARKET)
        .order_by(User.email, User.id)
    )
    with reading() as session:
        for email, role in session.execute(query):
            click.echo(f"{role:<11} {email}")
