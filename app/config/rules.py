"""What a setting may be, in words for people and as a test."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones


@dataclass(frozen=True)
class Rule:
    """`words` completes the sentence "it must be …"."""

    words: str
    holds: Callable[[Any], bool]


def between(least: int, most: int) -> Rule:
    return Rule(f"from {least} to {most}", lambda value: least <= value <= most)


def at_least(least: int) -> Rule:
    return Rule(f"at least {least}", lambda value: value >= least)


def one_of(*choices: str) -> Rule:
    return Rule(f"one of {', '.join(f'`{choice}`' for choice in choices)}", lambda value: value in choices)


def shaped(words: str, pattern: str) -> Rule:
    shape = re.compile(pattern)
    return Rule(words, lambda value: shape.fullmatch(value) is not None)


SERVICE = shaped("an address that begins with http:// or https://", r"https?://.+")
WEB_ADDRESS = shaped("an address that begins with http:// or https:// and has no slash at its end", r"https?://.*[^/]")
TIME_ZONE = Rule("a time zone of the IANA database", lambda value: value in available_timezones())
