"""From empty servers to a market with an operator, by the words of the operator's page and nothing else."""

import json
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import select

from app.cli.__main__ import phsar
from app.db.session import engine, reading, transaction
from app.embedded.postgres import EmbeddedPostgres
from app.identity.actions.register_user import register_user
from app.identity.passwords import hash_password
from app.ledger.period_models import Books
from app.wiring import create_app
from tests.support.evm import EvmChain
from tests.support.http import web_settings
from tests.support.stripe_server import ROOT
from tests.support.visitor import Visitor

PAGE = (ROOT / "docs/operators/a-new-market.md").read_text()
COMMANDS = [line.partition("#")[0].strip() for line in re.findall(r"(?m)^phsar (.+)", PAGE)]
EMAIL, PASSWORD = "you@example.com", "four words nobody guesses"
GAS_MONEY = hex(10**20)
CONTRACTS = ("Escrow", "SettlementToken", "LedgerAnchor")


def test_the_commands_of_the_page_make_a_market_its_operator_can_open(
    database_server: EmbeddedPostgres, evm: EvmChain, tmp_path: Path
) -> None:
    evm.mine_with_each_transaction(on=True)
    database_server.create_database("new_market")
    (tmp_path / "rates.toml").write_text(re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1])
    settings = web_settings(database_url=database_server.url_of("new_market"), chain_rpc_url=evm.url)
    environment = {name.upper(): str(value) for name, value in vars(settings).items()}

    def type_in(words: str) -> str:
        for file in ("rates.toml", "market-keys.env"):
            words = words.replace(file, f"{tmp_path}/{file}")
        done = CliRunner(env=environment).invoke(phsar, shlex.split(words), catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    said: dict[str, str] = {}
    for words in COMMANDS:
        if words.startswith("staff grant"):
            app = create_app(settings)
            with app.app_context(), transaction() as session:
                register_user(
                    session, email=EMAIL, password_hash=hash_password(PASSWORD), confirmed_at=datetime.now(UTC)
                )
        said[words] = type_in(words)
        if words == "chain addresses":
            evm.call("anvil_setBalance", json.loads(said[words])["treasury"], GAS_MONEY)

    visitor = Visitor(app)
    visitor.sign_in(EMAIL, PASSWORD)
    assert visitor.open("/console").status_code == 200
    assert "Rice & noodles" in visitor.open("/").get_data(as_text=True).replace("&amp;", "&")
    assert f"operator    {EMAIL}" in said["staff list"]
    assert "4,010" in type_in("fx show")
    assert len(json.loads(type_in("chain addresses"))) == len(json.loads(said["chain addresses"])) + len(CONTRACTS)
    with reading() as session:
        assert session.scalars(select(Books.time_zone)).one() == settings.market_time_zone != "UTC"
    engine().dispose()
    database_server.drop_database("new_market")
