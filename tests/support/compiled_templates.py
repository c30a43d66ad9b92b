"""Templates compiled once per test process, not once per application: a market in a test is an application of its own."""

from types import CodeType
from typing import Any

from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache

from app.web.application import Market

_COMPILED: dict[str, CodeType] = {}


class CompiledTemplates(BytecodeCache):
    """By language, name and source, in memory."""

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        locale: Any = environment.globals.get("current_locale")
        language = locale() if getattr(environment, "words", None) is not None else "none"
        checksum = self.get_source_checksum(source)
        bucket = Bucket(environment, f"{language}:{name}:{filename}:{checksum}", checksum)
        self.load_bytecode(bucket)
        return bucket

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = _COMPILED.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            _COMPILED[bucket.key] = bucket.code


def pytest_configure() -> None:
    """Of every application a test makes, however it makes it."""
    Market.jinja_options = {**Market.jinja_options, "bytecode_cache": CompiledTemplates()}
