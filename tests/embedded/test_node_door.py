"""The EVM node's public address lets wallets and programs in, and no page that somebody merely visits."""

import http.client
import json
import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from flask import Flask
from playwright.sync_api import Browser

from app.embedded.anvil import Anvil
from app.embedded.door_rules import MOST_BYTES, MOST_CALLS
from app.embedded.errors import EmbeddedServerError
from app.embedded.inner_address import FILE, inner_rpc
from app.embedded.node_door import NodeDoor
from app.embedded.ports import LOOPBACK, any_free_port, hidden_address
from tests.embedded.node_process import NodeProcess
from tests.support.http import serving

pytestmark = pytest.mark.chain

AN_HOUR = 3600
MOVE_TIME = {"jsonrpc": "2.0", "id": 7, "method": "evm_increaseTime", "params": [AN_HOUR]}
CHAIN_ID = {"jsonrpc": "2.0", "id": 8, "method": "eth_chainId", "params": []}
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
CLOSED = [
    "anvil_setBalance", "anvil_mine", "anvil_setCode", "anvil_reset", "anvil_dumpState", "anvil_impersonateAccount",
    "evm_increaseTime", "evm_mine", "evm_snapshot", "evm_revert", "evm_setNextBlockTimestamp", "hardhat_setBalance",
    "hardhat_reset", "debug_traceTransaction", "trace_block", "personal_sign", "personal_unlockAccount", "eth_sign",
    "eth_signTypedData_v4", "eth_signTransaction", "eth_sendTransaction", "eth_sendUnsignedTransaction", "miner_start",
    "admin_addPeer", "txpool_content", "ots_getApiLevel", "erigon_getHeaderByNumber", "eth_newFilter",
    "EVM_INCREASETIME", "evm_increaseTime ", "",
]  # fmt: skip


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeProcess]:
    node = NodeProcess(tmp_path_factory.mktemp("door"))
    yield node
    node.end()


@pytest.fixture(autouse=True)
def time_stands(node: NodeProcess) -> Iterator[None]:
    """Whatever a test tries at the door, the chain's clock is that of the machine."""
    yield
    assert node.rpc.call("evm_increaseTime", 0) == 0


