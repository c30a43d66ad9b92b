"""Somebody who uses the pages without JavaScript: reads a page, fills in a form of it, sends it."""

from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.test import TestResponse


class Visitor:
    """A browser of one person; `page` is what they look at."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.answer: TestResponse
        self.page: BeautifulSoup

    def open(self, path: str) -> TestResponse:
        return self._look(self.client.get(path, follow_redirects=True))

    def send(self, with_field: str = "", press: tuple[str, str] | None = None, **fields: Any) -> TestResponse:
        """Send the form of this page that has `with_field` (else the only one with a form token), changed by `fields`."""
        form = self._form(with_field)
        values = _values(form)
        values.update(fields)
        if press:
            values[press[0]] = press[1]
        action = str(form.get("action") or self.answer.request.full_path)
        kind = str(form.get("enctype") or "application/x-www-form-urlencoded")
        return self._look(self.client.post(action, data=values, content_type=kind, follow_redirects=True))

    def token(self) -> str:
        """The form protection of this page, for what is sent without one of its forms."""
        field = self.page.select_one("input[name=csrf_token]")
        assert field is not None
        return str(field["value"])

    @property
    def text(self) -> str:
        main = self.page.select_one("main")
        return " ".join((main or self.page).get_text(" ").replace("\u200b", "").split())

    def sign_in(self, email: str, password: str) -> TestResponse:
        self.open("/sign-in")
        return self.send("password", email=email, password=password)

    def _form(self, with_field: str) -> Tag:
        wanted = with_field or "form_token"
        found = self.page.select(f"main form:has([name={wanted!r}])")
        assert found, f"no form with {wanted} on {self.answer.request.path}: {self.text[:300]}"
        return found[0]

    def _look(self, answer: TestResponse) -> TestResponse:
        self.answer = answer
        self.page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
        return answer


def _values(form: Tag) -> dict[str, Any]:
    """What a browser would send of the form as it stands."""
    values: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(field["name"]), field.get("type", "text")
        if field.name == "textarea":
            values[name] = field.get_text().removeprefix("\n")
        elif field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            values[name] = chosen["value"] if chosen else ""
        elif kind in {"checkbox", "radio"}:
            if field.has_attr("checked"):
                values[name] = [*values.get(name, []), field["value"]] if kind == "checkbox" else field["value"]
        elif kind not in {"file", "submit", "button"}:
            values[name] = field.get("value", "")
    return values
