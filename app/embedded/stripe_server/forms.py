"""Form encoding as Stripe reads it: `a[b][0]=c` is a nested value, `a[]=b` adds to a list."""

import re
from collections.abc import Iterable
from typing import Any

from app.embedded.stripe_server.errors import ApiError

PART = re.compile(r"\[([^\[\]]*)\]")
MAX_DEPTH = 10


def split_name(name: str) -> list[str]:
    """`a[b][0]` -> ["a", "b", "0"]."""
    head, bracket, _ = name.partition("[")
    tail = name[len(head) :]
    parts = PART.findall(tail) if bracket else []
    if not head or len(parts) > MAX_DEPTH or "".join(f"[{part}]" for part in parts) != tail:
        raise ApiError(f"Invalid parameter name: {name}", param=name)
    return [head, *parts]


def nest(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The pairs of a form as nested dicts and lists of strings. Raises ApiError for a name used in two ways."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        parts = split_name(name)
        node = tree
        for part in parts[:-1]:
            node = node.setdefault(part or str(len(node)), {})
            if not isinstance(node, dict):
                raise ApiError(f"Invalid parameter: {name} is given both as a value and as an object", param=name)
        last = parts[-1] or str(len(node))
        if last in node and isinstance(node[last], dict):
            raise ApiError(f"Invalid parameter: {name} is given both as a value and as an object", param=name)
        node[last] = value
    return tree
