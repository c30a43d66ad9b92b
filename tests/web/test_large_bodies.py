"""More than a page can take is refused before it is read, with words, whatever kind of body it is."""

import pytest
from flask import Flask

MEGABYTE = 1024 * 1024
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
MULTIPART = "multipart/form-data; boundary=B"


def filled(kind: str, size: int) -> bytes:
    text = b"x" * size
    return {
        FORM: b"title=" + text,
        JSON: b'{"message": "' + text + b'"}',
        MULTIPART: b'--B\r\nContent-Disposition: form-data; name="title"\r\n\r\n' + text + b"\r\n--B--\r\n",
    }[kind]


@pytest.mark.parametrize("kind", [FORM, MULTIPART, JSON])
@pytest.mark.parametrize("megabytes", [3, 10, 13])
@pytest.mark.parametrize("path", ["/desk/goods/new", "/checkout/pay", "/sign-in/wallet"])
def test_a_person_is_told_how_much_fits(plain_app: Flask, path: str, megabytes: int, kind: str) -> None:
    body = filled(kind, megabytes * MEGABYTE)
    answer = plain_app.test_client().post(path, data=body, content_type=kind, headers={"Accept": "text/html"})
    assert answer.status_code == 413
    assert "Text may have 2 MB, pictures and text together 12 MB. Nothing was kept: go back" in answer.text


def test_the_card_service_is_told_in_its_own_way(plain_app: Flask) -> None:
    answer = plain_app.test_client().post("/webhooks/stripe", data=filled(JSON, 10 * MEGABYTE), content_type=JSON)
    assert (answer.status_code, answer.get_json()["code"]) == (413, "too-large")


def test_two_pictures_and_a_long_text_still_fit(plain_app: Flask) -> None:
    picture = b'--B\r\nContent-Disposition: form-data; name="pictures"; filename="a.png"\r\n\r\n' + b"x" * (
        5 * MEGABYTE
    )
    body = picture + b"\r\n" + picture + b"\r\n" + filled(MULTIPART, MEGABYTE)
    answer = plain_app.test_client().post("/desk/goods/new", data=body, content_type=MULTIPART)
    assert (answer.status_code, "form has expired" in answer.text) == (400, True), "read, and then missed its token"
