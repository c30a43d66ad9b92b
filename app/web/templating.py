"""Jinja with every template compiled once per language.

Most of what a page says is fixed text. Looked up while it renders, each text costs a search for the language of the
request, a context call and an escape; compiled in, it is a part of the page like its tags. What the text holds besides
words is put in at runtime, escaped as ever.
"""

import fnmatch
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, has_app_context
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from app.web.catalogs import compiled_folder
from app.web.languages import CODES, current_locale

_GETTEXT = frozenset({"_", "gettext"})


class _Writer(CodeGenerator):
    """Most of what a page puts out is markup already or a number; Jinja would wrap each of them anew."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.shown(")


def _shown(value: Any) -> str:
    """`value` as the page holds it, escaped unless it is markup."""
    kind = type(value)
    if kind is Markup:
        return value
    return str(value) if kind is int else escape(value)


class LanguageEnvironment(Environment):
    """The application's environment: a template asked for here comes in the language of the request."""

    words: NullTranslations | None = None
    shown = staticmethod(_shown)
    code_generator_class = _Writer
    _by_language: dict[str, "LanguageEnvironment"]

    def get_or_select_template(self, template_name_or_list: Any, *args: Any, **kwargs: Any) -> Template:
        if self.words is None and has_app_context():
            return self.in_language(current_locale()).get_or_select_template(template_name_or_list, *args, **kwargs)
        return super().get_or_select_template(template_name_or_list, *args, **kwargs)

    def in_language(self, code: str) -> "LanguageEnvironment":
        """The same environment speaking `code`. Ask when filters and globals are complete: they are copied."""
        known = self.__dict__.setdefault("_by_language", {})
        if code not in known:
            known[code] = self._speaking(code)
        spoken: LanguageEnvironment = known[code]
        return spoken

    def _speaking(self, code: str) -> "LanguageEnvironment":
        one: LanguageEnvironment = self.overlay(cache_size=400)
        one.words = words = Translations.load(compiled_folder(), [code], "messages")
        one.globals = {**self.globals, **_callables(words), "current_locale": lambda: code}
        return one

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One dictionary, where Jinja looks through a chain of two at every import."""
        if self.words is None:
            return super().make_globals(d)
        return {**self.globals, **d} if d else self.globals

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        if self.words is not None:
            _Translator(self, self.words).visit(source)
        return super()._generate(source, *args, **kwargs)


def compile_ahead(app: Flask, patterns: Iterable[str]) -> None:
    """Compile the templates named so in every language of the market. Ask when the application is complete."""
    environment = app.jinja_env
    assert isinstance(environment, LanguageEnvironment)
    names = environment.list_templates()
    for name in (name for pattern in patterns for name in fnmatch.filter(names, pattern)):
        for code in CODES:
            environment.in_language(code).get_template(name)


def _callables(words: NullTranslations) -> dict[str, Callable[..., str]]:
    """For texts that are known only when a page is made, such as the label of a menu item."""

    def gettext(text: str, **values: Any) -> str:
        return _markup(words.ugettext(text)) % values

    def ngettext(one: str, many: str, num: int, **values: Any) -> str:
        return _markup(words.ungettext(one, many, num)) % {"num": num, **values}

    return {"_": gettext, "gettext": gettext, "ngettext": ngettext}


def _markup(text: str) -> Markup:
    """Texts of ours and of our translators are markup, as in Jinja's own `gettext`; what is put into them is not."""
    return Markup(text)  # noqa: S704


class _Translator(NodeTransformer):
    """Puts `_("text")` and `_("text %(name)s", name=…)` into the template as the text itself."""

    def __init__(self, environment: LanguageEnvironment, words: NullTranslations) -> None:
        self.environment, self.words = environment, words

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja calls it so
        self.generic_visit(node)
        if not _is_fixed_text(node):
            return node
        text = _markup(self.words.ugettext(node.args[0].as_const()))
        if not node.kwargs:
            return self._at(node, nodes.Const(text % {}))
        pairs = [self._at(node, nodes.Pair(self._at(node, nodes.Const(kw.key)), kw.value)) for kw in node.kwargs]
        values = self._at(node, nodes.Dict(pairs))
        return self._at(node, nodes.Mod(self._at(node, nodes.Const(text)), values))

    def _at(self, place: nodes.Node, made: Any) -> Any:
        made.lineno, made.environment = place.lineno, self.environment
        return made


def _is_fixed_text(node: nodes.Call) -> bool:
    return (
        isinstance(node.node, nodes.Name)
        and node.node.name in _GETTEXT
        and len(node.args) == 1
        and isinstance(node.args[0], nodes.Const)
        and node.dyn_args is None
        and node.dyn_kwargs is None
    )
