"""Which mails a person does without: in the account, or by the link at the end of a mail."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.session import in_transaction, reading
from app.notify.actions.choose_mails import choose_mails, stop_mails
from app.notify.forms import MailsForm
from app.notify.queries import stopped_topics
from app.notify.rules import TOPIC_WORDS
from app.notify.stop_links import read_stop_link
from app.notify.views import bp
from app.web.forms import csrf
from app.web.pages import flash, go_on, page
from app.web.signed_in import require_viewer, viewer_id


@bp.route("/account/mails", methods=["GET", "POST"])
@require_viewer
def mails() -> ResponseReturnValue:
    """By topic. What is about money or trouble is always sent, so it is not asked for."""
    person = viewer_id()
    with reading() as session:
        stopped = stopped_topics(session, person)
    form = MailsForm(data={"topics": [topic for topic in TOPIC_WORDS if topic not in stopped]})
    if form.validate_on_submit():
        in_transaction(lambda session: choose_mails(session, person, form.topics.data or []))
        flash(_("Saved."))
        return go_on("/account")
    return page("notify/mails.html", 422 if form.is_submitted() else 200, form=form)


@bp.get("/mail/stop/<token>")
def ask_to_stop(token: str) -> ResponseReturnValue:
    """Asks once: mail programs and their guards open links by themselves."""
    _user_id, topic = read_stop_link(token)
    return page("notify/stop.html", token=token, words=TOPIC_WORDS[topic], is_done=False)


@bp.post("/mail/stop/<token>")
@csrf.exempt  # the mail program sends it, not a page of ours; the token is known to readers of the mail alone
def stop(token: str) -> ResponseReturnValue:
    user_id, topic = read_stop_link(token)
    in_transaction(lambda session: stop_mails(session, user_id, topic))
    return page("notify/stop.html", token=token, words=TOPIC_WORDS[topic], is_done=True)
