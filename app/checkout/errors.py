"""What checkout refuses."""

from app.errors import N_, Conflict, Invalid, NotFound


class CartIsEmpty(Conflict):
    code = "cart-is-empty"
    message = N_("Your cart is empty. Put something in before you check out.")


class CartHasProblems(Conflict):
    code = "cart-has-problems"
    message = N_("Something in your cart cannot be ordered as it is. Mend what is marked, then go on.")


class NotInCart(NotFound):
    code = "not-in-cart"
    message = N_("This is not in your cart any more.")


class CartIsFull(Conflict):
    code = "cart-is-full"
    message = N_("A cart holds at most %(most)s different goods. Check out what you have first.")


class WalletNeeded(Conflict):
    code = "wallet-needed"
    message = N_("Connect the wallet you want to pay with first.")


class ShopClosedForNow(Invalid):
    code = "shop-closed-for-now"
    message = N_("%(seller)s is closed for now, so its goods cannot be ordered. Nothing was put into your cart.")


class OwnGoods(Invalid):
    code = "own-goods"
    message = N_("These are goods of a shop you work for, and nobody buys from the own shop. Nothing was put into your cart.")  # fmt: skip


class CartNotFound(NotFound):
    code = "cart-not-found"
    message = N_("There is no cart with this Cart-Token. Open one with POST /api/v1/carts.")


class NotReadyToOrder(Conflict):
    code = "not-ready-to-order"
    message = N_("Give the cart a contact and an address first.")


class BuyerChanged(Conflict):
    code = "buyer-changed"
    message = N_("You are buying for somebody else now than when you opened this page. Look at it again.")


class OverLimit(Conflict):
    code = "over-spending-limit"
    message = N_("This order is above your spending limit of %(limit)s. Ask an approver of your company.")


class PurchaseNumberMissing(Invalid):
    code = "purchase-number-missing"
    message = N_("Your company wants a purchase order number on every order. Enter it.")


class ApprovalNotFound(NotFound):
    code = "approval-not-found"
    message = N_("There is no such request.")


class AlreadyDecided(Conflict):
    code = "approval-already-decided"
    message = N_("This request was decided or taken back meanwhile. Look at it again.")


class ApprovalRunning(Conflict):
    code = "approval-running"
    message = N_("This deal waits for an approver, or was approved. Take the request back before you change anything.")


class AskerLeft(Conflict):
    code = "asker-left"
    message = N_(
        "Who asked does not buy for the company any more, so it cannot be ordered in their name. An approver takes it over first."
    )


class AskerStillBuys(Conflict):
    code = "asker-still-buys"
    message = N_("Who asked still buys for the company, so there is nothing to take over. Look at the request again.")


class NoCompanyChosen(Conflict):
    code = "no-company-chosen"
    message = N_("You are buying for yourself, so there is nobody to ask. Choose the company you buy for.")


class MarketVoucherNeedsCard(Conflict):
    code = "market-voucher-needs-card"
    message = N_(
        "The market pays for one of your vouchers, and that works with a card only. Pay by card, or take the voucher out."
    )


class BelowCardMinimum(Conflict):
    code = "below-card-minimum"
    message = N_(
        "By card at least %(least)s can be paid, and %(missing)s is missing. Nothing was ordered or charged: add goods for that, or pay from a wallet of your own."
    )


class OwedBelowCardMinimum(Conflict):
    code = "below-card-minimum"
    message = N_("By card at least %(least)s can be paid, and %(missing)s is missing. Pay from a wallet of your own.")


class ApprovalBelowCardMinimum(Conflict):
    code = "below-card-minimum"
    message = N_(
        "What an approver agrees to is paid by card, which takes at least %(least)s; %(missing)s is missing. Nothing was asked."
    )


class AddressMissing(Invalid):
    code = "address-missing"
    message = N_("Something of this is sent by parcel. Say where it shall go.")


class ShopDoesNotSell(Conflict):
    code = "shop-does-not-sell"
    message = N_("This shop does not sell here any more and has not sent the goods. Do not pay: cancel the order.")
