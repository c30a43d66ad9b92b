"""The bank account a shop is paid to."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import acting_shop, current_actor, require_shop
from app.identity.models import Organization
from app.identity.queries import shop_run_by
from app.identity.rules.countries import COUNTRIES
from app.identity.rules.roles import OWNING
from app.payouts.actions.set_bank_account import set_bank_account
from app.payouts.forms import BankAccountForm
from app.payouts.rules import bank_account
from app.payouts.views import bp
from app.web.pages import flash, go_on, page

NOT_LOOKED_AT = ("pending", "rejected")
"""Of such a shop the account is a step to its approval, so its owner goes on there."""


@bp.route("/desk/money/account", methods=["GET", "POST"])
@require_shop
def account() -> ResponseReturnValue:
    """Only the owner sees and changes it."""
    shop_id = acting_shop(OWNING)
    with reading() as session:
        shop = shop_run_by(session, current_actor(), shop_id, OWNING)
    form, is_new = BankAccountForm(data=shop.bank_account), shop.status in NOT_LOOKED_AT
    if form.validate_on_submit():
        try:
            _save(shop, form)
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Saved. Money asked for from now on goes there."))
            return go_on(f"/desk/{'approval' if is_new else 'money'}?shop={shop_id}")
    status = 422 if form.is_submitted() else 200
    bic = COUNTRIES[shop.country].bic
    return page("payouts/account.html", status, shop=shop, form=form, is_new=is_new, bic=bic)


def _save(shop: Organization, form: BankAccountForm) -> None:
    given = bank_account(
        holder=form.holder.data or "",
        bank=form.bank.data or "",
        number=form.number.data or "",
        bic=form.bic.data or "",
        country=shop.country,
    )
    in_transaction(lambda session: set_bank_account(session, current_actor(), shop.id, given))
