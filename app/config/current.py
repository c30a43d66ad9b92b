"""The settings of this process, installed once at start."""

from app.config.settings import Settings

_current: Settings | None = None


def install(settings: Settings) -> None:
    global _current  # noqa: PLW0603 - one installation per process
    _current = settings


def is_installed(settings: Settings) -> bool:
    """Whether this process works with these already, as one does that was forked from what had loaded everything."""
    return _current == settings


def settings() -> Settings:
    """Raises RuntimeError before `install`."""
    if _current is None:
        msg = "no settings installed: create_app() or the command line does it"
        raise RuntimeError(msg)
    return _current
