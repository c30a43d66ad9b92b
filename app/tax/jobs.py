"""Watching the presets age."""

import structlog

from app.config.days import market_today
from app.db.session import transaction
from app.events.bus import publish
from app.tax.events import TaxRateEnded
from app.tax.queries import ended_presets

log = structlog.get_logger(__name__)


def check_presets() -> None:
    """Say aloud, every day, which rates have ended; a stale rate must not go on in silence."""
    with transaction() as session:
        for preset in ended_presets(market_today()):
            assert preset.ends_on is not None
            log.warning("tax_rate_ended", country=preset.country, rate=preset.name, ended_on=preset.ends_on.isoformat())
            publish(session, TaxRateEnded(preset.country, preset.name, preset.rate_bps, preset.ends_on))


JOBS = {"tax.check_presets": check_presets}
PERIODIC = {"tax.check_presets": "17 1 * * *"}
