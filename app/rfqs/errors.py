"""What requests and quotes refuse, and what to do about it."""

from app.errors import N_, Conflict, Invalid, NotFound


class RequestNotFound(NotFound):
    code = "request-for-quotation-not-found"
    message = N_("There is no such request, or it is not yours to see. Sign in with the account that made it.")


class QuoteNotFound(NotFound):
    code = "quote-not-found"
    message = N_("There is no such quote, or it is not yours to see.")


class FileNotFound(NotFound):
    code = "request-file-not-found"
    message = N_("There is no such file, or it is not yours to see.")


class NothingAsked(Invalid):
    code = "nothing-asked"
    message = N_("Write at least one line: what you need and how much of it.")


class TooManyRequestLines(Invalid):
    code = "too-many-request-lines"
    message = N_("These are %(count)s lines. At most %(most)s fit into one request; make a second one for the rest.")


class UnreadableRequestLine(Invalid):
    code = "unreadable-request-line"
    message = N_(
        "Line %(line)s: “%(typed)s” has no quantity from 1 to 1,000,000. Write it at the end, as in: Black pepper 200 kg"
    )


class NoShops(Invalid):
    code = "no-shops-asked"
    message = N_("Name at least one shop that is asked.")


class TooManyShops(Invalid):
    code = "too-many-shops-asked"
    message = N_("These are %(count)s shops. One request goes to at most %(most)s.")


class UnknownShop(Invalid):
    code = "unknown-shop-asked"
    message = N_(
        "“%(typed)s” is no shop that sells here now, or several are called so. Write the last part of its address, as in /s/sothys-farm"
    )


class OwnShopAsked(Invalid):
    code = "own-shop-asked"
    message = N_("%(shop)s is your own shop. Take it out of the list.")


class UnusableDay(Invalid):
    code = "unusable-request-day"
    message = N_("Choose a day from today to %(last)s.")


class TooManyRequestFiles(Invalid):
    code = "too-many-request-files"
    message = N_("At most %(most)s files go with a request.")


class TooManyRunning(Conflict):
    code = "too-many-requests-running"
    message = N_("You have %(most)s requests running. Take one back before you make another.")


class NoDraft(Conflict):
    code = "request-is-no-draft"
    message = N_("This request was sent already and cannot be changed any more. You can take it back.")


class RequestIsOver(Conflict):
    code = "request-is-over"
    message = N_("This request is over: it was decided, taken back, or its time has passed. Nothing was changed.")


class RequestDecided(Conflict):
    code = "request-is-decided"
    message = N_("A quote of this request was accepted already. Nothing more was agreed.")


class ShopOffTheMarket(Conflict):
    code = "quoting-shop-off-the-market"
    message = N_("%(shop)s does not sell here at the moment, so nothing can be agreed with it.")


class QuoteMoved(Conflict):
    code = "quote-moved"
    message = N_("Meanwhile there is a newer version of this quote. Nothing was agreed: look at the newest one.")


class RequestMoved(Conflict):
    code = "quote-version-exists"
    message = N_("A colleague has sent a version meanwhile. Look at it before you send another.")


class DraftMoved(Conflict):
    """`who` kept it meanwhile."""

    code = "quote-draft-moved"
    message = N_(
        "%(who)s kept this draft meanwhile. Look at theirs first, in another tab: what you keep or send next takes its place."
    )


class DraftGone(Conflict):
    code = "quote-draft-gone"
    message = N_("This draft was discarded meanwhile. What you keep or send next counts.")


class QuoteIsOver(Conflict):
    code = "quote-is-over"
    message = N_("This quote is over, so nothing can be agreed on it any more. Ask the seller for a new version.")


class GoodsWithdrawn(Conflict):
    code = "quoted-goods-withdrawn"
    message = N_("%(goods)s is not sold any more. Ask the seller for a new version of the quote.")


class StrangeFileLine(Invalid):
    """`line` is what stands in the first column."""

    code = "strange-price-list-line"
    message = N_(
        "The request has no line “%(line)s”. Take the file of this request, leave its first column as it is, and fill in prices."
    )


class NothingQuoted(Invalid):
    code = "nothing-quoted"
    message = N_("Write a price for at least one line.")


class QuoteWorthless(Invalid):
    code = "quote-worth-nothing"
    message = N_("Every line has to come to at least 1 US cent.")


class QuoteTooLarge(Invalid):
    code = "quote-too-large"
    message = N_("Goods and freight come to more than %(most)s, which is the most of one checkout. Quote fewer lines.")


class QuotedTwice(Invalid):
    code = "quoted-twice"
    message = N_("%(goods)s stands on two lines. Quote it on one of them, with the whole quantity.")


class UnknownGoods(Invalid):
    code = "unknown-quoted-goods"
    message = N_(
        "“%(typed)s” is none of your goods. Write the code (SKU) of goods of your shop, so that they can be ordered."
    )


class CodeMissing(Invalid):
    code = "quoted-code-missing"
    message = N_("Write the code (SKU) or address (/p/…) of goods of your shop, so that the line can be ordered.")


class AmbiguousGoods(Invalid):
    code = "ambiguous-quoted-goods"
    message = N_(
        "Several of your goods have the code “%(typed)s”. Write the address of the one you mean, as in /p/black-pepper"
    )


class ChoiceMissing(Invalid):
    """The address of goods with several choices."""

    code = "quoted-choice-missing"
    message = N_("“%(typed)s” has several choices. Write the code of the one you mean: %(codes)s")


class UnusableQuantity(Invalid):
    code = "unusable-quoted-quantity"
    message = N_("Enter a quantity from %(least)s to 1,000,000.")


class NothingCountered(Invalid):
    code = "nothing-countered"
    message = N_("Change a price or a quantity, or write what you ask for.")


class NothingNoted(Invalid):
    code = "nothing-noted"
    message = N_("Write something first.")


class TooManyVersions(Conflict):
    code = "too-many-quote-versions"
    message = N_("There are %(most)s versions of this quote already. Accept, decline or leave the last one.")


class TooManyNotes(Conflict):
    code = "too-many-request-notes"
    message = N_("Enough was written about this request: %(most)s messages. Send a quote, or take it up by phone.")
