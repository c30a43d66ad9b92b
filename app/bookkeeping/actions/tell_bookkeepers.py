"""No journal is turned back in silence: whoever reads the books is told."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.bookkeeping.mails import REVERSAL_BODIES, REVERSAL_SUBJECTS
from app.bookkeeping.models import Reversal
from app.bookkeeping.queries.parties import party_names
from app.config.current import settings
from app.identity.queries import market_addresses
from app.identity.rules.roles import READING_BOOKS
from app.ledger.models import Journal
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language


def tell_bookkeepers(session: Session, what: str, asked: Reversal, *, who: UUID, words: str) -> None:
    """One mail each to operators, accountants and auditors but whoever did it."""
    current = settings()
    values = {
        "market": current.market_name,
        "number": str(session.get_one(Journal, asked.journal_id).sequence),
        "who": party_names(session, [who]).get(who, ""),
        "words": words,
        "link": f"{current.public_url}/books/reversals/{asked.journal_id}",
    }
    people = {row[0]: row for role in READING_BOOKS for row in market_addresses(session, role)}
    for user_id, address, locale in people.values():
        if user_id != who:
            send_mail(
                session,
                key=f"reversal:{what}:{asked.id}:{user_id}",
                recipient=address,
                locale=locale,
                subject=in_language(locale, REVERSAL_SUBJECTS[what], **values),
                body=in_language(locale, REVERSAL_BODIES[what], **values),
            )
