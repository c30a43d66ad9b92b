"""What the market writes to companies about their terms: a line of news, which is the mail's subject too, and the mail."""

from collections.abc import Mapping

from app.credit.events import TermsMove
from app.errors import N_

KIND_OF: Mapping[TermsMove, str] = {
    TermsMove.GIVEN: "terms.given",
    TermsMove.CHANGED: "terms.changed",
    TermsMove.WITHDRAWN: "terms.withdrawn",
}
SUBJECTS: Mapping[TermsMove, str] = {
    TermsMove.GIVEN: N_("%(shop)s lets %(company)s pay later"),
    TermsMove.CHANGED: N_("%(shop)s changed how %(company)s may pay later"),
    TermsMove.WITHDRAWN: N_("%(shop)s does not let %(company)s pay later any more"),
}
BODIES: Mapping[TermsMove, str] = {
    TermsMove.GIVEN: N_(
        """Hello,

%(shop)s at %(market)s lets %(company)s order up to %(limit)s and pay within %(days)s days.

At checkout choose “Order now, pay later”. Until such an order is paid, nothing of it is held in escrow, so the market can give nothing back.

What your company owes, and where it may pay later: %(link)s"""
    ),
    TermsMove.CHANGED: N_(
        """Hello,

%(shop)s at %(market)s changed what it grants %(company)s: from now on it may owe up to %(limit)s and pays within %(days)s days.

What is ordered already keeps its day to pay.

What your company owes, and where it may pay later: %(link)s"""
    ),
    TermsMove.WITHDRAWN: N_(
        """Hello,

%(shop)s at %(market)s does not let %(company)s order and pay later any more. Orders paid at once go on as before.

What is ordered already keeps its day to pay.

What your company owes: %(link)s"""
    ),
}
NEWS: Mapping[str, str] = {KIND_OF[move]: subject for move, subject in SUBJECTS.items()}
