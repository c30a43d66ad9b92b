"""The job worker's command: it loads the whole application, whose mails and links its jobs write."""

from collections.abc import Callable

import click
from flask import Flask

from app import wiring
from app.config.settings import load_settings
from app.jobs.worker import run_worker
from app.telemetry.logs import get_logger


@click.command("worker")
@click.option("--until-empty", is_flag=True, help="Stop when the queue is empty.")
def worker(*, until_empty: bool) -> None:
    """Run background jobs: webhooks, refunds, mails, expiries, Stripe's balance."""
    settings = load_settings()
    app = wiring.application(settings)
    log = get_logger("jobs")

    def report(name: str, error: BaseException) -> None:
        log.warning("job failed", job=name, problem=f"{type(error).__name__}: {error}")

    click.echo("takes jobs")
    run_worker(
        settings.database_url,
        {name: _in_context(app, job) for name, job in wiring.JOBS.items()},
        wiring.PERIODIC,
        wait=not until_empty,
        on_problem=report,
    )


def _in_context(app: Flask, job: Callable[..., None]) -> Callable[..., None]:
    def run(**arguments: object) -> None:
        with app.app_context():
            job(**arguments)

    return run
