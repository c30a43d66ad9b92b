"""From a sent form to a message, for the pages of this package and of the packages that know the subjects."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

from app.db.session import in_transaction
from app.errors import DomainError
from app.messages.errors import WriteLater
from app.messages.files import Draft
from app.messages.forms import MessageForm
from app.web.limits import WRITE, free_again_at


def send(form: MessageForm, work: Callable[[Session, Draft], UUID]) -> tuple[UUID | None, int]:
    """Do `work`, which gives the thread; None when it was refused: the form then says why and still holds the text.

    The second value is the HTTP status of the page that follows. Pictures are decoded before the transaction.
    """
    if not form.validate_on_submit():
        return None, 422
    try:
        free_at = free_again_at(WRITE, "messages")
        if free_at is not None:
            raise WriteLater(field="body", at=free_at)
        draft = form.draft()
        return in_transaction(lambda session: work(session, draft)), 303
    except DomainError as refusal:
        form.add_problem(refusal)
        return None, refusal.status
