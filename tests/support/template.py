"""What the template of all test databases holds."""

from app.db.migrate import upgrade

TEMPLATE = "template_phsar"


def fill_template(database_url: str) -> None:
    """Bring an empty database to the state every test starts from. No connection may stay open."""
    upgrade(database_url)
