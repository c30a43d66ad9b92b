"""The API's document: OpenAPI 3.1 at `/api/v1/openapi.json`, with problem details as the error of every operation.

It is written when it is first asked for: that takes longer than all else a process does to start.
"""

from threading import RLock

from apispec import APISpec
from flask import Flask, Response, json
from flask_smorest import Api, Blueprint

from app.api.schemas import ProblemSchema

PREFIX = "/api/v1"
VERSION = "1"
TOKEN = "token"
"""The security scheme of operations that ask for a token; its scopes are named with each of them."""
ORDER_KEY, KEY_HEADER = "order_key", "Order-Key"
"""The other scheme of those that also let in who bought without an account, and the header of it."""


class ProblemApi(Api):
    """flask-smorest with our errors: they are answered in `app.web.problems`, as everywhere else."""

    ERROR_SCHEMA = ProblemSchema

    def __init__(self, app: Flask) -> None:
        self._undescribed: list[Blueprint] = []
        self._writing = RLock()
        self._written: bytes | None = None
        super().__init__(app)

    @property
    def spec(self) -> APISpec:
        """What the document says, of all blueprints there are."""
        with self._writing:
            while self._undescribed:
                blueprint = self._undescribed[0]
                blueprint.register_views_in_doc(self, self._app, self._spec, name=blueprint.name, parameters=None)
                self._spec.tag({"name": blueprint.name, "description": blueprint.description})
                del self._undescribed[0]
            return self._spec

    @spec.setter
    def spec(self, spec: APISpec) -> None:
        self._spec = spec

    def register_blueprint(self, blueprint: Blueprint) -> None:
        """Its pages answer from now on; it is described when somebody asks for the document."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint)
        self._undescribed.append(blueprint)

    def _openapi_json(self) -> Response:
        with self._writing:
            if self._written is None:
                self._written = json.dumps(self.spec.to_dict(), indent=2, sort_keys=False).encode()
        return Response(self._written, mimetype="application/json")

    def _register_error_handlers(self) -> None:
        return None

    def _register_responses(self) -> None:
        self.DEFAULT_RESPONSE_CONTENT_TYPE = "application/problem+json"
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = "application/json"


def create_api(app: Flask) -> ProblemApi:
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
    api.spec.components.security_scheme(
        ORDER_KEY,
        {
            "type": "apiKey",
            "in": "header",
            "name": KEY_HEADER,
            "description": "The key of what was bought without an account: of the answer to `POST /cart/order`.",
        },
    )
    return api
