"""Nobody is led to another site by an address of ours, and we go to no address that a visitor names."""

import ast
import io
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from PIL import Image

from tests.architecture.access import Answer, Person, Route
from tests.architecture.market import Market
from tests.architecture.routes import ROUTES
from tests.architecture.test_torture import fields_of, filled, forms_shown_to, in_what_is_typed, with_goods

APP = Path(__file__).parents[2] / "app"
ELSEWHERE = (
    "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/%09/evil.example", "///evil.example",
    "javascript:alert(1)", "https:evil.example", "/\t/evil.example", "http://localhost@evil.example/", "/@evil.example/..//x",
)  # fmt: skip
OURS = "/help/fees"
CHANGES_WHAT_OTHERS_NEED = {
    "console.suspend",
    "payouts.approve",
    "payouts.refuse",
    "payouts.collect",
    "payouts.note_paid",
    "webhooks.remove",
    "webhooks_of_company.remove",
}
NETWORK = {
    "aiohttp",
    "fsspec",
    "ftplib",
    "http",
    "httpx",
    "paramiko",
    "requests",
    "smtplib",
    "socket",
    "stripe",
    "urllib3",
    "web3",
}
GO_OUT = {
    "app.chain.rpc": {"requests", "web3"},  # CHAIN_RPC_URL
    "app.media.storage": {"fsspec"},  # MEDIA_URL
    "app.notify.jobs": {"smtplib"},  # its errors
    "app.notify.smtp": {"smtplib"},  # SMTP_URL
    "app.parties.storage": {"fsspec"},  # PAPERS_URL
    "app.onramp.stripe_gateway": {"stripe"},  # STRIPE_API_BASE
    "app.webhooks.sending": {"http", "socket"},  # what a shop's owner typed: `tests/webhooks/test_addresses.py`
}
"""The modules that talk to a network, and the setting that names whom to: never a request, but for one with its own guard."""
OF_THE_COMMAND_LINE = ("app.cli", "app.embedded")  # start and probe servers of this machine


def allowed(route: Route) -> Person:
    """Somebody who gets through; the owner where only a token does."""
    return next((person for person in Person if route.access.answer(person) is Answer.ALLOWED), Person.OWNER)


def is_ours(location: str) -> bool:
    """As browsers read it: tabs are dropped, a backslash is a slash."""
    read = location.strip().replace("\t", "").replace("\n", "").replace("\\", "/")
    return urlsplit(urljoin("http://localhost/a/page", read)).netloc == "localhost"


@pytest.mark.parametrize("route", [r for r in ROUTES if r.endpoint not in CHANGES_WHAT_OTHERS_NEED], ids=str)
def test_no_address_and_no_form_leads_to_another_site(market: Market, route: Route) -> None:
    """What does not even go where it may go on to is not asked about every place."""
    card_page = urlsplit(market.front.stripe.url).netloc
    for place in ELSEWHERE:
        location = led_to(market, route, place)
        assert is_ours(location) or urlsplit(location).netloc == card_page, f"{place} led to {location}"
        if not location and not led_to(market, route, OURS):
            break


def led_to(market: Market, route: Route, place: str) -> str:
    """Where somebody is led who came with this place in all names that such a thing might have; empty: nowhere."""
    answer = market.ask(route, allowed(route), more={"next": place, "return_to": place, "url": place, "to": place})
    assert "Refresh" not in answer.headers
    return answer.headers.get("Location", "")


def test_only_the_one_function_reads_where_to_go_on() -> None:
    """`safe_next` is the door: whoever reads `next` from a request by hand walks around it."""
    found = {
        str(file.relative_to(APP))
        for file in APP.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and node.value in {"next", "return_to"}
    }
    assert found == {"web/pages.py"}


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address of this machine that notes whoever comes."""
    came: list[str] = []
    server = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        while True:
            try:
                visitor, _ = server.accept()
            except OSError:
                return
            with closing(visitor):
                came.append(visitor.recv(200).decode(errors="replace"))

    threading.Thread(target=listen, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/picture.png", came
    server.shutdown(socket.SHUT_RDWR)
    server.close()


def picture_that_points_at(url: str) -> dict[str, bytes]:
    """What image programs have followed links in."""
    whole = io.BytesIO()
    Image.new("RGB", (64, 64)).save(whole, "JPEG", comment=url.encode(), xmp=f'<x href="{url}"/>'.encode())
    return {
        "a.svg": f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}"/></svg>'.encode(),
        "b.mvg": f"push graphic-context\nimage over 0,0 0,0 'url({url})'\n".encode(),
        "c.jpg": whole.getvalue(),
        "d.txt": url.encode(),
    }


@pytest.mark.parametrize("person", [Person.GUEST, Person.BUYER, Person.OWNER, Person.OPERATOR])
def test_nobody_goes_to_an_address_that_a_visitor_typed(
    market: Market, person: Person, listener: tuple[str, list[str]]
) -> None:
    url, came = listener
    browser, sent = with_goods(market, person), 0
    for action, form in forms_shown_to(market, browser, person):
        fields = fields_of(form)
        body: dict[str, object] = dict(filled(fields, url, in_what_is_typed))
        files = [name for name, (kind, _) in fields.items() if kind == "file"]
        for name in files:
            body[name] = [(io.BytesIO(content), file) for file, content in picture_that_points_at(url).items()]
        kind = "multipart/form-data" if files else "application/x-www-form-urlencoded"
        browser.post(action, data=body, content_type=kind, buffered=True)
        sent += 1
    market.front.work()
    assert sent > 3
    assert came == []


def test_the_listener_would_notice(listener: tuple[str, list[str]]) -> None:
    url, came = listener
    with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)) as visitor:
        visitor.sendall(b"GET /")
        visitor.recv(1)
    assert came == ["GET /"]


def test_only_these_modules_talk_to_a_network_and_only_to_whom_a_setting_names() -> None:
    found: dict[str, set[str]] = {}
    for file in APP.rglob("*.py"):
        module = ".".join(file.relative_to(APP.parent).with_suffix("").parts)
        if module.startswith(OF_THE_COMMAND_LINE):
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            reached = {
                name.split(".")[0] for name in names if name != "http" and not name.startswith("http.HTTPStatus")
            }
            reached |= {"urllib.request" for name in names if name.startswith("urllib.request")}
            if hits := reached & (NETWORK | {"urllib.request"}):
                found.setdefault(module, set()).update(hits)
    assert found == GO_OUT
