"""What we use of eth-account, loaded without its reader of encrypted key files.

That reader, which nothing here calls, brings arithmetic on other curves: a second of processor time and 10 MiB at each
start. While eth-account loads, two functions stand in for it that say so; who imports `eth_keyfile` later gets the real one.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, NoReturn

__all__ = ["Account", "LocalAccount", "TypedTransaction", "encode_defunct", "encode_typed_data"]

_READER = ("eth_keyfile", "eth_keyfile.keyfile")


def _no_key_files(*_arguments: Any, **_options: Any) -> NoReturn:
    msg = "encrypted key files are not read here: keys are derived from one seed"
    raise NotImplementedError(msg)


@contextmanager
def _without_key_files() -> Iterator[None]:
    standing_in = [name for name in _READER if name not in sys.modules]
    for name in standing_in:
        module = ModuleType(name)
        module.__dict__.update(create_keyfile_json=_no_key_files, decode_keyfile_json=_no_key_files, KDFType=str)
        sys.modules[name] = module
    yield
    for name in standing_in:
        del sys.modules[name]


with _without_key_files():
    from eth_account import Account
    from eth_account.messages import encode_defunct, encode_typed_data
    from eth_account.signers.local import LocalAccount
    from eth_account.typed_transactions import TypedTransaction
