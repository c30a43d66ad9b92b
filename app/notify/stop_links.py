"""The link at the end of a mail that stops such mails, without signing in: whoever reads the mail may say so."""

from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

from app.config.current import settings
from app.errors import N_, NotFound
from app.notify.rules import TOPIC_WORDS


class StopLinkDamaged(NotFound):
    code = "stop-link-damaged"
    message = N_("This link is damaged. Copy it whole from the mail, or sign in and choose your mails in your account.")


def stop_link(user_id: UUID, topic: str) -> str:
    """Good for ever: a mail may be read late."""
    return f"{settings().public_url}/mail/stop/{_signer().dumps([str(user_id), topic])}"


def read_stop_link(token: str) -> tuple[UUID, str]:
    """Whose mails of which topic. Raises StopLinkDamaged."""
    try:
        user_id, topic = _signer().loads(token)
    except BadSignature:
        raise StopLinkDamaged from None
    if topic not in TOPIC_WORDS:
        raise StopLinkDamaged
    return UUID(user_id), topic


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="mail-stop")
