"""Why a voucher cannot be made, or cannot be used just now."""

from app.errors import N_, Conflict, Invalid, NotFound


class VoucherNotFound(NotFound):
    code = "voucher-not-found"
    message = N_("There is no such voucher, or it is not yours to see.")


class BadVoucherCode(Invalid):
    code = "bad-voucher-code"
    message = N_("A code has 3 to 32 letters and digits, for example RAIN10. Spaces and hyphens do not count.")


class VoucherCodeTaken(Conflict):
    code = "voucher-code-taken"
    message = N_("You have a voucher with the code %(typed)s already. Stop it first, or choose another code.")


class ImpossibleVoucher(Invalid):
    code = "impossible-voucher"
    message = N_("Give a percentage from 1 to 90, or an amount above zero, not both.")


class ImpossibleVoucherDays(Invalid):
    code = "impossible-voucher-days"
    message = N_("The last day must not be before the first day, and not in the past.")


class NotYourGoods(Invalid):
    code = "voucher-not-your-goods"
    message = N_("Choose only goods of your own shop.")


class VoucherRefused(Invalid):
    """It cannot be used for this cart at this moment; each kind says why."""

    code = "voucher-refused"


class VoucherUnknown(VoucherRefused):
    code = "voucher-unknown"
    message = N_("There is no voucher with this code for what is in your cart. Check each letter and digit.")


class VoucherNotYet(VoucherRefused):
    code = "voucher-not-yet"
    message = N_("Voucher %(code)s can be used from %(day)s on.")


class VoucherExpired(VoucherRefused):
    code = "voucher-expired"
    message = N_("Voucher %(code)s could be used until %(day)s.")


class VoucherStopped(VoucherRefused):
    code = "voucher-stopped"
    message = N_("Voucher %(code)s was ended by who gave it out.")


class VoucherUsedUp(VoucherRefused):
    code = "voucher-used-up"
    message = N_("Voucher %(code)s is used up: others were faster.")


class VoucherUsedByYou(VoucherRefused):
    code = "voucher-used-by-you"
    message = N_("You have used voucher %(code)s already, as often as one person may.")


class VoucherNotForTheseGoods(VoucherRefused):
    code = "voucher-not-for-these-goods"
    message = N_("Voucher %(code)s is not for the goods in your cart.")


class VoucherNeedsMore(VoucherRefused):
    code = "voucher-needs-more"
    message = N_("Voucher %(code)s is for goods from %(minimum)s on; yours come to %(goods)s.")
