"""The way in to everything for who buys for work."""

from flask.typing import ResponseReturnValue

from app.companies.queries import buying_context, companies_of
from app.db.session import reading
from app.identity.current import current_account, require_signed_in
from app.purchasing.views import bp
from app.web.pages import page


@bp.get("/buying")
@require_signed_in
def hub() -> ResponseReturnValue:
    account = current_account()
    assert account is not None
    with reading() as session:
        context = buying_context(session, account.id)
        companies = companies_of(session, account.actor)
    return page("purchasing/hub.html", context=context, companies=companies)
