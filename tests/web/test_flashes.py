"""What is said on top of the next page is said in the language that page is in."""

import pytest
from flask import Flask, redirect
from flask.testing import FlaskClient
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from app.web.pages import flash
from app.wiring import create_app
from tests.support.http import web_settings

SAID = {
    "fixed": lambda: _("Saved."),
    "with a value": lambda: _("A mail with a link is on its way to %(email)s.", email="dara@example.com"),
    "counted": lambda: ngettext(
        "%(num)s kind of goods is in your cart.", "%(num)s kinds of goods are in your cart.", 2
    ),
}


@pytest.fixture(scope="module")
def app() -> Flask:
    app = create_app(web_settings())

    @app.get("/say/<what>")
    def say(what: str) -> object:
        flash(SAID[what]() if what in SAID else Markup("<b>{}</b>").format(what))
        return redirect("/styleguide")

    return app


def text_of(page: str) -> str:
    return page.split('id="messages"', 1)[1].split("</div>\n    ", 1)[0].replace("\u200b", "")


@pytest.mark.parametrize("what", SAID)
def test_who_changes_language_before_the_next_page_reads_it_there_in_theirs(app: Flask, what: str) -> None:
    client = app.test_client()
    with app.test_request_context(headers={"Accept-Language": "km"}):
        khmer = SAID[what]()
    client.get(f"/say/{what}", headers={"Accept-Language": "en"})
    client.post("/language", data={"language": "km"})
    assert khmer.replace("\u200b", "") in text_of(client.get("/styleguide").text)


def test_what_was_put_together_otherwise_is_said_as_it_was(app: Flask) -> None:
    client: FlaskClient = app.test_client()
    client.get("/say/bold")
    assert "<b>bold</b>" in text_of(client.get("/styleguide").text)
