"""`phsar books …`: each command where its package is, and a file can be verified where there is no market."""

from importlib import import_module

import click

COMMANDS = {
    "tie-out": ("app.reconciliation.commands", "tie_out"),
    "match": ("app.matching.commands", "match"),
    "seal": ("app.proofs.commands", "seal"),
    "export": ("app.proofs.commands", "export"),
    "verify": ("app.proofs.commands", "verify"),
    "months": ("app.closing.commands", "months"),
    "close": ("app.closing.commands", "close"),
    "reopen": ("app.closing.commands", "reopen"),
    "snapshot": ("app.closing.commands", "snapshot"),
}


class Commands(click.Group):
    """Those of `COMMANDS`: only the one that was asked for is loaded."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group("books", cls=Commands)
@click.pass_context
def books(context: click.Context) -> None:
    """The ledger against Stripe and the chain, and against itself as it was sealed."""
    if context.obj is not None and context.invoked_subcommand != "verify":
        context.obj()
