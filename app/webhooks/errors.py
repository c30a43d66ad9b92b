"""What webhooks refuse, and what to do about it."""

from app.errors import N_, Conflict, Invalid, NotFound


class EndpointNotFound(NotFound):
    code = "webhook-not-found"
    message = N_("There is no such webhook, or it is not yours.")


class DeliveryNotFound(NotFound):
    code = "delivery-not-found"
    message = N_("There is no such message, or it is not yours. Messages are kept for 30 days.")


class UnusableAddress(Invalid):
    code = "unusable-webhook-address"
    message = N_("Give an address on the internet that begins with https://, without a password in it.")


class NoKinds(Invalid):
    code = "no-event-kinds"
    message = N_("Choose at least one event.")


class TooManyEndpoints(Conflict):
    code = "too-many-webhooks"
    message = N_("There can be at most %(most)s webhooks. Remove one that is not needed any more.")


class EndpointDisabled(Conflict):
    code = "webhook-is-off"
    message = N_("This webhook is off. Turn it on first.")


class NotDelivered(Exception):
    """The address could not be asked, or did not answer in time; the text is for its owner."""
