"""Kills a market's processes at every step of their work and lets everything around it fail, while people buy.

Afterwards the books, Stripe and the chain must be those of as many purchases in peace, and tie out.
"""

import argparse
import sys

from tests.faults.faults import Fault, Faults, faketime
from tests.faults.kills import Killer, points_of
from tests.faults.market import Market
from tests.faults.rpc_proxy import RpcProxy
from tests.faults.run import Run

ASKS_THE_NODE = ("web", "worker", "settle")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make test-faults", description=__doc__)
    parser.add_argument("--orders", type=int, default=0, help="go on until there were so many purchases")
    parser.add_argument("--seed", type=int, default=1, help="chooses which passing of a point is deadly")
    parser.add_argument("--only", default="", help="only points and faults whose name has this in it")
    parser.add_argument("--kind", choices=("all", "deaths", "faults"), default="all")
    parser.add_argument("--short", action="store_true", help="both sides of what moves money, and the quick faults")
    parser.add_argument("--log", help="keep what the parts said in this file")
    options = parser.parse_args()
    if options.kind != "deaths" and not options.short:
        faketime()  # what is missing is said at once, and not after minutes
    proxy = RpcProxy()
    with Market.opened({role: {"CHAIN_RPC_URL": proxy.url} for role in ASKS_THE_NODE}, proxy, options.log) as market:
        run = Run(market)
        run.say(f"a market is open; seed {options.seed}")
        run.buy_in_peace()
        seed, deaths, faults = options.seed, 0, 0
        while not seed - options.seed or len(run.purchases) < options.orders:
            points = points_of(market, options.only, is_short=options.short) if options.kind != "faults" else {}
            killer = Killer(market, points, seed)
            run.say(f"{killer.left} points to die at")
            run.kill(killer)
            sellers = list(run.sellers.values())
            all_faults = Faults(market, proxy, sellers, run.wait, seed, is_short=options.short)
            wanted = _wanted(all_faults, options)
            for fault in wanted:
                run.suffer(fault)
            deaths, faults, seed = deaths + len(killer.deaths), faults + len(wanted), seed + 1
            for point in killer.missed:
                run.say(f"! not reached: {point}")
            if options.only:
                break
        problems = run.verdict()
        for problem in problems:
            print(f"✗ {problem}")
        if not problems:
            run.say(
                f"✓ {deaths} deaths and {faults} faults survived; books, Stripe and chain as in peace; tie-out: 0 differences"
            )
    proxy.close()
    return bool(problems)


def _wanted(faults: Faults, options: argparse.Namespace) -> list[Fault]:
    if options.kind == "deaths":
        return []
    return [fault for fault in faults.all() if options.only in fault.name and (fault.is_quick or not options.short)]


if __name__ == "__main__":
    sys.exit(main())
