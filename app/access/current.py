"""Who asks by a token: for the operations of the API. Cookies are not looked at."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec
from uuid import UUID, uuid5

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import Schema
from sqlalchemy.orm import Session

from app.access.actions.note_use import note_use
from app.access.errors import ScopeMissing, ShopNotNamed, TokenMissing, TokenOfShop, TokenUnknown
from app.access.queries import Program, program_of
from app.access.rules import of_shop
from app.api.document import TOKEN
from app.api.idempotency import HEADER, Answer, answer_once
from app.db.session import in_transaction, reading
from app.identity.actor import Actor
from app.identity.errors import ShopNotFound
from app.web.limits import API, counted_as, limiter

P = ParamSpec("P")


def for_programs(scope: str) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Under a route of the API: only for a token with this scope, and so many times a minute a token.

    Raises TokenMissing, TokenUnknown, ScopeMissing.
    """

    def guard(view: Callable[P, Any]) -> Callable[P, Any]:
        limited = limiter.shared_limit(API, scope="token", key_func=counted_as)(view)

        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            g.program = found = _program()
            g.counted_as = f"token:{found.token_id}"
            require_scope(scope)
            answer: ResponseReturnValue = limited(*args, **kwargs)
            return answer

        documented: Callable[P, Any] = Blueprint.doc(security=[{TOKEN: [scope]}])(guarded)
        return documented

    return guard


def asking() -> Program:
    program: Program = g.program
    return program


def asking_person() -> Actor:
    """The token's person, who acts for themselves. Raises TokenOfShop."""
    if asking().organization_id is not None:
        raise TokenOfShop
    return asking().actor


def require_scope(scope: str) -> None:
    """For what only some requests of an operation need. Raises ScopeMissing."""
    if scope not in asking().scopes:
        raise ScopeMissing(scope=scope)


def person_id() -> UUID:
    """The id of `asking_person`. Raises TokenOfShop."""
    user_id = asking_person().user_id
    assert user_id is not None
    return user_id


def as_person() -> str:
    """For limits that count what a person does, by whatever token or page."""
    return f"user:{asking().actor.user_id}"


def form_token() -> UUID:
    """What a form's own token is for pages: one for each token of a program, address and Idempotency-Key."""
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
    """Do it once per token and Idempotency-Key."""
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
