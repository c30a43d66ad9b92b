"""What operators get by mail."""

from app.errors import N_

ALARM_SUBJECT = N_("Alarm at %(market)s: %(what)s")
ALARM_BODY = N_(
    """%(what)s

What to do: %(mend)s

It is listed with everything else that is open: %(link)s
You get no second mail of it. It closes by itself when the cause is gone."""
)
