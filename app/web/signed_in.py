"""For pages below `app.identity`: only who is signed in gets on."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from urllib.parse import quote
from uuid import UUID

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue

from app.web.pages import this_place
from app.web.viewer import current_viewer

P = ParamSpec("P")


def viewer_id() -> UUID:
    """The person, under `require_viewer`."""
    user_id = current_viewer().user_id
    assert user_id is not None
    return user_id


def require_viewer(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Under a route: a guest is led to sign in and comes back here; to anything but a page the answer is 401."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if current_viewer().is_signed_in:
            return view(*args, **kwargs)
        if request.method != "GET":
            abort(401)
        return redirect(f"/sign-in?next={quote(this_place(), safe='')}", 303)

    return guarded
