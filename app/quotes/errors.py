"""What deals and offers refuse, and what to do about it."""

from app.errors import N_, Conflict, Invalid, NotFound


class DealNotFound(NotFound):
    code = "deal-not-found"
    message = N_("There is no such deal, or it is not yours to see. Sign in with the account that made it.")


class DealIsOver(Conflict):
    """Lapsed, canceled or ordered; `DealIsOrdered` says the last."""

    code = "deal-is-over"
    message = N_(
        "This deal is over, and the goods are on the stall again. Nothing was charged; you can make a new offer."
    )


class DealIsOrdered(Conflict):
    code = "deal-is-ordered"
    message = N_("This deal is ordered and paid already. You find the order among your orders.")


class DealIsBeingPaid(Conflict):
    code = "deal-is-being-paid"
    message = N_("This deal is being paid just now. Wait until the payment is through or its time is over.")


class DealIsFixed(Conflict):
    code = "deal-is-fixed"
    message = N_(
        "Goods, quantities and prices of a deal are agreed and cannot be changed. Put other goods into your cart."
    )


class DealIsEmpty(Invalid):
    code = "deal-is-empty"
    message = N_("A deal is about at least one thing, of one seller, each named once.")


class GoodsGone(Conflict):
    """`listing` is its title, `left` what can still be had."""

    code = "goods-gone"
    message = N_(
        "%(listing)s: only %(left)s can be had just now, because somebody else is buying it. "
        "If they do not pay it is free again within minutes; else agree on fewer."
    )


class OfferNotFound(NotFound):
    code = "offer-not-found"
    message = N_("There is no such offer, or it is not yours to see. Sign in with the account that made it.")


class NoOffersHere(Conflict):
    code = "no-offers-here"
    message = N_("This seller takes no offers for these goods. You can buy them at their price.")


class OwnGoods(Conflict):
    code = "own-goods"
    message = N_("These are goods of your own shop. Change their price instead.")


class OfferRunning(Conflict):
    code = "offer-running"
    message = N_("You have an offer for this already. Answer it or take it back before you make another one.")


class OfferMoved(Conflict):
    code = "offer-moved"
    message = N_("Meanwhile there is a newer offer. Nothing was agreed: look at the newest one and answer that.")


class NotYourTurn(Conflict):
    code = "not-your-turn"
    message = N_("The other side has to answer first. You hear from us by mail.")


class OfferIsOver(Conflict):
    code = "offer-is-over"
    message = N_("This offer is over, so nothing can be agreed on it any more. A new one can be made.")


class OfferTooHigh(Invalid):
    code = "offer-too-high"
    message = N_("It costs %(price)s without an offer. Offer less, or put it into your cart.")


class PriceTooLow(Invalid):
    code = "offer-too-low"
    message = N_("Enter a price above zero that comes to at least 1 US cent.")


class TooManyRounds(Conflict):
    code = "too-many-rounds"
    message = N_("You have gone back and forth %(most)s times. Accept or decline what is on the table.")


class TooManyOffers(Conflict):
    code = "too-many-offers"
    message = N_("You have %(most)s offers running. Wait for an answer, or take one back, before you make another.")


class NotOfTheCompany(Conflict):
    code = "not-of-the-company"
    message = N_("This offer was made for a company that you do not buy for any more.")


class UnusableParts(Invalid):
    code = "unusable-parts"
    message = N_(
        "At most %(deposit)s %% can be a deposit, and at most %(before)s %% together leave before the goods are accepted."
    )


class UnusableFreight(Invalid):
    code = "unusable-freight"
    message = N_(
        "Name one of the eleven Incoterms with its place, a freight of zero or more, and at most %(longest)s days on the way."
    )
