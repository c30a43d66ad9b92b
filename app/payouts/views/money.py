"""Where a seller's money is, where each figure comes from, and asking for it."""

from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.config.current import settings
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import acting_shop, current_actor, require_shop
from app.identity.queries import shop_run_by
from app.identity.rules.roles import ACCOUNTING
from app.money.amounts import Money, TokenAmount
from app.payouts.actions.request_redemption import request_redemption
from app.payouts.forms import RedemptionForm
from app.payouts.lines import SHOWN, claim_lines, held_lines, movements
from app.payouts.queries import redemption_page, seller_money
from app.payouts.views import bp
from app.payouts.views.words import claim_words, state_words
from app.web.languages import current_time_zone
from app.web.pages import flash, go_on, page


@bp.route("/desk/money", methods=["GET", "POST"])
@require_shop
def money() -> ResponseReturnValue:
    """The figures with their lines; a redemption is asked for here."""
    shop_id, form = acting_shop(ACCOUNTING), RedemptionForm()
    if form.validate_on_submit():
        try:
            _ask(shop_id, form)
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Asked for. The market approves it, then the bank pays; you see each step below."))
            return go_on(f"/desk/money?shop={shop_id}")
    return _money_page(shop_id, form)


def _ask(shop_id: UUID, form: RedemptionForm) -> None:
    asked = form.amount.data
    assert asked is not None
    in_transaction(
        lambda session: request_redemption(session, current_actor(), shop_id, cents=asked.minor, form_token=form.token)
    )


def _money_page(shop_id: UUID, form: RedemptionForm) -> ResponseReturnValue:
    actor = current_actor()
    with reading() as session:
        shop = shop_run_by(session, actor, shop_id, ACCOUNTING)
        figures = seller_money(session, shop_id)
        held, moved = held_lines(session, shop_id), movements(session, shop_id)
        claims = claim_lines(session, shop_id)
        asked = redemption_page(session, actor, organization_id=shop_id, size=20)
    if not form.is_submitted() and figures.redeemable_cents:
        form.amount.data = Money(figures.redeemable_cents, "USD")
    return page(
        "payouts/money.html",
        422 if form.is_submitted() else 200,
        shop=shop,
        figures=figures,
        held=held,
        moved=moved,
        withheld=figures.withheld_units,
        claims=claims,
        claim_words=claim_words(),
        percent=settings().chargeback_share_percent,
        asked=asked,
        form=form,
        shown=SHOWN,
        units=lambda amount: TokenAmount(int(amount)),
        words=state_words(),
        zone=current_time_zone().key,
    )
