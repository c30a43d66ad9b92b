"""Asking a seller about goods. A guest is led to sign in: the answer has to find somebody."""

from datetime import UTC, datetime
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.catalog.models import Listing
from app.catalog.queries.goods import listing_shown
from app.db.session import reading
from app.identity.current import current_account, current_actor, require_signed_in
from app.messages.actions.start_thread import About, start_thread
from app.messages.actions.write_message import Author
from app.messages.errors import OwnShop
from app.messages.files import Draft
from app.messages.forms import MessageForm
from app.messages.queries import thread_about_goods
from app.messages.rules import BUYER, LISTING, path_of
from app.messages.sending import send
from app.messages.views import bp
from app.web.pages import NOTE, flash, go_on, page
from app.web.problem_words import sentence


@bp.route("/p/<slug>/ask", methods=["GET", "POST"])
@require_signed_in
def ask(slug: str) -> ResponseReturnValue:
    """Who has asked about these goods before goes on there."""
    actor, form, status = current_actor(), MessageForm(), 200
    with reading() as session:
        listing = listing_shown(session, actor, slug)
        before = thread_about_goods(session, listing.id, actor.user_id)
    if actor.member_of(listing.organization_id):
        flash(sentence(OwnShop()), NOTE)
        return go_on(f"/p/{slug}")
    if form.is_submitted():
        thread_id, status = send(form, lambda session, draft: _start(session, listing, draft))
        if thread_id is not None:
            return go_on(f"{path_of(BUYER, thread_id)}#newest")
    elif before is not None:
        return go_on(f"{path_of(BUYER, before)}#newest")
    return page("messages/ask.html", status, form=form, listing=listing, back=url_for("catalog.product", slug=slug))


def _start(session: Session, listing: Listing, draft: Draft) -> UUID:
    account = current_account()
    assert account is not None
    about = About(LISTING, listing.id, listing.slug, listing.titles, listing.organization_id, account.id, account.name)
    return start_thread(session, about, Author(BUYER, account.id), draft, now=datetime.now(UTC)).thread_id
