"""What people type is text on every page there is: no template can say otherwise, and a new one is asked as well."""

import re
from pathlib import Path

import pytest
from flask import Flask

import app as package
from app.web.templating import LanguageEnvironment

ROOT = Path(package.__file__).parent
PAGES = sorted(ROOT.rglob("templates/**/*.html"))
SAYS_OTHERWISE = re.compile(r"\|\s*safe\b|\bautoescape\b|\bMarkup\b|\.__html__")
MARKUP = "<b data-torture>"


def test_no_template_takes_what_it_is_given_for_markup() -> None:
    assert len(PAGES) > 200
    found = {str(page.relative_to(ROOT)): SAYS_OTHERWISE.findall(page.read_text()) for page in PAGES}
    assert {page: said for page, said in found.items() if said} == {}


def test_every_page_is_compiled_to_escape(plain_app: Flask) -> None:
    names = [name for name in plain_app.jinja_env.list_templates() if name.endswith(".html")]
    choose = plain_app.jinja_env.autoescape
    assert callable(choose)
    assert len(names) > 200
    assert [name for name in names if not choose(name)] == []


@pytest.mark.parametrize("language", ["en", "km"])
def test_what_is_put_into_a_page_or_into_a_sentence_of_it_is_text(plain_app: Flask, language: str) -> None:
    page = "{{ typed }}{{ _('Your order %(number)s is paid', number=typed) }}{{ typed if typed else '' }}"
    environment = plain_app.jinja_env
    assert isinstance(environment, LanguageEnvironment)
    with plain_app.test_request_context():
        shown = environment.in_language(language).from_string(page).render(typed=MARKUP)
    assert MARKUP not in shown
    assert shown.count("&lt;b data-torture&gt;") == 3
