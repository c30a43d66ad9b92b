"""Who asks, by a token or by the key of an order: for the operations of the API. Cookies are not looked at."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec
from uuid import NAMESPACE_URL, UUID, uuid5

from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import Schema
from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.access.actions.note_use import note_use
from app.access.errors import OrderKeyUnknown, ScopeMissing, ShopNotNamed, TokenMissing, TokenOfShop, TokenUnknown
from app.access.queries import Program, program_of
from app.access.rules import of_shop
from app.api.document import KEY_HEADER, ORDER_KEY, TOKEN
from app.api.idempotency import HEADER, Answer, answer_once
from app.db.session import in_transaction, reading
from app.identity.actor import ANONYMOUS, Actor, market_role
from app.identity.errors import BooksReaderNeeded, ShopNotFound
from app.identity.rules.roles import READING_BOOKS
from app.web.limits import API, counted_as, limiter

P = ParamSpec("P")
Opened = Select[*tuple[Any]]
_OPENED = "phsar.opened_by_key"
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


def set_opened_by_key(app: Flask, opens: Callable[[str], Opened]) -> None:
    """`opens` selects the ids of the orders that a key opens."""
    app.extensions[_OPENED] = opens


def for_programs(scope: str) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Under a route of the API: only for a token with this scope, and so many times a minute a token.

    Raises TokenMissing, TokenUnknown, ScopeMissing.
    """
    return _guard(scope, _program, [{TOKEN: [scope]}])


def for_buyers(scope: str) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """As `for_programs`, or without a token for who has the key of what was bought; so many times a minute an address.

    What it opens is in the queries, as for a token. Raises OrderKeyUnknown too.
    """
    return _guard(scope, _buyer, [{TOKEN: [scope]}, {ORDER_KEY: []}])


def _guard(
    scope: str, find: Callable[[], Program], security: list[dict[str, list[str]]]
) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    def guard(view: Callable[P, Any]) -> Callable[P, Any]:
        limited = limiter.shared_limit(API, scope="token", key_func=counted_as)(view)

        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            g.program = found = find()
            if not found.order_key:
                g.counted_as = f"token:{found.token_id}"
                require_scope(scope)
            answer: ResponseReturnValue = limited(*args, **kwargs)
            return answer

        documented: Callable[P, Any] = Blueprint.doc(security=security)(guarded)
        return documented

    return guard


def asking() -> Program:
    program: Program = g.program
    return program


def asking_person() -> Actor:
    """The token's person, who acts for themselves; nobody for the key of an order. Raises TokenOfShop."""
    if asking().organization_id is not None:
        raise TokenOfShop
    return asking().actor


def asking_reader() -> Actor:
    """The token's person as one who reads the books of the market, and changes nothing. Raises BooksReaderNeeded."""
    reader = asking().reader
    if not market_role(reader, *READING_BOOKS):
        raise BooksReaderNeeded
    return reader


def require_scope(scope: str) -> None:
    """For what only some requests of an operation need. Raises ScopeMissing."""
    if scope not in asking().scopes:
        raise ScopeMissing(scope=scope)


def person_id() -> UUID:
    """The id of `asking_person`. Raises TokenOfShop."""
    user_id = asking_person().user_id
    assert user_id is not None
    return user_id


def opened_orders() -> Opened | None:
    """The ids of the orders that the key opens; None for who asks by a token."""
    key = asking().order_key
    opens: Callable[[str], Opened] = current_app.extensions[_OPENED]
    return opens(key) if key else None


def as_person() -> str:
    """For limits that count what a person does, by whatever token or page; a guest is an address, as on the pages."""
    return counted_as() if asking().order_key else f"user:{asking().actor.user_id}"


def form_token() -> UUID:
    """What a form's own token is for pages: one for each token (or key of an order), address and Idempotency-Key."""
    return uuid5(asking().token_id, f"{request.path}\n{request.headers[HEADER].strip()}")


def acting_shop(wanted: UUID | None) -> tuple[Actor, UUID]:
    """The shop a request is about, and the person as a member of that shop alone: `?shop=`, or the only one there is.

    Raises ShopNotFound for a shop that is not theirs, ShopNotNamed when there are several.
    """
    actor = asking().actor
    shops = list(dict.fromkeys(actor.organizations()))
    if wanted is None and len(shops) > 1:
        raise ShopNotNamed(field="shop")
    chosen = [shop for shop in shops if wanted in (None, shop)]
    if not chosen:
        raise ShopNotFound
    return of_shop(actor, chosen[0]), chosen[0]


def once(work: Callable[[Session], Answer]) -> Response:
    """Do it once per token (or key of an order) and Idempotency-Key."""
    return answer_once(f"token:{asking().token_id}", work)


def once_as(schema: type[Schema], work: Callable[[Session], Any], status: int = 200) -> Response:
    """As `once`, with what `work` gives answered as `schema` says."""
    return once(lambda session: Answer(schema().dump(work(session)), status))


def _program() -> Program:
    sent = request.authorization
    if sent is None or sent.type != "bearer" or not sent.token:
        raise TokenMissing
    now = datetime.now(UTC)
    with reading() as session:
        found = program_of(session, sent.token, now)
    if found is None:
        raise TokenUnknown
    if found.is_due:
        in_transaction(lambda session: note_use(session, found.token_id, now))
    return found


def _buyer() -> Program:
    """The token counts where both are sent."""
    key = request.headers.get(KEY_HEADER)
    if key is None or "Authorization" in request.headers:
        return _program()
    if not _KEY.fullmatch(key):
        raise OrderKeyUnknown
    opens: Callable[[str], Opened] = current_app.extensions[_OPENED]
    with reading() as session:
        if session.scalar(opens(key).limit(1)) is None:
            raise OrderKeyUnknown
    caller = uuid5(NAMESPACE_URL, hashlib.sha256(key.encode()).hexdigest())
    return Program(caller, ANONYMOUS, frozenset(), order_key=key)
