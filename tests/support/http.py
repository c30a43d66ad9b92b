"""The application behind a real HTTP server on a port of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from app.config.settings import Settings
from app.db.session import engine
from app.wiring import create_app

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


def web_settings(**changes: Any) -> Settings:
    """Settings of a market that has no database, chain or card service; each test says what it has."""
    values: dict[str, Any] = {
        "database_url": NOWHERE,
        "secret_key": "a key for tests, never used elsewhere, of 40+",
        "key_seed": "11" * 32,
        "chain_rpc_url": "http://127.0.0.1:1",
        "stripe_api_key": "sk_test_for_tests",
        "stripe_webhook_secret": "whsec_for_tests",
        "environment": "test",
        "log_level": "WARNING",
        "mailbox": "on",
        "list_seconds": 0,  # a test looks at once at what it has changed
    }
    return Settings(**{**values, **changes})


class _Quiet(WSGIRequestHandler):
    """The application writes its own line per request. HTTP/1.1 keeps connections open, as in production."""

    protocol_version = "HTTP/1.1"

    def log(self, *_args: Any, **_kwargs: Any) -> None:
        return


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address of `app`, answered by threads until the block ends."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True
    server.block_on_close = False
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def serve() -> Callable[[Flask], Any]:
    """`with serve(app) as address:` for a test that wires an application of its own."""
    return serving


@pytest.fixture(scope="session")
def plain_app() -> Flask:
    """The application with nothing behind it: for what every page shares."""
    return create_app(web_settings())


@pytest.fixture(scope="session")
def plain_address(plain_app: Flask) -> Iterator[str]:
    with serving(plain_app) as address:
        yield address


@pytest.fixture
def database_app(cloned_database: str) -> Iterator[Flask]:
    """The application on a migrated database of the test's own; what it commits is gone with it."""
    yield create_app(web_settings(database_url=cloned_database))
    engine().dispose()
