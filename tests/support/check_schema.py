"""`make check`: the migrations lead from nothing to exactly what the models say, and back."""

import tempfile
from pathlib import Path

from app.db import migrate
from app.embedded.postgres import EmbeddedPostgres


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres", durable=False) as server:
        server.create_database("schema")
        url = server.url_of("schema")
        migrate.upgrade(url)
        migrate.check(url)
        migrate.downgrade(url, "base")
        migrate.upgrade(url)
    print("Migrations and models are in step.")


if __name__ == "__main__":
    main()
