"""Alembic's environment: one connection, one advisory lock, lock and statement time-outs."""

from alembic import context
from sqlalchemy import create_engine, text

from app.db.base import Base, BaseUnits
from app.db.tables import load_all_models

MIGRATION_LOCK = 7_303_014  # any number nobody else uses

load_all_models()


def include(_object, name, kind, _reflected, _compare_to):  # noqa: ANN001, ANN201
    """Procrastinate owns its own tables."""
    return not (kind == "table" and name.startswith("procrastinate_"))


def render(kind, item, _context):  # noqa: ANN001, ANN201
    """Migrations stand on their own: our types are written as PostgreSQL's."""
    return "sa.Numeric(78, 0)" if kind == "type" and isinstance(item, BaseUnits) else False


def run() -> None:
    engine = create_engine(context.config.attributes["database_url"])
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.execute(text("SET lock_timeout = '10s'"))
        connection.execute(text("SET statement_timeout = '10min'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_object=include,
            render_item=render,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()
    engine.dispose()


run()
