"""Typed settings. Each field says what it is for; `docs/operators/settings.md` is generated from this file."""

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit


class SettingsError(Exception):
    """A setting is missing or cannot be read; the message names it."""


def _setting(doc: str, *, default: Any = MISSING, secret: bool = False) -> Any:
    return field(default=default, metadata={"doc": doc, "secret": secret}, repr=not secret)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an installation is told from outside. Every name is the environment variable in lower case."""

    database_url: str = _setting("PostgreSQL 18, as `postgresql+psycopg://user:password@host:port/name`.")
    secret_key: str = _setting("Signs sessions and form tokens: at least 32 random characters.", secret=True)
    key_seed: str = _setting(
        "Seed of the market's own chain keys (hex, 32 bytes): treasury, arbiter, buyer agent, market-held addresses.",
        secret=True,
    )
    chain_rpc_url: str = _setting("JSON-RPC of the EVM node that settles.")
    chain_id: int = _setting("Chain id the node must answer with.", default=31337)
    stripe_api_key: str = _setting("Stripe secret key (`sk_test_…` or `sk_live_…`).", secret=True)
    stripe_webhook_secret: str = _setting("Signing secret of the webhook endpoint `/webhooks/stripe`.", secret=True)
    stripe_api_base: str = _setting(
        "Stripe's API; another address only for a test server.", default="https://api.stripe.com"
    )
    public_url: str = _setting(
        "Address people reach the market at, without a trailing slash.", default="http://127.0.0.1:8000"
    )
    media_url: str = _setting("Where pictures are kept: a folder or an fsspec URL.", default="var/media")
    environment: str = _setting(
        "`demo`, `test` or `production`. Production refuses demo keys, debug mode and test servers.", default="demo"
    )
    market_name: str = _setting("Name shown in pages and mails.", default="Phsar")
    market_country: str = _setting("ISO 3166 country of the operator.", default="KH")
    market_time_zone: str = _setting("IANA time zone of the operator's cut-offs.", default="Asia/Phnom_Penh")
    charge_currency: str = _setting("Currency cards are charged in.", default="USD")
    commission_bps: int = _setting("Commission of the market in hundredths of a percent of a whole order.", default=500)
    commission_vat_bps: int = _setting("VAT inside the commission, in hundredths of a percent.", default=1000)
    stock_hold_minutes: int = _setting("How long checkout holds stock while the buyer pays.", default=15)
    protection_days: int = _setting("Days after the promised delivery before silence pays the seller.", default=7)
    answer_window_hours: int = _setting("Time a seller has to answer a cancellation of an unshipped order.", default=48)
    dispute_timeout_days: int = _setting("Days the arbiter has before the signed default split applies.", default=30)
    token_name: str = _setting("Name of the settlement token; part of what wallets sign.", default="Phsar Dollar")
    token_symbol: str = _setting("Symbol of the settlement token.", default="CTM")
    mail_from: str = _setting("Sender of the market's mails.", default="Phsar <no-reply@phsar.example>")
    smtp_url: str = _setting(
        "`smtp://user:password@host:port`; empty sends nothing and keeps every mail.", default="", secret=True
    )
    mailbox: str = _setting(
        "`on` shows every kept mail at `/mailbox`, links to reset passwords among them. `make run` turns it on; only for "
        "trying out: refused in production and unless `PUBLIC_URL` is this machine's own address.",
        default="off",
    )
    log_format: str = _setting("`console` for people, `json` for machines.", default="console")
    log_level: str = _setting("Lowest level that is logged.", default="INFO")
    trusted_proxies: int = _setting(
        "How many reverse proxies stand in front (X-Forwarded-* of that many are believed).", default=0
    )
    faults: str = _setting("Fault injection; refused outside of `ENVIRONMENT=test`.", default="")
    deadline_unit_seconds: int = _setting("Seconds in one promised day; only tests make days shorter.", default=86_400)

    @property
    def is_production(self) -> bool:
        return self.environment == "production"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the environment. Raises SettingsError naming every setting that is missing or wrong."""
    source = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    problems: list[str] = []
    for item in fields(Settings):
        name = item.name.upper()
        raw = source.get(name)
        if raw is None or (raw == "" and item.default is MISSING):
            if item.default is MISSING:
                problems.append(f"{name} is not set: {item.metadata['doc']}")
            continue
        try:
            values[item.name] = int(raw) if item.type is int else raw
        except ValueError:
            problems.append(f"{name} must be a whole number, not {raw!r}.")
    if problems:
        raise SettingsError("\n".join(problems))
    settings = Settings(**values)
    _require_consistent(settings)
    return settings


def is_loopback(host: str | None) -> bool:
    """Whether only this machine itself is reached under `host`, a name or an address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def _require_consistent(settings: Settings) -> None:
    problems = []
    if settings.environment not in {"demo", "test", "production"}:
        problems.append(f"ENVIRONMENT must be demo, test or production, not {settings.environment!r}.")
    if settings.charge_currency != "USD":
        problems.append("CHARGE_CURRENCY must be USD: the settlement token is one US dollar.")
    if not 0 <= settings.commission_bps <= 1000:  # noqa: PLR2004 - the escrow contract's own cap
        problems.append("COMMISSION_BPS must be between 0 and 1000, the cap of the escrow contract.")
    if settings.mailbox not in {"on", "off"}:
        problems.append(f"MAILBOX must be on or off, not {settings.mailbox!r}.")
    if settings.mailbox == "on" and not is_loopback(urlsplit(settings.public_url).hostname):
        problems.append("MAILBOX shows everybody's mails: it can be on only while PUBLIC_URL is http://127.0.0.1.")
    if settings.faults and settings.environment != "test":
        problems.append("FAULTS is for tests only; unset it.")
    if settings.is_production:
        problems += _production_problems(settings)
    if problems:
        raise SettingsError("\n".join(problems))


def _production_problems(settings: Settings) -> list[str]:
    problems = []
    if len(settings.secret_key) < 32 or "demo" in settings.secret_key.lower():  # noqa: PLR2004
        problems.append("SECRET_KEY must be at least 32 random characters in production.")
    if settings.stripe_api_base != "https://api.stripe.com":
        problems.append("STRIPE_API_BASE must be Stripe's own in production.")
    if not settings.stripe_api_key.startswith(("sk_live_", "rk_live_")):
        problems.append("STRIPE_API_KEY must be a live key in production.")
    if not settings.public_url.startswith("https://"):
        problems.append("PUBLIC_URL must begin with https:// in production.")
    if settings.mailbox == "on":
        problems.append("MAILBOX must stay off in production.")
    if settings.deadline_unit_seconds != 86_400:  # noqa: PLR2004
        problems.append("DEADLINE_UNIT_SECONDS must stay 86400 in production.")
    return problems


def settings_page() -> str:
    """The Markdown of `docs/operators/settings.md`."""
    lines = [
        "# Settings",
        "",
        "Read from the environment at start; a missing or wrong one is named and nothing starts.",
        "This page is generated: `phsar settings docs > docs/operators/settings.md`; a test keeps it true.",
        "",
        "| Variable | Default | What it is |",
        "|---|---|---|",
    ]
    for item in fields(Settings):
        default = "**required**" if item.default is MISSING else f"`{item.default}`" if item.default != "" else "empty"
        secret = " *Secret.*" if item.metadata["secret"] else ""
        lines.append(f"| `{item.name.upper()}` | {default} | {item.metadata['doc']}{secret} |")
    return "\n".join(lines) + "\n"
