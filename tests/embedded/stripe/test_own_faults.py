"""A fault of the server itself is loud: a 500, a traceback, and when a loop dies, the end of the process."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import stripe

from tests.support.stripe_server import StripeServer
from tests.support.waiting import wait_for

FREE = (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StripeServer]:
    with StripeServer(tmp_path) as server:
        for _ in range(5):  # the journal is then longer than any traceback in the log beside it
            paid(server)
        yield server


def paid(server: StripeServer) -> str:
    params = {"amount": 500, "currency": "usd", "confirm": True, "payment_method": "pm_card_visa"}
    intent = server.client().v1.payment_intents.create(params | {"return_url": "http://shop.example"})
    return intent.latest_charge


def fill_the_disk(server: StripeServer, *, room: int = 0) -> None:
    """The kernel refuses the server every byte beyond the journal's present length and `room`."""
    limit = server.state_file.with_name("stripe.json.journal").stat().st_size + room
    psutil.Process(server.process.pid).rlimit(psutil.RLIMIT_FSIZE, (limit, psutil.RLIM_INFINITY))


def test_what_the_disk_has_no_room_for_fails_loudly_and_leaves_no_trace(server: StripeServer) -> None:
    server.advance_clock(2)
    fill_the_disk(server, room=100)
    with pytest.raises(stripe.APIError) as failed:
        paid(server)
    assert failed.value.http_status == 500
    wait_for(lambda: "File too large" in server.log.read_text(), what="the traceback")
    server.take_log()
    psutil.Process(server.process.pid).rlimit(psutil.RLIMIT_FSIZE, FREE)
    charge = paid(server)
    server.restart(kill=True)
    kept = [row.id for row in server.client().v1.charges.list().data]
    assert (len(kept), kept[0]) == (6, charge)


def test_when_late_fees_can_no_longer_be_booked_the_server_ends_and_the_next_start_books_them(
    server: StripeServer,
) -> None:
    charge = paid(server)
    fill_the_disk(server)
    assert server.gone() == 1
    assert "Traceback" in server.take_log()
    server.start()
    charges = server.client().v1.charges
    wait_for(lambda: charges.retrieve(charge).balance_transaction, what="the late balance transaction")


def test_a_traceback_of_the_server_fails_the_test_that_used_it(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="File too large"), StripeServer(tmp_path) as server:
        for _ in range(5):
            paid(server)
        fill_the_disk(server)
        assert server.gone() == 1
