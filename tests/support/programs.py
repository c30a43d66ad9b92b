"""A program with a token: asks as JSON over HTTP, carries no cookie, and checks what it is answered."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from marshmallow import Schema
from werkzeug.test import TestResponse

from app.access.actions.make_token import make_token
from app.access.rules import OF_MARKET, PERSONAL, TokenTerms, offered_to
from app.db.session import transaction
from app.identity.actor import Actor


def a_token(actor: Actor, *scopes: str, shop: UUID | None = None, days: int | None = None) -> str:
    """Made as the page makes it; without scopes, with all that such a token can have."""
    wanted = scopes or tuple(scope for scope in offered_to(actor) if shop is None or scope not in PERSONAL | OF_MARKET)
    terms = TokenTerms("A program", wanted, shop, days)
    with transaction() as session:
        _token, secret = make_token(session, actor, terms, form_token=uuid4(), now=datetime.now(UTC))
    assert secret is not None
    return secret


class Program:
    """`ask` answers the JSON and asserts the status; a problem must be one by its type."""

    def __init__(self, app: Flask, secret: str | None = None, *, order_key: str | None = None) -> None:
        self.app, self.secret, self.order_key = app, secret, order_key

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        if self.secret:
            headers.setdefault("Authorization", f"Bearer {self.secret}")
        if self.order_key:
            headers.setdefault("Order-Key", self.order_key)
        if method != "GET":
            headers.setdefault("Idempotency-Key", uuid4().hex)
        client = self.app.test_client(use_cookies=False)
        return client.open(f"/api/v1{path}", method=method, json=body, headers=headers, buffered=True)

    def ask(self, method: str, path: str, body: Any = None, *, status: int = 200, **headers: str) -> Any:
        answer = self.send(method, path, body, **headers)
        assert answer.status_code == status, answer.get_data(as_text=True)
        if status >= 400:
            assert answer.content_type == "application/problem+json"
        return answer.json

    def twice(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        """The same request under one key: done once, and answered from what was kept the second time."""
        key = {"Idempotency-Key": uuid4().hex}
        first, again = (self.send(method, path, body, **key) for _ in range(2))
        assert first.status_code == status, first.get_data(as_text=True)
        assert (again.status_code, again.get_data()) == (status, first.get_data())
        assert again.headers["Idempotency-Replayed"] == "true"
        return first.json


def as_documented(schema: type[Schema], answer: Any) -> None:
    """It holds what its schema names, and nothing else."""
    assert schema().dump(schema().load(answer)) == answer