class Caller:
    """Requests to the door with exactly the headers a test wants."""

    def __init__(self, node: NodeProcess) -> None:
        self.port = int(node.url.rsplit(":", 1)[1])
        self.connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=10)

    def close(self) -> None:
        self.connection.close()

    def send(
        self,
        body: object = MOVE_TIME,
        *,
        verb: str = "POST",
        path: str = "/",
        headers: list[tuple[str, str]] | None = None,
    ) -> tuple[int, Any]:
        """Status and JSON. `headers` come in place of the usual three with the same names."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        usual = {
            "Host": f"{LOOPBACK}:{self.port}",
            "Content-Type": "application/json",
            "Content-Length": str(len(raw)),
        }
        others = headers or []
        self.connection.putrequest(verb, path, skip_host=True, skip_accept_encoding=True)
        for name, value in [*((n, v) for n, v in usual.items() if n not in {o for o, _ in others}), *others]:
            if value:
                self.connection.putheader(name, value)
        self.connection.endheaders(raw)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")


@pytest.fixture
def caller(node: NodeProcess) -> Iterator[Caller]:
    with closing(Caller(node)) as caller:
        yield caller


def require_refused(found: tuple[int, Any], status: int, words: str) -> None:
    assert found[0] == status
    assert found[1]["error"]["code"] == -32600
    assert words in found[1]["error"]["message"]


def test_a_wallet_reads_and_sends_what_it_has_signed(node: NodeProcess, caller: Caller) -> None:
    key = Account.create()
    node.rpc.call("anvil_setBalance", key.address, hex(10**20))
    signed = key.sign_transaction(
        {"to": "0x" + "22" * 20, "value": 5, "gas": 21_000, "gasPrice": 10**10, "nonce": 0, "chainId": 31337}
    )
    call = {
        "jsonrpc": "2.0",
        "id": "é",
        "method": "eth_sendRawTransaction",
        "params": [signed.raw_transaction.to_0x_hex()],
    }
    status, answer = caller.send(call, headers=[("Origin", "chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn")])
    assert (status, answer["id"]) == (200, "é")
    assert node.receipt(answer["result"])["status"] == "0x1"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_it_answers_under_the_names_of_this_machine(caller: Caller, host: str) -> None:
    status, answer = caller.send(CHAIN_ID, headers=[("Host", f"{host}:{caller.port}")])
    assert (status, answer) == (200, {"jsonrpc": "2.0", "id": 8, "result": "0x7a69"})


def test_a_batch_of_reads_is_answered_in_its_order_over_one_connection(caller: Caller) -> None:
    for _ in range(3):
        _, answers = caller.send([CHAIN_ID, {**CHAIN_ID, "id": 9, "method": "eth_blockNumber"}])
        assert [answer["id"] for answer in answers] == [8, 9]


@pytest.mark.parametrize("origin", [None, "http://evil.example", "chrome-extension://a-wallet"])
@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_there_is_no_websocket(caller: Caller, verb: str, origin: str | None) -> None:
    headers = [*HANDSHAKE.items(), *([("Origin", origin)] if origin else [])]
    status, answer = caller.send(verb=verb, headers=headers)
    assert status == (405 if verb == "GET" else 403)
    assert "result" not in answer


@pytest.mark.parametrize(
    "hosts",
    [
        ["evil.example"], ["evil.example:{port}"], ["127.0.0.1"], ["127.0.0.1:1"], ["localhost.evil.example:{port}"],
        ["127.0.0.1:{port}.evil.example"], ["127.0.0.2:{port}"], ["0.0.0.0:{port}"], [""],
        ["127.0.0.1:{port}", "evil.example"], ["evil.example", "127.0.0.1:{port}"],
    ],
)  # fmt: skip
def test_a_name_that_was_pointed_at_this_machine_is_refused(caller: Caller, hosts: list[str]) -> None:
    headers = [("Host", host.format(port=caller.port)) for host in hosts]
    require_refused(caller.send(headers=headers), 403, "other names")


@pytest.mark.parametrize(
    "origins",
    [
        ["http://evil.example"], ["null"], ["https://evil.example"], ["http://127.0.0.1:8000"], ["http://localhost"],
        ["file://"], ["http://chrome-extension://"], ["chrome-extension://a-wallet", "http://evil.example"],
    ],
)  # fmt: skip
def test_a_page_is_refused_whatever_it_asks(caller: Caller, origins: list[str]) -> None:
    headers = [("Origin", origin) for origin in origins]
    require_refused(caller.send(CHAIN_ID, headers=headers), 403, "Web pages may not")


@pytest.mark.parametrize(
    "kinds",
    [
        ["text/plain"], ["application/x-www-form-urlencoded"], ["multipart/form-data; boundary=x"], [""],
        ["text/plain; application/json"], ["application/jsonp"], ["application/json", "text/plain"],
    ],
)  # fmt: skip
def test_a_kind_that_pages_may_send_unasked_is_refused(caller: Caller, kinds: list[str]) -> None:
    require_refused(caller.send(headers=[("Content-Type", kind) for kind in kinds]), 415, "application/json")


def test_the_kind_may_name_its_characters(caller: Caller) -> None:
    assert caller.send(CHAIN_ID, headers=[("Content-Type", "Application/JSON; charset=utf-8")])[0] == 200


@pytest.mark.parametrize("verb", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
def test_only_post_is_answered_and_nobody_is_told_he_may_ask(caller: Caller, verb: str) -> None:
    caller.connection.request(verb, "/", headers={"Origin": "http://evil.example"})
    answer = caller.connection.getresponse()
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize("method", CLOSED)
def test_what_changes_the_node_is_not_open(caller: Caller, method: str) -> None:
    status, answer = caller.send({**MOVE_TIME, "method": method})
    assert (status, answer["id"], answer["error"]["code"]) == (200, 7, -32601)
    assert "is not open at this address" in answer["error"]["message"]


def test_no_call_hides_in_a_batch_and_nothing_of_the_batch_is_done(caller: Caller) -> None:
    _, answers = caller.send([CHAIN_ID, MOVE_TIME, {**CHAIN_ID, "id": 9}])
    assert [(answer["id"], answer["error"]["code"]) for answer in answers] == [(8, -32600), (7, -32601), (9, -32600)]
    assert "evm_increaseTime, in the same batch" in answers[0]["error"]["message"]


def test_node_and_door_read_the_same_call_out_of_a_doubled_key(caller: Caller) -> None:
    twice = '{"jsonrpc":"2.0","id":7,"method":"%s","method":"%s","params":[]}'
    assert caller.send((twice % ("evm_mine", "eth_chainId")).encode())[1]["result"] == "0x7a69"
    assert caller.send((twice % ("eth_chainId", "evm_mine")).encode())[1]["error"]["code"] == -32601


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no JSON"), (b"{", "no JSON"), (b"\xff\xfe{", "no JSON"), (b"[" * 100_000, "no JSON"),
        (b"9" * 10_000, "no JSON"), (b'"evm_mine"', "no JSON-RPC call"), (b"{}", "no JSON-RPC call"),
        (b'{"method":["evm_mine"]}', "no JSON-RPC call"), (b'[{"method":"eth_chainId"},[{"method":"evm_mine"}]]', "no JSON-RPC call"),
        (b"[]", "1 to"), (json.dumps([CHAIN_ID] * (MOST_CALLS + 1)).encode(), "1 to"),
    ],
    ids=range(11),
)  # fmt: skip
def test_a_body_that_is_no_call_is_refused(caller: Caller, body: bytes, words: str) -> None:
    require_refused(caller.send(body), 400, words)


@pytest.mark.parametrize("size", [MOST_BYTES + 1, 10 * MOST_BYTES])
def test_a_body_too_large_is_refused_and_its_sender_reads_why(caller: Caller, size: int) -> None:
    require_refused(caller.send(b" " * size), 413, "At most")


@pytest.mark.parametrize(
    "headers",
    [
        [("Content-Length", "")], [("Content-Length", "-1")], [("Content-Length", "1"), ("Content-Length", "90")],
        [("Content-Length", "٩")], [("Transfer-Encoding", "chunked")],
    ],
)  # fmt: skip
def test_a_body_of_unclear_length_is_refused(caller: Caller, headers: list[tuple[str, str]]) -> None:
    headers = [(name, value.encode().decode("latin-1")) for name, value in headers]
    require_refused(caller.send(headers=headers), 411, "length")


def test_another_path_is_nothing(caller: Caller) -> None:
    for path in ("/rpc", "//evil.example/", f"http://evil.example:{caller.port}/"):
        require_refused(caller.send(path=path), 404, "JSON-RPC is at /")


def test_what_follows_a_refused_request_on_its_connection_is_not_read(caller: Caller) -> None:
    body = json.dumps(CHAIN_ID).encode()
    good = (
        f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{caller.port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    bad = good.replace(b"Content-Type: application/json", b"Origin: http://evil.example")
    with socket.create_connection((LOOPBACK, caller.port), timeout=10) as raw:
        raw.sendall(good + bad + good)
        raw.shutdown(socket.SHUT_WR)
        said = b"".join(iter(lambda: raw.recv(65_536), b""))
    assert said.count(b"HTTP/1.1 200") == 1
    assert said.count(b"HTTP/1.1") == 2


def test_lines_that_are_no_http_are_answered_in_json(caller: Caller) -> None:
    for line in (b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n"):
        with socket.create_connection((LOOPBACK, caller.port), timeout=10) as raw:
            raw.sendall(line)
            said = b"".join(iter(lambda: raw.recv(65_536), b""))
        assert json.loads(said.rpartition(b"\r\n\r\n")[2])["error"]["code"] == -32600


def test_the_node_behind_it_is_where_nobody_looks(node: NodeProcess) -> None:
    file = node.folder / FILE
    assert file.stat().st_mode & 0o777 == 0o600
    host, port = file.read_text().split(":")
    if sys.platform == "linux":
        assert host.startswith("127.")
        assert host != LOOPBACK
        with pytest.raises(ConnectionRefusedError), socket.create_connection((LOOPBACK, int(port))):
            pass
    assert len({hidden_address() for _ in range(20)}) == 20


def test_it_moves_with_every_start_and_is_forgotten_at_the_end(tmp_path: Path) -> None:
    node = NodeProcess(tmp_path)
    first = (tmp_path / FILE).read_text()
    node.end()
    with pytest.raises(EmbeddedServerError, match="No EVM node runs"):
        inner_rpc(tmp_path)
    node.start()
    assert (tmp_path / FILE).read_text() != first
    node.end()


def test_a_taken_port_is_said() -> None:
    with NodeDoor(0) as first, pytest.raises(EmbeddedServerError, match=f"Port {first.port} is taken"):
        NodeDoor(first.port)


PAGE = "<!doctype html><title>Cat pictures</title><body><iframe name=other></iframe>"
ATTACK = """async ({http, websocket, body}) => {
  const told = [];
  const note = promise => promise.then(answer => told.push(String(answer.status ?? answer)), error => told.push("refused"));
  await note(new Promise((done, failed) => {
    const socket = new WebSocket(websocket);
    socket.onopen = () => { socket.send(body); };
    socket.onmessage = () => done("answered");
    socket.onerror = failed;
  }));
  for (const kind of ["application/json", "text/plain", "application/x-www-form-urlencoded"]) {
    await note(fetch(http, {method: "POST", body, headers: {"Content-Type": kind}}));
    await note(fetch(http, {method: "POST", mode: "no-cors", body, headers: {"Content-Type": kind}}).then(() => "sent"));
    navigator.sendBeacon(http, new Blob([body], {type: kind}));
  }
  const form = document.createElement("form");
  Object.assign(form, {method: "post", action: http, enctype: "text/plain", target: "other"});
  const field = document.createElement("input");
  const cut = body.indexOf("[");
  Object.assign(field, {name: body.slice(0, cut), value: body.slice(cut)});
  form.append(field);
  document.body.append(form);
  form.submit();
  await new Promise(done => setTimeout(done, 300));
  return told;
}"""


def attacked(chromium: Browser, page_at: str, target: str) -> list[str]:
    """What a page at `page_at` is told when it tries every way it knows to move the time of the node at `target`."""
    context = chromium.new_context()
    page = context.new_page()
    page.route("**/page", lambda route: route.fulfill(body=PAGE, content_type="text/html"))  # shown before it rebinds
    page.goto(page_at)
    told: list[str] = page.evaluate(
        ATTACK, {"http": f"http://{target}/", "websocket": f"ws://{target}/", "body": json.dumps(MOVE_TIME)}
    )
    context.close()
    return told


@pytest.fixture(scope="module")
def evil_site() -> Iterator[str]:
    """A site of somebody else, by a name that browsers look for on this machine."""
    app = Flask("evil")
    app.add_url_rule("/", "page", lambda: PAGE)
    with serving(app) as address:
        yield address.replace(LOOPBACK, "evil.localhost")


@pytest.mark.browser
def test_a_page_of_another_site_cannot_move_the_time(node: NodeProcess, chromium: Browser, evil_site: str) -> None:
    told = attacked(chromium, evil_site, node.url.removeprefix("http://"))
    assert set(told) == {"refused", "sent"}


@pytest.mark.browser
def test_a_site_that_points_its_name_at_the_node_cannot_either(
    node: NodeProcess, chromium: Browser, caller: Caller
) -> None:
    rebound = f"evil.localhost:{caller.port}"
    told = attacked(chromium, f"http://{rebound}/page", rebound)
    assert "403" in told
    assert not set(told) & {"200", "answered"}


@pytest.mark.browser
def test_without_the_door_that_very_page_moves_it(chromium: Browser, evil_site: str) -> None:
    bare = Anvil(any_free_port(), chain_id=31337)
    try:
        assert "answered" in attacked(chromium, evil_site, f"{LOOPBACK}:{bare.port}")
        assert bare.rpc.call("evm_increaseTime", 0) >= AN_HOUR
    finally:
        bare.stop()
