"""Nothing happens to a month in silence: whoever reads the books is told."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.closing.mails import CLOSED_BODIES, CLOSED_SUBJECTS
from app.closing.queries import names_of
from app.config.current import settings
from app.identity.queries import market_addresses
from app.identity.rules.roles import READING_BOOKS
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language


def tell_readers(
    session: Session,
    what: str,
    about: UUID,
    period: str,
    *,
    who: UUID,
    second: UUID | None = None,
    reason: str = "",
    hash_text: str = "",
) -> None:
    """One mail each to operators, accountants and auditors but whoever did it last; once for `about`."""
    current, doer = settings(), second or who
    names = names_of(session, {who, doer})
    values = {
        "market": current.market_name,
        "period": period,
        "who": names.get(who, ""),
        "second": names.get(doer, ""),
        "reason": reason,
        "hash": hash_text,
        "link": f"{current.public_url}/books/months/{period}",
    }
    people = {row[0]: row for role in READING_BOOKS for row in market_addresses(session, role)}
    for user_id, address, locale in people.values():
        if user_id != doer:
            send_mail(
                session,
                key=f"month:{what}:{about}:{user_id}",
                recipient=address,
                locale=locale,
                subject=in_language(locale, CLOSED_SUBJECTS[what], **values),
                body=in_language(locale, CLOSED_BODIES[what], **values),
            )
