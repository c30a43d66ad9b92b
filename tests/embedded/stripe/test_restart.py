"""What was answered is kept, however the process ends."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import stripe

from tests.embedded.stripe.conftest import Shop
from tests.support.stripe_server import API_KEY, ROOT, SECRETS, StripeServer
from tests.support.waiting import wait_for


def test_everything_answered_survives_a_kill(fresh_shop: Shop) -> None:
    shop = fresh_shop
    charge = shop.settled_charge()
    refund = shop.api.v1.refunds.create({"charge": charge.id, "amount": 100})
    session = shop.session()
    shop.server.restart(kill=True)
    assert shop.api.v1.refunds.retrieve(refund.id) == refund
    assert shop.api.v1.checkout.sessions.retrieve(session.id) == session
    assert shop.submit(session.url).status_code == 303


def test_a_late_balance_transaction_still_comes_after_a_kill(fresh_shop: Shop) -> None:
    shop = fresh_shop
    intent = shop.pay()
    shop.server.restart(kill=True)
    charges = shop.api.v1.charges
    wait_for(lambda: charges.retrieve(intent.latest_charge).balance_transaction, what="the late balance transaction")
    shop.receiver.wait_for("charge.updated")


def test_killed_while_it_takes_payments_it_keeps_every_answered_one_and_charges_each_key_once(fresh_shop: Shop) -> None:
    shop = fresh_shop
    answered: dict[str, str] = {}

    def buy(buyer: int) -> None:
        api = shop.server.client()
        for number in range(200):
            key = f"order-{buyer}-{number}"
            params = {"amount": 500, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True,
                      "return_url": "http://shop.example", "metadata": {"key": key}}  # fmt: skip
            try:
                answered[key] = api.v1.payment_intents.create(params, {"idempotency_key": key}).id
            except stripe.APIConnectionError:
                return

    buyers = [threading.Thread(target=buy, args=(number,)) for number in range(3)]
    for buyer in buyers:
        buyer.start()
    wait_for(lambda: len(answered) >= 30, what="thirty payments")
    shop.server.kill()
    for buyer in buyers:
        buyer.join()
    shop.server.start()
    kept = list(shop.api.v1.payment_intents.list({"limit": 100}).auto_paging_iter())
    assert {intent.id for intent in kept} >= set(answered.values())
    assert len({intent.metadata["key"] for intent in kept}) == len(kept)


def test_sigterm_ends_it_cleanly_with_all_in_one_file(tmp_path: Path) -> None:
    with StripeServer(tmp_path) as server:
        server.client().v1.payment_intents.create({"amount": 500, "currency": "usd"})
        assert server.stop() == 0
    assert len(json.loads(server.state_file.read_text())["tables"]["payment_intent"]) == 1
    assert (tmp_path / "stripe.json.journal").stat().st_size == 0


def test_a_line_cut_off_by_a_crash_is_dropped_and_the_rest_kept(tmp_path: Path) -> None:
    with StripeServer(tmp_path) as server:
        intent = server.client().v1.payment_intents.create({"amount": 500, "currency": "usd"})
        server.kill()
        with (tmp_path / "stripe.json.journal").open("ab") as journal:
            journal.write(b'{"n": 999, "set": [["payment_intent"')
        server.start()
        assert server.client().v1.payment_intents.retrieve(intent.id).id == intent.id


@pytest.mark.parametrize("content", ["", "{}", '{"format": 99, "sequence": 0, "tables": {}}', "[1]", "\x00\x01"])
def test_a_file_that_is_no_state_is_refused_with_what_to_do(tmp_path: Path, content: str) -> None:
    (tmp_path / "stripe.json").write_text(content)
    finished = run(tmp_path)
    assert finished.returncode == 2
    assert "move it away to start afresh" in finished.stderr
    assert (tmp_path / "stripe.json").read_text() == content


def test_it_runs_where_nothing_else_of_the_market_is(tmp_path: Path) -> None:
    for folder in ("app", "app/embedded"):
        (tmp_path / folder).mkdir()
        shutil.copy(ROOT / folder / "__init__.py", tmp_path / folder)
    shutil.copytree(ROOT / "app/embedded/stripe_server", tmp_path / "app/embedded/stripe_server")
    command = [sys.executable, "-m", "app.embedded.stripe_server", f"--state={tmp_path}/alone"]
    environment = os.environ | SECRETS
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().removeprefix("listening on ").strip()
        assert stripe.StripeClient(API_KEY, base_addresses={"api": url}).v1.balance.retrieve().object == "balance"
        process.terminate()
    assert process.returncode == 0


def test_two_servers_cannot_share_a_state_file(tmp_path: Path) -> None:
    with StripeServer(tmp_path):
        finished = run(tmp_path)
    assert finished.returncode == 2
    assert "in use by another" in finished.stderr


@pytest.mark.parametrize(
    ("options", "secrets", "complaint"),
    [
        ([], {"STRIPE_API_KEY": "sk_live_1"}, "sk_test_"),
        ([], {"STRIPE_API_KEY": ""}, "sk_test_"),
        (["--webhook-url=http://127.0.0.1:1/"], {"STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET"),
        (["--webhook-url=nowhere"], {}, "http://"),
        (["--settle-after=-1"], {}, "negative"),
    ],
)
def test_options_that_cannot_work_are_refused(
    tmp_path: Path, options: list[str], secrets: dict[str, str], complaint: str
) -> None:
    finished = run(tmp_path, *options, **secrets)
    assert finished.returncode == 2
    assert complaint in finished.stderr


def test_a_port_in_use_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        finished = run(tmp_path, f"--port={taken.getsockname()[1]}")
    assert finished.returncode == 2
    assert "choose another --port" in finished.stderr


def run(folder: Path, *options: str, **secrets: str) -> subprocess.CompletedProcess[str]:
    """The server with options it should refuse."""
    command = [sys.executable, "-m", "app.embedded.stripe_server", f"--state={folder / 'stripe.json'}"]
    command += options
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | SECRETS | secrets, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        output, errors = process.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=10)
    return subprocess.CompletedProcess(command, process.returncode, output, errors)
