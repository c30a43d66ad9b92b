"""What a caller of the API can do wrong before any feature is reached."""

from app.errors import N_, Conflict, Invalid


class IdempotencyKeyMissing(Invalid):
    code = "idempotency-key-missing"
    message = N_("Send an Idempotency-Key header (1 to 255 printable characters), new for every new intention.")


class IdempotencyKeyReused(Invalid):
    code = "idempotency-key-reused"
    message = N_("This Idempotency-Key was sent before with another content. Use a new key for a new intention.")


class StillWorking(Conflict):
    code = "still-working"
    message = N_("The first request with this Idempotency-Key is still being worked on. Ask again in a moment.")
