"""What an installation is told from outside: every mistake is named before anything starts."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
import stripe

from app.config.settings import Settings, SettingsError, load_settings, settings_page
from tests.support.stripe_server import ROOT

COMPLETE = {
    "DATABASE_URL": "postgresql+psycopg://phsar:a-word-nobody-may-read@db/phsar",
    "SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "KEY_SEED": "ab" * 32,
    "CHAIN_RPC_URL": "https://rpc.example/a-key-nobody-may-read/",
    "STRIPE_API_KEY": "sk_test_nobody_may_read",
    "STRIPE_WEBHOOK_SECRET": "whsec_nobody_may_read",
}
PRODUCTION = COMPLETE | {
    "ENVIRONMENT": "production",
    "CHAIN_ID": "8453",
    "STRIPE_API_KEY": "sk_live_1",
    "PUBLIC_URL": "https://market.example",
    "SMTP_URL": "smtp://mail.example",
}


def complaint(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings(environ)
    return str(refused.value)


def test_everything_that_is_missing_is_named_at_once() -> None:
    said = complaint({})
    assert all(f"{name} is not set" in said for name in COMPLETE)


def test_what_is_not_set_has_its_default_and_numbers_are_numbers() -> None:
    settings = load_settings(COMPLETE | {"COMMISSION_BPS": "250"})
    assert (settings.commission_bps, settings.protection_days, settings.environment) == (250, 7, "demo")


@pytest.mark.parametrize(
    ("name", "value", "must_be"),
    [
        ("COMMISSION_BPS", "five", "a whole number"),
        ("COMMISSION_BPS", "1001", "from 0 to 1000"),
        ("COMMISSION_VAT_BPS", "-1", "from 0 to 9999"),
        ("STOCK_HOLD_MINUTES", "0", "from 1 to 1380"),
        ("CHAIN_ID", "0", "at least 1"),
        ("TRUSTED_PROXIES", "-1", "at least 0"),
        ("DATABASE_URL", "mysql://db/phsar", "postgresql"),
        ("CHAIN_RPC_URL", "rpc.example", "http:// or https://"),
        ("KEY_SEED", "ab" * 31, "64 hexadecimal digits"),
        ("PUBLIC_URL", "https://market.example/", "no slash at its end"),
        ("ENVIRONMENT", "staging", "`demo`, `test`, `production`"),
        ("MARKET_COUNTRY", "Cambodia", "two capital letters"),
        ("MARKET_TIME_ZONE", "Asia/Angkor", "a time zone"),
        ("LOG_LEVEL", "loud", "`DEBUG`, `INFO`, `WARNING`, `ERROR`"),
        ("LOG_FORMAT", "xml", "`console`, `json`"),
    ],
)
def test_a_value_that_cannot_work_is_refused_with_what_it_must_be(name: str, value: str, must_be: str) -> None:
    said = complaint(COMPLETE | {name: value})
    assert said.startswith(f"{name} must be ")
    assert must_be in said


def test_no_complaint_and_no_log_line_shows_a_secret() -> None:
    secrets = ("word-nobody-may-read", "key-nobody-may-read", "sk_test_nobody", "whsec_nobody", "ab" * 20)
    wrong = {"DATABASE_URL": "my" + COMPLETE["DATABASE_URL"], "CHAIN_RPC_URL": "ws" + COMPLETE["CHAIN_RPC_URL"]}
    said = complaint(COMPLETE | wrong | {"KEY_SEED": "ab" * 33}) + repr(load_settings(COMPLETE))
    assert not [secret for secret in secrets if secret in said]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a demo key of more than thirty-two characters"),
        ("STRIPE_API_KEY", "sk_test_1"),
        ("STRIPE_API_BASE", "http://127.0.0.1:12111"),
        ("CHAIN_ID", "31337"),
        ("PUBLIC_URL", "http://market.example"),
        ("SMTP_URL", ""),
        ("DEADLINE_UNIT_SECONDS", "60"),
        ("FLASK_DEBUG", "1"),
    ],
)
def test_production_refuses_what_is_for_trying_out(name: str, value: str) -> None:
    load_settings(PRODUCTION)
    assert name in complaint(PRODUCTION | {name: value})


def test_without_a_word_the_market_asks_stripe_itself() -> None:
    assert load_settings(COMPLETE).stripe_api_base == stripe.DEFAULT_API_BASE


def test_the_operators_page_is_what_the_code_says() -> None:
    assert (ROOT / "docs/operators/settings.md").read_text() == settings_page()


def test_every_setting_is_read_somewhere() -> None:
    code = "\n".join(
        file.read_text() for file in (ROOT / "app").rglob("*.py") if file.relative_to(ROOT / "app").parts[0] != "config"
    )
    assert [item.name for item in fields(Settings) if not re.search(rf"\.{item.name}\b", code)] == []


def test_every_variable_that_is_read_elsewhere_is_on_the_operators_page() -> None:
    page = settings_page()
    files: list[Path] = [ROOT / "gunicorn.conf.py", *(ROOT / "app").rglob("*.py")]
    read = {name for file in files for name in re.findall(r'os\.environ(?:\.get\(|\[)"(\w+)"', file.read_text())}
    assert read >= {"BIND", "PHSAR_DATA_DIR"}
    assert [name for name in read if f"`{name}`" not in page] == []
