"""The account's own page."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.session import reading, transaction
from app.identity.actions.edit_account import edit_account
from app.identity.current import current_account, require_signed_in
from app.identity.forms import AccountForm
from app.identity.queries import shops_of
from app.identity.views import bp
from app.identity.wallets import written
from app.web.pages import flash, go_on, page


@bp.route("/account", methods=["GET", "POST"])
@require_signed_in
def account() -> ResponseReturnValue:
    """Name, language, password, wallet, shops."""
    me = current_account()
    assert me is not None
    form = AccountForm(data={"name": me.name, "locale": me.locale})
    if form.validate_on_submit():
        with transaction() as session:
            edit_account(session, me.id, name=form.name.data, locale=form.locale.data)
        flash(_("Saved."))
        return go_on("/account")
    with reading() as session:
        shops = shops_of(session, me.actor)
    wallet = written(me.wallet_address) if me.wallet_address else None
    status = 422 if form.is_submitted() else 200
    return page("identity/account.html", status, form=form, account=me, shops=shops, wallet=wallet)
