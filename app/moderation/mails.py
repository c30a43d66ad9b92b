"""What the market writes to shops about their goods."""

from app.errors import N_

REMOVED_SUBJECT = N_("%(goods)s was taken off the market")
REMOVED_BODY = N_(
    """Hello,

we have taken these goods off the market: %(goods)s

Why: %(why)s

Orders that run go on. If you see it otherwise, answer this mail. The goods: %(link)s"""
)
