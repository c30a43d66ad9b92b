"""The mailbox for trying out, a person's news, and which mails they do without."""

from flask import Blueprint

bp = Blueprint("notify", __name__)

from app.notify.views import choosing, mailbox, news  # noqa: E402, F401 - routes join `bp`
