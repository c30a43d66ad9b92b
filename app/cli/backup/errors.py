"""What backing up and restoring refuse. Each message says what to do; the command ends with exit code 1."""

import click


class BackupFailedError(click.ClickException):
    """Nothing usable was written."""


class ArchiveDamagedError(click.ClickException):
    """The archive is not what was written: cut off, altered, or no backup at all."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The archive is damaged: {why}. Nothing was restored; take an older backup.")


class RestoreRefusedError(click.ClickException):
    """The archive does not fit this program, these keys, or the place it was to be put."""
