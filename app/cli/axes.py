"""All that has states, and the page that draws them. A new axis is a table in its `rules` and a line here."""

from collections.abc import Iterator
from itertools import groupby

from app.bookkeeping.rules import REVERSAL
from app.checkout.rules.approvals import APPROVAL
from app.closing.rules import REOPENING
from app.companies.rules.spending import INVITATION
from app.credit.rules import DEBT, GRANT
from app.identity.rules.shops import SHOP
from app.matching.rules import PROPOSAL
from app.moderation.rules import REPORT
from app.orders.rules.edges import CHECKOUT, DISPUTE, FULFILLMENT, PAYMENT, SETTLEMENT
from app.orders.rules.returns import RETURN
from app.parties.rules.review import REVIEW
from app.payouts.rules import REDEMPTION
from app.quotes.rules.deals import DEAL
from app.quotes.rules.offers import OFFER
from app.rfqs.rules.life import QUOTATION, REQUEST
from app.states.edges import Axis, By, Edge

AXES = (
    CHECKOUT,
    PAYMENT,
    FULFILLMENT,
    SETTLEMENT,
    DISPUTE,
    RETURN,
    OFFER,
    DEAL,
    REQUEST,
    QUOTATION,
    APPROVAL,
    GRANT,
    DEBT,
    INVITATION,
    SHOP,
    REVIEW,
    REPORT,
    REOPENING,
    REDEMPTION,
    REVERSAL,
    PROPOSAL,
)
WHO = {
    By.BUYER: "who buys, or a colleague of its company",
    By.SELLER: "who sells for the shop",
    By.OPERATOR: "somebody of the market",
    By.CLOCK: "nobody: its time has come",
    By.NEWS: "nobody: the chain or the card service says so",
}


def states_page() -> str:
    """The page `docs/developers/states.md`."""
    who = "\n".join(f"- **{by}**: {meaning}" for by, meaning in WHO.items())
    head = (
        "# States\n\n"
        "This page is generated: `phsar docs states > docs/developers/states.md`; a test keeps it true. Each table stands "
        "in the `rules` of its package; a change that is not an edge is refused, and every edge leaves a row in a history. "
        "On an edge: the module that takes it (`orders.ship_order` is `app/orders/actions/ship_order.py`), and who may. A new "
        "axis is a table in `rules`, a line in `app/cli/axes.py` and a `Stage` in `tests/states`, where everybody tries "
        "everything in every state.\n\n"
        f"{who}\n"
    )
    return head + "".join(_section(axis) for axis in AXES)


def _section(axis: Axis) -> str:
    title = axis.name[0].upper() + axis.name[1:]
    drawn = "\n".join(f"    {line}" for line in _lines(axis))
    return f"\n## {title}\n\n`{axis.of}`. {axis.about}\n\n```mermaid\nstateDiagram-v2\n{drawn}\n```\n"


def _lines(axis: Axis) -> Iterator[str]:
    """One arrow per pair of states, with everything that leads along it."""
    order = {state: place for place, state in enumerate(axis.states)}

    def place(one: Edge) -> tuple[int, int]:
        return order[one.before] if one.before is not None else -1, order[one.after]

    for _place, same in groupby(sorted(axis.edges, key=place), key=place):
        along = list(same)
        said = "<br/>".join(dict.fromkeys(_label(one) for one in along))
        yield f"{along[0].before or '[*]'} --> {along[0].after}: {said}"
    for state in axis.states:
        if all(one.after == state or one.before != state for one in axis.edges):
            yield f"{state} --> [*]"


def _label(one: Edge) -> str:
    given = "".join(f", {axis} {' or '.join(sorted(states))}" for axis, states in one.given.items())
    return f"{one.action} ({', '.join(by for by in By if by in one.by)}{given})"
