"""Command line: `STRIPE_API_KEY=sk_test_… python -m app.embedded.stripe_server --port 0 --state var/stripe.json`.

Key and webhook secret come from the environment: a command line is there for everybody on the machine to read.
"""

import argparse
import logging
import os
import signal
import sys
from pathlib import Path

from app.embedded.stripe_server.errors import ApiError
from app.embedded.stripe_server.server import StripeServer
from app.embedded.stripe_server.settings import DAY, Settings
from app.embedded.stripe_server.store import StateError


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.embedded.stripe_server", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 chooses a free one and prints it")
    parser.add_argument("--state", type=Path, required=True, help="file that keeps everything over restarts")
    parser.add_argument("--webhook-url", help="told about events, signed with STRIPE_WEBHOOK_SECRET")
    parser.add_argument("--webhook-events", default="*", help="types it is told about, by comma; * for all")
    parser.add_argument("--public-url", help="where buyers reach the card page, if not at the listening address")
    parser.add_argument("--settle-after", type=int, default=2, help="seconds until a charge's balance transaction")
    parser.add_argument("--available-after", type=int, default=2 * DAY, help="seconds until its money is available")
    parser.add_argument("--fee-basis-points", type=int, default=290)
    parser.add_argument("--fee-fixed", type=int, default=30, help="minor units added to each fee")
    parser.add_argument("--dispute-fee", type=int, default=1500, help="minor units")
    parser.add_argument("--payouts", choices=("automatic", "manual"), default="automatic")
    parser.add_argument("--retry-base", type=float, default=1.0, help="seconds until a webhook's first retry")
    parser.add_argument("--retry-cap", type=float, default=60.0, help="longest wait between two retries")
    return parser


def settings_from(args: argparse.Namespace, parser: argparse.ArgumentParser) -> Settings:
    """Ends the process with a message for options that cannot work."""
    api_key, webhook_secret = os.environ.get("STRIPE_API_KEY", ""), os.environ.get("STRIPE_WEBHOOK_SECRET", "")
    if not api_key.startswith("sk_test_"):
        parser.error("STRIPE_API_KEY must begin with sk_test_: this server never takes a live key")
    if args.webhook_url and not webhook_secret.startswith("whsec_"):
        parser.error("--webhook-url needs STRIPE_WEBHOOK_SECRET, which begins with whsec_")
    numbers = (args.settle_after, args.available_after, args.fee_basis_points, args.fee_fixed, args.dispute_fee)
    if min(*numbers, args.retry_base, args.retry_cap) < 0:
        parser.error("times and fees cannot be negative")
    return Settings(
        state_file=args.state,
        api_key=api_key,
        webhook_url=args.webhook_url,
        webhook_secret=webhook_secret,
        webhook_events=tuple(args.webhook_events.split(",")),
        public_url=args.public_url,
        settle_after=args.settle_after,
        available_after=args.available_after,
        fee_basis_points=args.fee_basis_points,
        fee_fixed_minor=args.fee_fixed,
        dispute_fee_minor=args.dispute_fee,
        automatic_payouts=args.payouts == "automatic",
        retry_base_seconds=args.retry_base,
        retry_cap_seconds=args.retry_cap,
    )


def main() -> int:
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    parser = arguments()
    args = parser.parse_args()
    settings = settings_from(args, parser)
    try:
        server = StripeServer(settings, args.host, args.port)
    except OSError as busy:
        parser.error(f"cannot listen on {args.host}:{args.port} ({busy.strerror}): choose another --port, or 0")
    except (StateError, ApiError) as problem:
        parser.error(str(problem))
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: server.stop())
    return 0 if server.run() else 1


if __name__ == "__main__":
    sys.exit(main())
