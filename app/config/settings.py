"""Typed settings. Each field says what it is for; `docs/operators/settings.md` is generated from this file."""

import os
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from app.config.rules import SERVICE, TIME_ZONE, WEB_ADDRESS, Rule, at_least, between, one_of, shaped

STRIPES_OWN = "https://api.stripe.com"
A_TEST_CHAIN = 31337
A_DAY = 86_400


class SettingsError(Exception):
    """A setting is missing or cannot be read; the message names it."""


def _setting(doc: str, *, default: Any = MISSING, secret: bool = False, rule: Rule | None = None) -> Any:
    return field(default=default, metadata={"doc": doc, "secret": secret, "rule": rule}, repr=not secret)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an installation is told from outside. Every name is the environment variable in lower case."""

    database_url: str = _setting(
        "PostgreSQL 18, as `postgresql+psycopg://user:password@host:port/name`.",
        secret=True,
        rule=shaped("an address that begins with postgresql+psycopg://", r"postgresql\+psycopg://.+"),
    )
    database_owner_url: str = _setting(
        "The same database as the role that owns the tables: migrations, backup and restore use it. Then the role of "
        "`DATABASE_URL` runs the market and can change nothing that is booked. Empty: that role owns them.",
        default="",
        secret=True,
        rule=shaped("empty or an address that begins with postgresql+psycopg://", r"(postgresql\+psycopg://.+)?"),
    )
    database_reports_url: str = _setting(
        "The same database as a role that may only read: tie-outs, reports and exports use it. Empty: `DATABASE_URL`.",
        default="",
        secret=True,
        rule=shaped("empty or an address that begins with postgresql+psycopg://", r"(postgresql\+psycopg://.+)?"),
    )
    secret_key: str = _setting("Signs sessions and form tokens: at least 32 random characters.", secret=True)
    key_seed: str = _setting(
        "Seed of the market's own chain keys (hex, 32 bytes): treasury, arbiter, buyer agent, market-held addresses.",
        secret=True,
        rule=shaped("64 hexadecimal digits", r"[0-9a-fA-F]{64}"),
    )
    chain_rpc_url: str = _setting("JSON-RPC of the EVM node that settles.", secret=True, rule=SERVICE)
    chain_id: int = _setting("Chain id the node must answer with.", default=A_TEST_CHAIN, rule=at_least(1))
    stripe_api_key: str = _setting("Stripe secret key (`sk_test_…` or `sk_live_…`).", secret=True)
    stripe_webhook_secret: str = _setting("Signing secret of the webhook endpoint `/webhooks/stripe`.", secret=True)
    stripe_api_base: str = _setting(
        "Stripe's API; another address only for a test server.", default=STRIPES_OWN, rule=WEB_ADDRESS
    )
    public_url: str = _setting("Address people reach the market at.", default="http://127.0.0.1:8000", rule=WEB_ADDRESS)
    media_url: str = _setting("Where pictures are kept: a folder or an fsspec URL.", default="var/media")
    papers_url: str = _setting(
        "Where documents of shops are kept, which nobody but their owner and operators may see: a folder or an fsspec URL. "
        "No web server may serve it.",
        default="var/papers",
    )
    environment: str = _setting(
        "Production refuses test keys, test servers and weak secrets.",
        default="demo",
        rule=one_of("demo", "test", "production"),
    )
    market_name: str = _setting("Name shown in pages and mails.", default="Phsar")
    market_country: str = _setting(
        "ISO 3166 country of the operator.", default="KH", rule=shaped("two capital letters", r"[A-Z]{2}")
    )
    market_time_zone: str = _setting(
        "Time zone of the market: its days, due dates and cut-offs.", default="Asia/Phnom_Penh", rule=TIME_ZONE
    )
    commission_bps: int = _setting(
        "Commission of the market in hundredths of a percent of a whole order; the escrow contract takes no more than 1000.",
        default=500,
        rule=between(0, 1000),
    )
    commission_vat_bps: int = _setting(
        "VAT inside the commission, in hundredths of a percent.", default=1000, rule=between(0, 9999)
    )
    chargeback_share_percent: int = _setting(
        "How much of each payout the market keeps, at most, of a seller that owes it for a charged-back order, in percent.",
        default=50,
        rule=between(1, 90),
    )
    stock_hold_minutes: int = _setting(
        "How long checkout holds stock while the buyer pays.", default=15, rule=between(1, 1380)
    )
    protection_days: int = _setting(
        "Days after the promised delivery before silence pays the seller.", default=7, rule=between(0, 365)
    )
    offer_hours: int = _setting(
        "Hours each side has to answer an offer before it ends.", default=48, rule=between(1, 720)
    )
    deal_hours: int = _setting(
        "Hours goods are kept for a buyer whose offer was accepted.", default=48, rule=between(1, 720)
    )
    answer_window_hours: int = _setting(
        "Time a seller has to answer a cancellation of an unshipped order.", default=48, rule=at_least(1)
    )
    dispute_timeout_days: int = _setting(
        "Days the arbiter has before the signed default split applies.", default=30, rule=at_least(1)
    )
    gas_low_milliether: int = _setting(
        "Alarm when the treasury has less gas money than so many thousandths of the chain's coin.",
        default=50,
        rule=at_least(0),
    )
    no_block_seconds: int = _setting("Alarm when the newest block is older than this.", default=300, rule=at_least(1))
    fx_stale_days: int = _setting(
        "Alarm when a rate of exchange is older than so many days; 0 never.", default=3, rule=at_least(0)
    )
    tax_rate_stale_days: int = _setting(
        "Alarm when a tax office's own rate that invoices use is older than so many days; 0 never.",
        default=35,
        rule=at_least(0),
    )
    token_name: str = _setting("Name of the settlement token; part of what wallets sign.", default="Phsar Dollar")
    token_symbol: str = _setting("Symbol of the settlement token.", default="CTM")
    token_policy: str = _setting(
        "`issued`: the market issues the token itself, one to one with money it received, and burns it on redemption. "
        "`treasury`: the token is somebody else's dollar, which the market buys, resells and takes back. Kept once the books "
        "have entries.",
        default="issued",
        rule=one_of("issued", "treasury"),
    )
    token_address: str = _setting(
        "With `TOKEN_POLICY=treasury`: the address of the token, an ERC-20 with six decimals and ERC-3009, whose name is "
        "`TOKEN_NAME`. Empty: one is deployed, for trying out.",
        default="",
        rule=shaped("empty or 0x and 40 hexadecimal digits", r"(0x[0-9a-fA-F]{40})?"),
    )
    mail_from: str = _setting("Sender of the market's mails.", default="Phsar <no-reply@phsar.example>")
    smtp_url: str = _setting(
        "`smtp://user:password@host:port`; empty sends nothing and keeps every mail.", default="", secret=True
    )
    mailbox: str = _setting(
        "`on` shows every kept mail at `/mailbox`, links to reset passwords among them. `make run` turns it on; only for "
        "trying out: refused in production and unless `PUBLIC_URL` is this machine's own address.",
        default="off",
        rule=one_of("on", "off"),
    )
    webhooks_inside: str = _setting(
        "`on` lets shops' webhooks go to http and to private addresses, which opens this machine's own network to them; only "
        "for trying out: refused in production.",
        default="off",
        rule=one_of("on", "off"),
    )
    log_format: str = _setting(
        "`console` is for people, `json` for machines.", default="console", rule=one_of("console", "json")
    )
    log_level: str = _setting(
        "Lowest level that is logged.", default="INFO", rule=one_of("DEBUG", "INFO", "WARNING", "ERROR")
    )
    trusted_proxies: int = _setting(
        "How many reverse proxies stand in front (X-Forwarded-* of that many are believed).",
        default=0,
        rule=at_least(0),
    )
    list_seconds: int = _setting(
        "How many seconds lists of goods may be behind; 0 looks everything up for everybody. Prices and stock in cart and "
        "checkout are never kept.",
        default=1,
        rule=between(0, 60),
    )
    operator_name: str = _setting("Who runs the market, as the terms name it; empty: the market's name.", default="")
    operator_address: str = _setting("Postal address of who runs the market, for the terms.", default="")
    contact_email: str = _setting("Address people may write to, for the terms.", default="")
    legal_folder: str = _setting(
        "Folder with the operator's own `terms`, `selling-terms`, `returns` and `privacy` as `terms.en.txt`, `terms.km.txt`: "
        "parts divided by empty lines, the first line of each its heading. Empty: the texts of Phsar.",
        default="",
    )
    books_kept_years: int = _setting(
        "Years the law asks the operator to keep orders and books; people read it before they erase their data.",
        default=10,
        rule=between(1, 100),
    )
    deadline_unit_seconds: int = _setting(
        "Seconds in one promised day; only tests make days shorter.", default=A_DAY, rule=at_least(1)
    )

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def issues_tokens(self) -> bool:
        return self.token_policy == "issued"


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
            values[item.name] = _checked(item, raw)
        except ValueError as problem:
            problems.append(f"{name} must be {problem}." + ("" if item.metadata["secret"] else f" It is {raw!r}."))
    if problems:
        raise SettingsError("\n".join(problems))
    settings = Settings(**values)
    if settings.mailbox == "on" and not is_loopback(urlsplit(settings.public_url).hostname):
        raise SettingsError("MAILBOX shows everybody's mails: it can be on only while PUBLIC_URL is http://127.0.0.1.")
    if settings.is_production and (problems := _production_problems(settings, debug=source.get("FLASK_DEBUG", ""))):
        raise SettingsError("\n".join(problems))
    return settings


def _checked(item: Field[Any], raw: str) -> str | int:
    """Raises ValueError saying what it must be."""
    try:
        value = int(raw) if item.type is int else raw
    except ValueError:
        raise ValueError("a whole number") from None
    rule: Rule | None = item.metadata["rule"]
    if rule and not rule.holds(value):
        raise ValueError(rule.words)
    return value


def is_loopback(host: str | None) -> bool:
    """Whether only this machine itself is reached under `host`, a name or an address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def _production_problems(settings: Settings, *, debug: str) -> list[str]:
    problems = []
    if debug not in {"", "0"}:
        problems.append("FLASK_DEBUG must not be set in production.")
    if len(settings.secret_key) < 32 or "demo" in settings.secret_key.lower():  # noqa: PLR2004
        problems.append("SECRET_KEY must be at least 32 random characters in production.")
    if settings.stripe_api_base != STRIPES_OWN:
        problems.append("STRIPE_API_BASE must be Stripe's own in production.")
    if not settings.stripe_api_key.startswith(("sk_live_", "rk_live_")):
        problems.append("STRIPE_API_KEY must be a live key in production.")
    if settings.chain_id == A_TEST_CHAIN:
        problems.append("CHAIN_ID must be that of a real chain in production; 31337 is that of test nodes.")
    if not settings.public_url.startswith("https://"):
        problems.append("PUBLIC_URL must begin with https:// in production.")
    if not settings.smtp_url:
        problems.append("SMTP_URL must be set in production: mails kept here would reach nobody.")
    problems += [
        f"{name.upper()} must stay off in production."
        for name in ("mailbox", "webhooks_inside")
        if getattr(settings, name) == "on"
    ]
    if settings.deadline_unit_seconds != A_DAY:
        problems.append("DEADLINE_UNIT_SECONDS must stay 86400 in production.")
    return problems


_ELSEWHERE = (
    "| Variable | Default | What it is |",
    "|---|---|---|",
    "| `BIND` | `127.0.0.1:8000` | Where gunicorn listens (`gunicorn.conf.py`). |",
    "| `WEB_WORKERS`, `WEB_THREADS` | `2`, `8` | Processes of the web server, and threads in each. |",
    "| `PHSAR_DATA_DIR` | `var` | Where `make run` keeps its data, and where `phsar` looks for a market it started. |",
    "| `NO_COLOR` | not set | Any value keeps colors out of what `make run` prints. |",
)


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
        rule = f" Must be {item.metadata['rule'].words}." if item.metadata["rule"] else ""
        lines.append(f"| `{item.name.upper()}` | {default} | {item.metadata['doc']}{rule}{secret} |")
    lines += ["", "Read by other programs of Phsar than the application:", "", *_ELSEWHERE]
    return "\n".join(lines) + "\n"
