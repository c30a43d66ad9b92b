"""What the tests of the shared pages use."""

import pytest
from flask import Flask
from flask.testing import FlaskClient


@pytest.fixture
def client(plain_app: Flask) -> FlaskClient:
    """A visitor without a browser; every test starts without cookies."""
    return plain_app.test_client()
