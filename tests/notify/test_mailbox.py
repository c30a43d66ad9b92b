"""The mailbox page shows links that open accounts: only whoever sits at this machine may look into it."""

import pytest

from app.cli.instance import Instance
from app.config.settings import SettingsError, load_settings
from app.db.session import engine
from app.web.limits import limiter
from app.wiring import create_app
from tests.support.http import web_settings

REQUIRED = {
    "DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/nothing",
    "SECRET_KEY": "k" * 40,
    "KEY_SEED": "11" * 32,
    "CHAIN_RPC_URL": "http://127.0.0.1:1",
    "STRIPE_API_KEY": "sk_test_x",
    "STRIPE_WEBHOOK_SECRET": "whsec_x",
}


def status(database_url: str, *, host: str = "127.0.0.1:8000", come_from: str = "127.0.0.1", **settings: object) -> int:
    limiter.enabled = False
    app = create_app(web_settings(database_url=database_url, **settings))
    asked = app.test_client().get("/mailbox", headers={"Host": host}, environ_base={"REMOTE_ADDR": come_from})
    limiter.enabled = True
    engine().dispose()
    return asked.status_code


def test_who_sits_at_the_machine_sees_it(cloned_database):
    assert status(cloned_database) == 200
    assert status(cloned_database, host="localhost:8123", come_from="::1") == 200


@pytest.mark.parametrize(
    "otherwise",
    [
        {"mailbox": "off"},
        {"smtp_url": "smtp://mail.example"},
        {"come_from": "192.0.2.7"},
        {"host": "market.example"},
        {"host": "192.168.1.20:8000"},
    ],
    ids=str,
)
def test_nobody_else_does(cloned_database, otherwise):
    assert status(cloned_database, **otherwise) == 404


@pytest.mark.parametrize(
    "unfit",
    [
        {"PUBLIC_URL": "https://market.example"},
        {"PUBLIC_URL": "http://0.0.0.0:8000"},
        {"ENVIRONMENT": "production"},
        {"MAILBOX": "yes"},
    ],
    ids=str,
)
def test_it_cannot_be_turned_on_where_others_come(unfit):
    with pytest.raises(SettingsError, match="MAILBOX"):
        load_settings({**REQUIRED, "MAILBOX": "on", **unfit})


def test_it_is_off_unless_turned_on():
    assert load_settings(REQUIRED).mailbox == "off"


def test_a_trial_on_this_machine_turns_it_on_and_no_other(tmp_path):
    def told(**outer: str) -> str | None:
        return Instance(tmp_path, steps=lambda _: [], outer=outer).environment.get("MAILBOX")

    assert told() == "on"
    assert told(PUBLIC_URL="https://market.example") is None
    assert told(SMTP_URL="smtp://mail.example") is None
