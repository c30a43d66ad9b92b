"""What an instance runs, in the order it is started. New commands and workers are added to the tables here."""

import importlib.util
import os
import signal
import sys

from app.cli.children import Service, Step, Task, Tier
from app.cli.instance import Instance
from app.cli.probes import node_answers, page_answers
from app.embedded.evm_node import READY_FILE
from app.embedded.ports import LOOPBACK, answers
from app.onramp.rules import WEBHOOK_EVENTS

PHSAR = (sys.executable, "-m", "app.cli")  # the operator's command line
STRIPE_SERVER = "app.embedded.stripe_server"
NO_OWNER = {"DATABASE_OWNER_URL": ""}
"""Whoever breaks into a part that is reached from outside shall not find who may change what is booked."""


def server_steps(instance: Instance) -> list[Step]:
    """Database, chain and Stripe test mode, those of them that nobody else provides."""
    return [*_database(instance), *_chain(instance), *_stripe(instance)]


def market_steps(instance: Instance, *, demo: bool = True) -> list[Step]:
    """The whole market."""
    return [
        *server_steps(instance),
        Task("prepare", "tables, contracts and goods ready", _prepare(instance, demo=demo)),
        Service(
            "worker",
            "jobs are taken",
            (*PHSAR, "worker"),
            says="takes jobs",
            stop_seconds=12,
            environment=NO_OWNER,
            shares_memory=True,
        ),
        Service(
            "settle",
            "the chain is watched",
            (*PHSAR, "settle"),
            says="watches the chain",
            environment=NO_OWNER,
            shares_memory=True,
        ),
        web(instance),
    ]


def _prepare(instance: Instance, *, demo: bool) -> tuple[str, ...]:
    own_chain = ("--own-chain", os.fspath(instance.chain_folder)) if instance.embeds("CHAIN_RPC_URL") else ()
    return (*PHSAR, "prepare", "--demo" if demo else "--no-demo", *own_chain)


def web(instance: Instance) -> Service:
    """The pages: two processes of eight threads share one loaded application."""
    # fmt: off
    command = (
        sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"{LOOPBACK}:{instance.ports.web}",
        "--graceful-timeout", "4", "--log-level", "warning",
    )
    # fmt: on
    return Service(
        "web",
        "pages served",
        command,
        is_ready=lambda: page_answers(instance.ports.web, "/healthz"),
        environment=NO_OWNER,
        shares_memory=True,
    )


def _database(instance: Instance) -> list[Step]:
    if not instance.embeds("DATABASE_URL"):
        return []
    postgres = instance.postgres
    return [
        Service(
            "database",
            "database ready",
            tuple(postgres.command()),
            is_ready=postgres.is_ready,
            on_ready=postgres.prepare,
            tier=Tier.SERVER,
            stop_signal=signal.SIGINT,
        )
    ]


def _chain(instance: Instance) -> list[Step]:
    if not instance.embeds("CHAIN_RPC_URL"):
        return []
    port, folder = instance.ports.chain, instance.chain_folder
    # fmt: off
    command = (
        sys.executable, "-m", "app.embedded.evm_node",
        "--state-dir", os.fspath(folder), "--port", str(port), "--chain-id", instance.environment["CHAIN_ID"],
    )
    # fmt: on

    def is_ready() -> bool:
        return (folder / READY_FILE).exists() and node_answers(port)

    return [Service("chain", "chain ready", command, is_ready=is_ready, tier=Tier.SERVER)]


def _stripe(instance: Instance) -> list[Step]:
    if not instance.embeds("STRIPE_API_KEY") or importlib.util.find_spec(STRIPE_SERVER) is None:
        return []
    port = instance.ports.stripe
    # fmt: off
    command = (
        sys.executable, "-m", STRIPE_SERVER,
        "--port", str(port), "--state", os.fspath(instance.data_dir / "stripe.state"),
        "--webhook-url", f"{instance.web_url}/webhooks/stripe", "--webhook-events", ",".join(WEBHOOK_EVENTS),
    )
    # fmt: on
    return [Service("stripe", "Stripe test mode ready", command, is_ready=lambda: answers(port), tier=Tier.SERVER)]
