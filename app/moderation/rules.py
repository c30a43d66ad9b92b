"""Which goods the list of prohibited goods finds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.errors import N_
from app.states.edges import Axis, By, edge, table

KINDS = {
    "wildlife": N_("parts of protected animals"),
    "weapons": N_("weapons and ammunition"),
    "drugs": N_("drugs"),
    "antiquities": N_("antiquities"),
    "vapes": N_("electronic cigarettes, in this country"),
    "medicine": N_("medicine that only pharmacies may sell"),
    "alcohol": N_("alcohol, in this country"),
    "copies": N_("copies of brands"),
}
REFUSE, REVIEW = "refuse", "review"
EVERYWHERE = "*"
LONGEST_REPORT = 1000
REASONS = ("prohibited", "copy", "misleading", "offensive", "other")
OPEN, DISMISSED, REMOVED = "open", "dismissed", "removed"
REPORT = Axis(
    "report of goods",
    "listing_reports.state",
    "Goods that somebody reported, or the list of prohibited goods found. A removal can be taken back.",
    table(
        edge(None, OPEN, "moderation.report_listing", By.BUYER),
        edge(OPEN, DISMISSED, "moderation.decide_report", By.OPERATOR),
        edge(OPEN, REMOVED, "moderation.decide_report", By.OPERATOR),
        edge(REMOVED, DISMISSED, "moderation.decide_report", By.OPERATOR),  # the goods can be put on sale again
    ),
)


@dataclass(frozen=True)
class ProhibitedRule:
    """`phrases` are words as search compares them, side by side."""

    key: str
    action: str
    countries: frozenset[str]
    phrases: tuple[tuple[str, ...], ...]
    starts_on: date
    source: str
    evidence: str
    checked_on: date


@dataclass(frozen=True)
class Match:
    rule: ProhibitedRule
    word: str


def may_become(state: str, wanted: str) -> bool:
    return REPORT.leads(state, wanted)


def matches(
    rules: Collection[ProhibitedRule], country: str, texts: Mapping[str, Sequence[str]], on: date
) -> list[Match]:
    """What of a seller's `texts` (name -> its words) the rules in force in that country find, refusals first."""
    found = []
    for rule in rules:
        if rule.starts_on <= on and (EVERYWHERE in rule.countries or country in rule.countries):
            phrase = next((p for p in rule.phrases if any(_holds(words, p) for words in texts.values())), None)
            if phrase is not None:
                found.append(Match(rule, " ".join(phrase)))
    return sorted(found, key=lambda match: (match.rule.action != REFUSE, match.rule.key))


def _holds(words: Sequence[str], phrase: Sequence[str]) -> bool:
    length = len(phrase)
    return any(tuple(words[start : start + length]) == tuple(phrase) for start in range(len(words) - length + 1))
