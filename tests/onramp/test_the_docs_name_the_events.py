"""What the operator is told to have Stripe send is what the market reacts to."""

import re
from pathlib import Path

from app.onramp.rules import WEBHOOK_EVENTS

PAGE = Path(__file__).parents[2] / "docs" / "operators" / "stripe.md"


def test_the_operators_page_lists_the_events_the_market_listens_to() -> None:
    paragraph = PAGE.read_text().split("with these events:")[1].split("\n\n")[1]
    assert tuple(re.findall(r"`([a-z_.]+)`", paragraph)) == WEBHOOK_EVENTS
