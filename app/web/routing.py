"""Addresses of the market's pages. Werkzeug writes and compiles two functions per route that put one together; most are never needed."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LateRule(Rule):
    """A route whose address is compiled when it is first linked to. A third of the time of a start went there."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = super()._compile_builder
        name = "_build_unknown" if append_unknown else "_build"

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            function = compiled(append_unknown).__get__(rule)
            setattr(rule, name, function)
            made: tuple[str, str] = function(**values)
            return made

        return build
