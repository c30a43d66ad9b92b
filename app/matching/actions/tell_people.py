"""Who has to act on an exception is told: the one it was given to, and those of whom one has to agree."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from app.config.current import settings
from app.identity.models import User
from app.identity.queries import market_addresses
from app.matching.mails import BODIES, SUBJECTS
from app.matching.models import MatchException
from app.matching.rules import RESOLVERS
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language


def tell_people(
    session: Session, what: str, about: UUID, found: MatchException, *, who: UUID, whom: Collection[UUID] | None = None, words: str = ""
) -> None:  # fmt: skip
    """One mail each, once for `about`: to `whom`, or to all who resolve exceptions, but never to who did it."""
    current = settings()
    doer = session.get_one(User, who)
    values = {
        "market": current.market_name,
        "reference": found.reference,
        "who": doer.name or doer.email or "",
        "words": words,
        "link": f"{current.public_url}/books/exceptions/{found.id}",
    }
    people = {row[0]: row for role in RESOLVERS for row in market_addresses(session, role)}
    for user_id, address, locale in people.values():
        if user_id != who and (whom is None or user_id in whom):
            send_mail(
                session,
                key=f"exception:{what}:{about}:{user_id}",
                recipient=address,
                locale=locale,
                subject=in_language(locale, SUBJECTS[what], **values),
                body=in_language(locale, BODIES[what], **values),
            )
