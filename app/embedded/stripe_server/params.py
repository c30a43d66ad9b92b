"""What a request may contain, declared per endpoint and refused in Stripe's words.

Every reader takes the raw nested value and its name, and gives the typed value or raises ApiError.
"""

from collections.abc import Callable, Mapping
from typing import Any

from app.embedded.stripe_server.errors import ApiError, unsupported

Reader = Callable[[Any, str], Any]

BOUNDS = ("gt", "gte", "lt", "lte")
METADATA_KEYS, METADATA_KEY_LENGTH, METADATA_VALUE_LENGTH = 50, 40, 500
MAX_INTEGER = 2**53


def _scalar(raw: Any, name: str) -> str:
    if not isinstance(raw, str):
        raise ApiError(f"Invalid string: {name} must be a single value", param=name)
    if "\x00" in raw:
        raise ApiError(f"Invalid string: {name} contains a null character", code="invalid_characters", param=name)
    return raw


def _refuse_empty(value: str, name: str) -> None:
    if value == "":
        raise ApiError(
            f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter; "
            f"however '{name}' cannot be unset. You should remove '{name}' from your request or supply a "
            "non-empty value.",
            code="parameter_invalid_empty",
            param=name,
        )


def text(*, limit: int = 5000, unsettable: bool = False) -> Reader:
    """A string; with `unsettable`, an empty one means null."""

    def read(raw: Any, name: str) -> str | None:
        value = _scalar(raw, name)
        if value == "" and unsettable:
            return None
        _refuse_empty(value, name)
        if len(value) > limit:
            raise ApiError(f"Invalid string: must be at most {limit} characters; it has {len(value)}", param=name)
        return value

    return read


def whole(minimum: int = 0, maximum: int = MAX_INTEGER) -> Reader:
    def read(raw: Any, name: str) -> int:
        value = _scalar(raw, name)
        _refuse_empty(value, name)
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(MAX_INTEGER))):
            raise ApiError(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
        if int(value) < minimum:
            message = f"This value must be greater than or equal to {minimum}."
            raise ApiError(message, code="parameter_invalid_integer", param=name)
        if int(value) > maximum:
            message = f"This value must be less than or equal to {maximum} (it currently is '{value}')."
            raise ApiError(message, code="parameter_invalid_integer", param=name)
        return int(value)

    return read


def flag(raw: Any, name: str) -> bool:
    value = _scalar(raw, name)
    if value not in ("true", "false"):
        raise ApiError(f"Invalid boolean: {value}", param=name)
    return value == "true"


def choice(*allowed: str) -> Reader:
    def read(raw: Any, name: str) -> str:
        value = _scalar(raw, name)
        if value not in allowed:
            listed = allowed[0] if len(allowed) == 1 else ", ".join(allowed[:-1]) + ", or " + allowed[-1]
            raise ApiError(f"Invalid {name}: must be one of {listed}", param=name)
        return value

    return read


def listed(item: Reader, *, limit: int = 100) -> Reader:
    """A list; its indexes come as keys of the nested form."""

    def read(raw: Any, name: str) -> list[Any]:
        if raw == "":
            return []
        if not isinstance(raw, dict) or not all(key.isdigit() for key in raw):
            raise ApiError("Invalid array", param=name)
        if len(raw) > limit:
            raise ApiError(f"Invalid array: at most {limit} entries are allowed", param=name)
        return [item(raw[key], f"{name}[{key}]") for key in sorted(raw, key=int)]

    return read


def record(fields: Mapping[str, Reader], *, required: tuple[str, ...] = ()) -> Reader:
    """An object with known keys: unknown ones are refused, missing required ones are named."""

    def read(raw: Any, name: str) -> dict[str, Any]:
        if not isinstance(raw, dict):
            raise ApiError("Invalid object", param=name)
        full = {key: f"{name}[{key}]" if name else key for key in (*raw, *required)}
        unknown = [full[key] for key in raw if key not in fields]
        if unknown:
            plural = "s" if len(unknown) > 1 else ""
            message = f"Received unknown parameter{plural}: {', '.join(unknown)}"
            raise ApiError(message, code="parameter_unknown", param=unknown[0])
        for key in required:
            if key not in raw:
                raise ApiError(f"Missing required param: {full[key]}.", code="parameter_missing", param=full[key])
        return {key: fields[key](value, full[key]) for key, value in raw.items()}

    return read


def metadata(raw: Any, name: str) -> dict[str, str]:
    """Up to 50 pairs; the caller merges them and drops those set to an empty string."""
    if raw == "":
        return {"": ""}
    if not isinstance(raw, dict):
        raise ApiError("Invalid object", param=name)
    if len(raw) > METADATA_KEYS:
        raise ApiError(f"Metadata can only have up to {METADATA_KEYS} keys; you passed {len(raw)}.", param=name)
    for key, value in raw.items():
        if not isinstance(value, str):
            message = f"Metadata values must be strings, but for key {key} you passed in a value of type hash"
            raise ApiError(message, param=f"{name}[{key}]")
        if len(key) > METADATA_KEY_LENGTH or len(value) > METADATA_VALUE_LENGTH:
            message = f"Metadata keys can have up to {METADATA_KEY_LENGTH} characters and values up to 500: see {key!r}"
            raise ApiError(message, param=f"{name}[{key}]")
    return dict(raw)


def merged_metadata(current: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    """Stripe's rule: given keys are set, keys given empty are unset, others stay; an empty whole clears all."""
    if changes == {"": ""}:
        return {}
    return {key: value for key, value in (dict(current) | dict(changes)).items() if value != ""}


def span(raw: Any, name: str) -> dict[str, int]:
    """A moment, or `gt/gte/lt/lte` of moments: always given back as bounds."""
    if isinstance(raw, str):
        at = whole()(raw, name)
        return {"gte": at, "lte": at}
    bounds: dict[str, int] = record(dict.fromkeys(BOUNDS, whole()))(raw, name)
    return bounds


def refused(what: str) -> Reader:
    """A parameter Stripe knows and this server does not."""

    def read(_raw: Any, name: str) -> None:
        raise unsupported(name, what)

    return read


def only_off(what: str) -> Reader:
    """A switch that may be given as false only, because this server does not have the feature."""

    def read(raw: Any, name: str) -> bool:
        if flag(raw, name):
            raise unsupported(name, what)
        return False

    return read
