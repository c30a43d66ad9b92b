"""The API's document: OpenAPI 3.1 at `/api/v1/openapi.json`, with problem details as the error of every operation."""

from flask import Flask
from flask_smorest import Api

from app.api.schemas import ProblemSchema

PREFIX = "/api/v1"
VERSION = "1"
TOKEN = "token"
"""The security scheme of operations that ask for a token; its scopes are named with each of them."""


class ProblemApi(Api):
    """flask-smorest with our errors: they are answered in `app.web.problems`, as everywhere else."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        return None

    def _register_responses(self) -> None:
        self.DEFAULT_RESPONSE_CONTENT_TYPE = "application/problem+json"
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = "application/json"


def create_api(app: Flask) -> Api:
    """Set up the API on `app`. Register each package's `flask_smorest.Blueprint` on what is returned."""
    app.config.update(
        API_TITLE="Phsar",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = ProblemApi(app)
    api.spec.components.security_scheme(
        TOKEN,
        {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of an account, made on its page; each operation names the scope it needs.",
        },
    )
    return api
