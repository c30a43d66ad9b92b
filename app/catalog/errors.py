"""What the catalog raises."""

from app.errors import N_, Conflict, Invalid, NotFound


class ListingNotFound(NotFound):
    code = "listing-not-found"
    message = N_("There are no such goods, or they are not on sale any more.")


class CategoryNotFound(NotFound):
    code = "category-not-found"
    message = N_("There is no such category.")


class VariantNotFound(NotFound):
    code = "variant-not-found"
    message = N_("This choice is not on sale any more. Choose another one.")


class QuantityTooSmall(Invalid):
    code = "quantity-too-small"
    message = N_("Enter at least %(minimum)s: this seller sells from %(minimum)s %(unit)s.")


class QuantityNotInSteps(Invalid):
    code = "quantity-not-in-steps"
    message = N_("This seller sells in steps of %(step)s %(unit)s. Enter %(below)s or %(above)s.")


class TooFewLeft(Invalid):
    code = "too-few-left"
    message = N_("Only %(left)s %(unit)s can be ordered just now. Enter %(left)s or less.")


class NoneLeft(TooFewLeft):
    """Somebody else has or holds all of it."""

    code = "none-left"
    message = N_("Nothing of it can be ordered just now: it is sold, or kept for somebody else. Take it out to go on.")


class OutOfStock(Conflict):
    """`listing` is its title, `left` what can still be had."""

    code = "out-of-stock"
    message = N_("%(listing)s: only %(left)s left. Change the quantity in your cart to go on.")


class HoldChanged(Conflict):
    code = "hold-changed"
    message = N_("This checkout already holds other goods. Start again from the cart.")


class StockBelowHeld(Conflict):
    code = "stock-below-held"
    message = N_(
        "%(held)s are held by buyers: they are paying just now, or you agreed on a deal. Enter %(held)s or more, or wait "
        "until that is over."
    )


class UnusableStock(Invalid):
    code = "unusable-stock"
    message = N_("Stock is a whole number from 0 to 10,000,000.")


class UnusablePrice(Invalid):
    code = "unusable-price"
    message = N_("Enter a price above zero that comes to between 1 cent and 100,000 US dollars.")


class UnusableTitle(Invalid):
    code = "unusable-title"
    message = N_("Give the goods a title of 3 to 120 characters with at least one letter.")


class TextTooLong(Invalid):
    code = "text-too-long"
    message = N_("Keep the description under 6,000 characters; it has %(count)s.")


class UnusableUnit(Invalid):
    code = "unusable-unit"
    message = N_("Say what one piece of it is, such as kg, piece or 500 g, in at most 20 characters.")


class UnusablePack(Invalid):
    code = "unusable-pack"
    message = N_(
        "For packs, say both what is inside, in at most 20 characters, and for each choice how many: from 1 to 100,000."
    )


class UnusableSteps(Invalid):
    code = "unusable-steps"
    message = N_("The smallest quantity and the step are whole numbers from 1 to 100,000.")


class UnusableVariants(Invalid):
    code = "unusable-variants"
    message = N_("Goods have 1 to 50 choices, each with its own code (SKU) of at most 40 characters.")


class TooManyPictures(Invalid):
    code = "too-many-pictures"
    message = N_("Keep it to 8 pictures.")


class PictureNotYours(Invalid):
    code = "picture-not-yours"
    message = N_("One of the pictures is gone. Add it again.")


class NotReadyToPublish(Conflict):
    """Both are missing; a subclass says which one."""

    code = "not-ready-to-publish"
    message = N_("Add a picture and a way to send the goods before you publish.")


class PictureMissing(NotReadyToPublish):
    message = N_("Add a picture before you publish.")


class SendingMissing(NotReadyToPublish):
    message = N_("Say how you send goods before you publish.")


class EditedMeanwhile(Conflict):
    code = "edited-meanwhile"
    message = N_("Somebody else changed these goods since you opened them. Load them again, then make your change.")


class StockMoved(Conflict):
    code = "stock-moved"
    message = N_("Meanwhile the stock became %(current)s. Look again and enter what you have now.")


class ListingRemoved(Conflict):
    code = "listing-removed"
    message = N_("The market has taken these goods off. The mail to the shop's owner says why.")


class UnknownTaxClass(Invalid):
    code = "unknown-tax-class"
    message = N_("Choose what the goods are for the tax.")


class UnknownCondition(Invalid):
    code = "unknown-condition"
    message = N_("Choose the condition of the goods.")


class UnusableSample(Invalid):
    code = "unusable-sample"
    message = N_("One buyer can get from 1 to %(most)s samples.")


class SampleLimit(Conflict):
    """`listing` is its title, `most` how many one buyer gets, `had` how many this buyer has ordered before."""

    code = "sample-limit"
    message = N_("%(listing)s: one buyer gets at most %(most)s of these samples, and you have ordered %(had)s before.")


class OtherCurrency(Invalid):
    code = "other-currency"
    message = N_("This shop sells in %(currency)s. Give its prices in %(currency)s.")


class TooDearUnseen(Invalid):
    code = "too-dear-unseen"
    message = N_(
        "Until the market has looked at you as a seller, things of up to %(most)s can be sold. We look within two working days."
    )


class TooManyUnseen(Conflict):
    code = "too-many-unseen"
    message = N_(
        "Until the market has looked at you as a seller, %(most)s things can be on sale at once. It is saved as a draft; "
        "we look within two working days."
    )


class BecomeTrader(Conflict):
    code = "become-trader"
    message = N_(
        "You have sold as much this year as your country lets private persons sell. To list more, change your shop to a "
        "sole trader or a company on its page. What is on sale stays on sale."
    )
