"""Reporting goods."""

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.catalog.queries.goods import listing_shown
from app.db.session import reading, transaction
from app.identity.actor import ANONYMOUS
from app.identity.current import current_actor
from app.moderation.actions.report_listing import report_listing
from app.moderation.forms import ReportForm
from app.moderation.views import bp
from app.web.limits import REGISTER, limiter
from app.web.pages import flash, go_on, page


@bp.route("/p/<slug>/report", methods=["GET", "POST"])
@limiter.shared_limit(REGISTER, scope="goods-reports", methods=["POST"])
def report(slug: str) -> ResponseReturnValue:
    """Anybody may: who is not signed in hears nothing back."""
    form = ReportForm()
    with reading() as session:
        listing = listing_shown(session, ANONYMOUS, slug)
    if form.validate_on_submit():
        with transaction() as session:
            report_listing(session, current_actor(), slug, reason=form.reason.data, text=form.text.data or "")
        flash(_("Thank you. Somebody of the market looks at it."))
        return go_on(url_for("catalog.product", slug=slug))
    return page("moderation/report.html", 422 if form.is_submitted() else 200, form=form, listing=listing)
