"""What the document says must be sent, as a body; and that body gone wrong in every field."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

NOT_TO_BE_SENT: tuple[Any, ...] = ("\ud800", "a\x00b", "x" * 100_000, -1, 10**30, 1.5, None, [], {})
"""Half a letter, no letter, a book, a debt, more than there is, a piece, nothing, and what is none of these."""


def sample(document: Any, schema: Any) -> Any:
    """All that must be sent, as the examples show it."""
    if "example" in schema:
        return deepcopy(schema["example"])
    if "$ref" in schema:
        return sample(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "enum" in schema:
        return schema["enum"][0]
    if "properties" in schema:
        return {name: sample(document, schema["properties"][name]) for name in schema.get("required", ())}
    if schema.get("type") == "array":
        return [sample(document, schema["items"])]
    return False


def spoiled(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each with a field too many or too few, or one that holds what cannot be meant; and what was done to it."""
    yield "unknown", {**body, "unknown": 1}
    for name in body:
        yield f"without {name}", {key: value for key, value in body.items() if key != name}
        for value in NOT_TO_BE_SENT:
            yield f"{name} is {str(value)[:10]!r}", {**body, name: value}
