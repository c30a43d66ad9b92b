"""A request sent twice is done once, whatever happens in between."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.api.idempotency import Answer, answer_once, forget_old_answers
from app.api.models import StoredAnswer
from app.db.base import Base
from app.db.session import engine, transaction
from app.errors import Conflict
from app.web.forms import csrf

KEY = {"Idempotency-Key": "one-intention"}


def count(session: Session) -> int:
    return session.scalar(text("SELECT count(*) FROM done")) or 0


@pytest.fixture
def app(database_app: Flask) -> Iterator[Flask]:
    """The application with one operation: it writes a row, then answers or fails as it is told."""
    Base.metadata.create_all(engine(), tables=[StoredAnswer.__table__])
    with transaction() as session:
        session.execute(text("CREATE TABLE done (what text)"))

    @database_app.post("/api/v1/things")
    @csrf.exempt
    def make() -> Response:
        wanted = request.get_json()

        def work(session: Session) -> Answer:
            session.execute(text("INSERT INTO done VALUES (:what)"), {"what": wanted["what"]})
            if wanted.get("fail"):
                raise Conflict
            return Answer({"number": count(session)}, 201)

        return answer_once(request.headers.get("X-Caller", "shop-1"), work)

    return database_app


@pytest.fixture
def caller(app: Flask) -> FlaskClient:
    return app.test_client()


def done() -> int:
    with transaction() as session:
        return count(session)


def test_the_second_request_gets_the_first_ones_answer(caller: FlaskClient) -> None:
    first = caller.post("/api/v1/things", json={"what": "a"}, headers=KEY)
    second = caller.post("/api/v1/things", json={"what": "a"}, headers=KEY)
    assert (first.status_code, first.json) == (second.status_code, second.json) == (201, {"number": 1})
    assert second.headers["Idempotency-Replayed"] == "true"
    assert done() == 1


def test_the_same_key_with_other_content_is_refused(caller: FlaskClient) -> None:
    caller.post("/api/v1/things", json={"what": "a"}, headers=KEY)
    answer = caller.post("/api/v1/things", json={"what": "b"}, headers=KEY)
    assert (answer.status_code, answer.json["code"]) == (422, "idempotency-key-reused")
    assert done() == 1


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "ключ"])
def test_a_request_without_a_usable_key_is_refused(caller: FlaskClient, key: str) -> None:
    answer = caller.post(
        "/api/v1/things", json={"what": "a"}, headers={"Idempotency-Key": key.encode().decode("latin-1")}
    )
    assert (answer.status_code, answer.json["code"]) == (422, "idempotency-key-missing")
    assert done() == 0


def test_a_refusal_leaves_nothing_and_the_key_can_be_used_again(caller: FlaskClient) -> None:
    refused = caller.post("/api/v1/things", json={"what": "a", "fail": True}, headers=KEY)
    assert (refused.status_code, done()) == (409, 0)
    assert caller.post("/api/v1/things", json={"what": "a"}, headers=KEY).status_code == 201


def test_another_caller_with_the_same_key_is_somebody_else(caller: FlaskClient) -> None:
    for who in ("shop-1", "shop-2"):
        answer = caller.post("/api/v1/things", json={"what": "a"}, headers={**KEY, "X-Caller": who})
        assert answer.status_code == 201
    assert done() == 2


def test_twins_at_the_same_moment_are_one(app: Flask) -> None:
    together = Barrier(8)

    def send(_number: int) -> tuple[int, dict[str, int]]:
        together.wait()
        answer = app.test_client().post("/api/v1/things", json={"what": "a"}, headers=KEY)
        return answer.status_code, answer.json

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert answers == [(201, {"number": 1})] * 8
    assert done() == 1


def test_an_answer_is_forgotten_after_its_time_and_not_before(caller: FlaskClient) -> None:
    caller.post("/api/v1/things", json={"what": "a"}, headers=KEY)
    with transaction() as session:
        assert forget_old_answers(session, datetime.now(UTC)) == 0
        assert forget_old_answers(session, datetime.now(UTC) + timedelta(days=3)) == 1
    caller.post("/api/v1/things", json={"what": "a"}, headers=KEY)
    assert done() == 2
