"""Orders for programs: by an order's key, of an account, and of a shop."""

from app.orders.api import (
    bought,
    evidence,
    files,
    groups,
    handover,
    parcels,
    proforma,
    returning,
    signing,
    sold,
    taking_back,
    writing,
)

BLUEPRINTS = (
    groups.bp,
    bought.bp,
    sold.bp,
    parcels.bp,
    returning.bp,
    taking_back.bp,
    evidence.bought,
    evidence.sold,
    signing.bought,
    signing.sold,
    files.bought,
    files.sold,
    proforma.bp,
    handover.bought,
    handover.sold,
    writing.bought,
    writing.sold,
)
