"""What people are told of requests and quotes: a sentence for their page and the subject of the mail, and the mail."""

from app.errors import N_

ASKED, NOTED, DECLINED, QUOTED = "rfq.asked", "rfq.noted", "rfq.declined", "rfq.quoted"
COUNTERED, WITHDRAWN, EXPIRED = "rfq.countered", "rfq.withdrawn", "rfq.expired"
ACCEPTED, AGREED, NOT_CHOSEN, TAKEN_BACK, CLOSED = (
    "rfq.accepted",
    "rfq.agreed",
    "rfq.not_chosen",
    "rfq.taken_back",
    "rfq.closed",
)
NEWS = {
    ASKED: N_("%(who)s asks you for a quote: “%(title)s”."),
    NOTED: N_("%(who)s wrote to you about the request “%(title)s”."),
    DECLINED: N_("%(who)s sends no quote for “%(title)s”."),
    QUOTED: N_("%(who)s sent quote %(number)s for “%(title)s”: %(total)s."),
    COUNTERED: N_("%(who)s asks for other terms than those of quote %(number)s."),
    WITHDRAWN: N_("%(who)s took back quote %(number)s for “%(title)s”."),
    EXPIRED: N_("Quote %(number)s for “%(title)s” ended without an answer."),
    ACCEPTED: N_("%(who)s accepted quote %(number)s: %(total)s."),
    AGREED: N_("Quote %(number)s is accepted. The goods are kept for you."),
    NOT_CHOSEN: N_("The request “%(title)s” was decided for another quote."),
    TAKEN_BACK: N_("%(who)s took back the request “%(title)s”."),
    CLOSED: N_("The time for quotes for “%(title)s” is over."),
}
MAILS = {
    ASKED: N_(
        """Hello,

%(who)s asks you for prices, freight and terms: “%(title)s”, to be delivered to %(place)s. Lines: %(count)s.

Send your quote until %(by)s, ask for more information, or decline. If you do nothing, the buyer decides among the others.

%(link)s"""
    ),
    NOTED: N_(
        """Hello,

%(who)s wrote to you about the request “%(title)s”. Read it and answer here:

%(link)s"""
    ),
    DECLINED: N_(
        """Hello,

%(who)s sends no quote for “%(title)s” and says: %(reason)s

What the other shops quote is here:

%(link)s"""
    ),
    QUOTED: N_(
        """Hello,

%(who)s sent quote %(number)s for “%(title)s”: %(total)s with freight.

Accept it, or ask for other terms, until %(by)s. If you do nothing, the quote ends then and nothing is bought.

%(link)s"""
    ),
    COUNTERED: N_(
        """Hello,

%(who)s asks for other terms than those of quote %(number)s for “%(title)s”.

Answer with a new version. If you do nothing, the buyer can still accept your quote as it is until %(by)s.

%(link)s"""
    ),
    WITHDRAWN: N_(
        """Hello,

%(who)s took back quote %(number)s for “%(title)s”. Nothing was bought.

%(link)s"""
    ),
    EXPIRED: N_(
        """Hello,

quote %(number)s for “%(title)s” ended without an answer. Nothing was bought, and nothing is held.

%(link)s"""
    ),
    ACCEPTED: N_(
        """Hello,

%(who)s accepted quote %(number)s for “%(title)s”: %(total)s. The goods are taken off your stall and kept for the buyer.

The buyer pays until %(by)s; then you get an order to send. If it is not paid by then, the goods are on your stall again.

%(link)s"""
    ),
    AGREED: N_(
        """Hello,

quote %(number)s of %(who)s for “%(title)s” is accepted: %(total)s. The goods are kept for you.

Pay until %(by)s. If you do not, the deal ends then and the goods can be sold to somebody else.

%(link)s"""
    ),
    NOT_CHOSEN: N_(
        """Hello,

%(who)s decided the request “%(title)s” for another quote. You need not do anything more.

%(link)s"""
    ),
    TAKEN_BACK: N_(
        """Hello,

%(who)s took back the request “%(title)s”. You need not do anything more.

%(link)s"""
    ),
    CLOSED: N_(
        """Hello,

the time for quotes for “%(title)s” is over. Quotes that came: %(count)s. Each of them can be accepted until its own day.

%(link)s"""
    ),
}
