"""Whole pages for guests, kept as long as everything they are made from is the same.

What belongs to one visitor is taken out before and put in anew for each: the tokens of forms. How many goods are in the
visitor's cart is part of the key, as is all else that a page of ours shows of who looks. Kept are the bytes that go out,
compressed to a third, which takes 0.08 ms once and 0.03 ms at each look.
"""

import zlib
from collections.abc import Callable, Hashable

from flask import g, request, session
from flask_wtf.csrf import generate_csrf

from app.web.form_tokens import form_tokens_made, new_form_token
from app.web.kept import PAGES, kept_while_same
from app.web.viewer import current_viewer, update_cart_count

_CSRF = b"\0csrf\0"  # no text of ours holds this character: PostgreSQL keeps none


def is_as_for_any_guest() -> bool:
    """Whether this visitor is shown what every guest is: not signed in, asking for nothing special, with no message waiting."""
    return not (current_viewer().is_signed_in or request.query_string or "_flashes" in session)


def kept_page(key: tuple[Hashable, ...], version: Hashable, make: Callable[[], str]) -> bytes:
    """What `make` makes at this address, or made for the same `key`, language, currency, number of goods in the cart and version."""
    in_cart = current_viewer().count_cart()
    update_cart_count(in_cart)  # counted once
    packed, tokens = kept_while_same((request.path, in_cart, *key), version, lambda: _packed(make()), among=PAGES)
    page = zlib.decompress(packed)
    for number in range(tokens):
        page = page.replace(_form(number), new_form_token().encode())
    return page.replace(_CSRF, generate_csrf().encode()) if _CSRF in page else page


def _packed(text: str) -> tuple[bytes, int]:
    """The page with marks in place of its tokens, compressed, and of how many forms."""
    page, tokens = text.encode(), form_tokens_made()
    for number, token in enumerate(tokens):
        page = page.replace(token.encode(), _form(number))
    if "csrf_token" in g:
        page = page.replace(g.csrf_token.encode(), _CSRF)
    return zlib.compress(page, zlib.Z_BEST_SPEED), len(tokens)


def _form(number: int) -> bytes:
    return b"\0form %d\0" % number
