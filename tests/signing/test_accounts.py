"""The application loads no arithmetic that it does not use; who wants to read a key file still can."""

import subprocess
import sys

from tests.support.stripe_server import ROOT


def said_by(program: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_the_whole_application_is_loaded_without_curves_and_tables_of_letters_that_few_need() -> None:
    heavy = "{'py_ecc', 'Crypto.Protocol.KDF', 'confusable_homoglyphs', 'confusable_homoglyphs.confusables'}"
    assert said_by(f"import sys, app.wiring, web3; print({heavy} & set(sys.modules))") == "set()"


def test_a_key_file_is_refused_in_words_and_its_reader_is_there_for_whoever_imports_it() -> None:
    program = (
        "from app.signing.accounts import Account\n"
        "try:\n    Account.encrypt(b'1' * 32, 'secret')\n"
        "except NotImplementedError as refusal:\n    print(refusal)\n"
        "from eth_keyfile import decode_keyfile_json\n"
        "print(decode_keyfile_json.__module__)"
    )
    assert said_by(program).splitlines() == [
        "encrypted key files are not read here: keys are derived from one seed",
        "eth_keyfile.keyfile",
    ]
