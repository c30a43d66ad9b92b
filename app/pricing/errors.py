"""What pricing refuses."""

from app.errors import N_, Conflict, Invalid, NotFound


class UnusableTiers(Invalid):
    code = "unusable-tiers"
    message = N_(
        "Each price for a larger quantity begins at a quantity of its own, more than %(minimum)s; at most %(most)s of them fit."
    )


class UnreadableTier(Invalid):
    code = "unreadable-tier"
    message = N_("“%(typed)s” cannot be read. Write a quantity, a space and the price for each, like %(example)s.")


class GroupNotFound(NotFound):
    code = "customer-group-not-found"
    message = N_("There is no such customer group.")


class GroupNameTaken(Conflict):
    code = "customer-group-name-taken"
    message = N_("You have a customer group of this name already. Choose another name.")


class UnusableName(Invalid):
    code = "unusable-name"
    message = N_("Give it a name of 2 to 60 characters.")


class TooManyAsked(Invalid):
    code = "too-many-buyers-asked"
    message = N_(
        "A shop writes to at most %(most)s buyers within a day, so that nobody's mailbox is flooded. Name at most %(left)s more now, and the others tomorrow."
    )


class TooManyAtOnce(Invalid):
    code = "too-many-at-once"
    message = N_("Enter at most %(most)s addresses at once.")


class NotAnAddress(Invalid):
    code = "not-an-address"
    message = N_("“%(typed)s” is not an e-mail address. Write one address on each line.")


class MembershipNotFound(NotFound):
    code = "group-membership-not-found"
    message = N_("There is no such offer for you any more.")


class AlreadyAnswered(Conflict):
    code = "group-already-answered"
    message = N_("This was answered or taken back meanwhile. Look at it again.")


class PriceListNotFound(NotFound):
    code = "price-list-not-found"
    message = N_("There is no such price list.")


class PriceListNameTaken(Conflict):
    code = "price-list-name-taken"
    message = N_("You have a price list of this name already. Choose another name.")


class UnusableShare(Invalid):
    code = "unusable-share"
    message = N_("Enter from 0 to 90 percent with at most two decimals, for example 12.5.")


class EditedMeanwhile(Conflict):
    code = "price-list-edited-meanwhile"
    message = N_("Somebody else changed this price list since you opened it. Load it again, then make your change.")
