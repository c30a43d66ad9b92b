"""Addresses are put together as Werkzeug does it, whenever that is compiled."""

from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.routing import Map, Rule

from app.web.routing import LateRule

VALUES = {"UUIDConverter": UUID(int=7), "IntegerConverter": 12, "PathConverter": "a/ b", "UnicodeConverter": "à b?"}


def value_for(converter: Any) -> Any:
    one_of = sorted(getattr(converter, "items", ()))
    return one_of[0] if one_of else VALUES.get(type(converter).__name__, "x")


def test_every_address_is_what_werkzeug_makes_of_it(plain_app: Flask) -> None:
    late = plain_app.url_map
    plain = Map([Rule(rule.rule, **rule.get_empty_kwargs()) for rule in late.iter_rules()], converters=late.converters)
    ours, theirs = late.bind("market.example"), plain.bind("market.example")
    for rule in late.iter_rules():
        assert isinstance(rule, LateRule)
        values = {name: value_for(converter) for name, converter in rule._converters.items()}
        method = next(iter(rule.methods or {"GET"}))
        asked = rule.endpoint, {**values, "page": "2"}, method
        for unknown in (True, False):
            built = theirs.build(*asked, append_unknown=unknown)
            assert [ours.build(*asked, append_unknown=unknown) for _ in range(2)] == [built] * 2
