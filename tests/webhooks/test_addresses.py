"""Only addresses on the open internet are asked, whatever their name says and whenever it says it."""

import http.client
import socket
import ssl
import time

import pytest

from app.webhooks import sending
from app.webhooks.errors import UnusableAddress
from app.webhooks.rules import is_public, require_address
from app.webhooks.sending import post
from tests.support.receiver import drips, receiving

PRIVATE = (
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.8", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0",
    "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.8", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
    "::ffff:169.254.169.254", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_inside_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "203.0.114.1", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_what_is_outside_is(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "http://a.example", "ftp://a.example", "https://", "https://user:pw@a.example", "https://a.example/#x", "https://a.example:0",
        "https://a.example:99999", "https://127.0.0.1/x", "https://[::1]/", "https://localhost", "https://x.internal", "https://a.example/ x",
        "https://a.example/\n", "https://ទីផ្សារ.example", "https://a.example/" + "x" * 500, "//a.example", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_one_is_refused_when_it_is_typed(url):
    with pytest.raises(UnusableAddress):
        require_address(url, allows_inside=False)


def test_a_good_one_is_taken():
    require_address("https://shop.example:8443/hooks?from=market", allows_inside=False)
    require_address("http://127.0.0.1:9000/x", allows_inside=True)


def names(monkeypatch, *answers):
    """What the name service says, one answer a question; how often it was asked."""
    asked = []

    def look_up(host, port, *_args, **_kwargs):
        found = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize("found", [["127.0.0.1"], ["1.1.1.1", "10.0.0.1"], ["169.254.169.254"]])
def test_a_name_that_leads_inside_is_not_asked(monkeypatch, found):
    names(monkeypatch, found)
    with receiving() as receiver:
        port = receiver.url.rpartition(":")[2].partition("/")[0]
        outcome = post(f"https://evil.example:{port}/", b"{}", {}, allows_inside=False)
    assert (outcome.status, outcome.text) == (None, "the address is not on the open internet")
    assert receiver.heard == []


def test_a_name_that_answers_differently_the_second_time_gains_nothing(monkeypatch):
    """DNS rebinding: the connection goes to the address that was judged, and the name is not asked again."""
    asked, reached = names(monkeypatch, ["1.1.1.1"], ["127.0.0.1"]), []

    def connect(_self, place):
        reached.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    outcome = post("https://evil.example/", b"{}", {}, allows_inside=False)
    assert outcome.status is None
    assert (asked, reached) == (["evil.example"], [("1.1.1.1", 443)])


def test_http_is_asked_only_where_it_is_allowed():
    with receiving() as receiver:
        assert post(receiver.url, b"{}", {}, allows_inside=False).text == "only https addresses are asked"
        assert receiver.heard == []
        assert post(receiver.url, b"{}", {}, allows_inside=True).status == 204


def test_no_way_elsewhere_is_followed():
    with receiving() as inner, receiving() as outer:

        def lead(handler):
            handler.send_response(302)
            handler.send_header("Location", inner.url)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        outer.answer = lead
        assert post(outer.url, b"{}", {}, allows_inside=True).status == 302
        assert inner.heard == []


def test_who_answers_slowly_or_never_is_left_in_time(monkeypatch):
    monkeypatch.setattr(sending, "TOTAL_SECONDS", 1.0)
    with receiving() as receiver:
        receiver.answer = drips(receiver.is_over)
        began = time.monotonic()
        outcome = post(receiver.url, b"{}", {}, allows_inside=True)
        assert (outcome.status, time.monotonic() - began < 4) == (None, True)
    monkeypatch.setattr(sending, "CONNECT_SECONDS", 0.5)
    with receiving(lambda _handler: time.sleep(1.5)) as silent:
        assert post(silent.url, b"{}", {}, allows_inside=True) == sending.Outcome(None, "no answer in time")


def test_of_a_long_answer_only_the_beginning_is_read():
    def flood(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(10**9))
        handler.end_headers()
        try:
            for _ in range(1000):
                handler.wfile.write(b"\x00x" * 50_000)
        except OSError:
            return

    with receiving(flood) as receiver:
        began = time.monotonic()
        outcome = post(receiver.url, b"{}", {}, allows_inside=True)
    assert (outcome.status, outcome.text) == (200, "x" * 250)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "said", [b"", b"HTTP/1.1 banana\r\n\r\n", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\n" + b"a" * 70_000]
)
def test_what_is_no_answer_is_none(said):
    with receiving(lambda handler: handler.wfile.write(said)) as receiver:
        assert post(receiver.url, b"{}", {}, allows_inside=True).status is None


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(monkeypatch):
    with receiving() as receiver:
        url = receiver.url.replace("http://", "https://")
        outcome = post(url, b"{}", {}, allows_inside=True)
    assert outcome.status is None
    assert outcome.text.startswith("no safe connection")
    assert sending._TLS.verify_mode == ssl.CERT_REQUIRED
    assert sending._TLS.check_hostname
    assert http.client.HTTPConnection.auto_open  # the library's own default, which would look the name up again
