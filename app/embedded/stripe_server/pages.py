"""The pages a buyer sees: the card page, the bank's challenge, a receipt. They work without JavaScript."""

import hmac
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug import Request, Response
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.utils import redirect

from app.embedded.stripe_server import checkout, confirmation
from app.embedded.stripe_server.card_form import CardForm, blank, read_card_form
from app.embedded.stripe_server.currencies import shown as money
from app.embedded.stripe_server.engine import Engine
from app.embedded.stripe_server.errors import CardError
from app.embedded.stripe_server.ids import random_text
from app.embedded.stripe_server.payment_methods import add_card, billing_details
from app.embedded.stripe_server.store import Row
from app.embedded.stripe_server.words import LANGUAGES, language_of
from app.embedded.stripe_server.work import Work

HERE = Path(__file__).parent
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; font-src 'self'; img-src data:; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
TOLD_APART = ("insufficient_funds", "expired_card", "incorrect_cvc", "processing_error")


class Pages:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self.static = {
            f"/static/{name}": ((HERE / "static" / name).read_bytes(), kind)
            for name, kind in (("pay.css", "text/css; charset=utf-8"), ("khmer.woff2", "font/woff2"))
        }
        self.routes: tuple[tuple[str, Callable[..., Response]], ...] = (
            (r"/c/pay/(cs_\w+)", self._pay),
            (r"/3ds/(pi_\w+)", self._challenge),
            (r"/receipts/(ch_\w+)", self._receipt),
        )

    def answer(self, request: Request) -> Response:
        if request.path == "/healthz":
            return Response("ok\n", content_type="text/plain")
        if request.path in self.static:
            body, kind = self.static[request.path]
            return Response(body, content_type=kind)
        if request.method not in ("GET", "HEAD", "POST"):
            raise MethodNotAllowed(["GET", "POST"])
        for pattern, page in self.routes:
            if match := re.fullmatch(pattern, request.path):
                with self.engine.work() as work:
                    return page(work, request, match[1])
        return self._notice(request, None, "missing", 404)

    def _page(self, template: str, language: str, status: int = 200, **values: Any) -> Response:
        other = "km" if language == "en" else "en"
        html = self.templates.get_template(template).render(
            lang=language, other=other, words=LANGUAGES[language], money=money, **values
        )
        return Response(html, status, HEADERS, content_type="text/html; charset=utf-8")

    def _notice(self, request: Request, session: Row | None, what: str, status: int, **values: str) -> Response:
        language = language_of(request, session)
        words = LANGUAGES[language]
        title, text = words[f"{what}_title"].format(**values), words[f"{what}_text"].format(**values)
        back = session["cancel_url"] if session else None
        return self._page("notice.html", language, status, title=title, text=text, back=back)

    # The card page

    def _pay(self, work: Work, request: Request, session_id: str) -> Response:
        session = work.get("checkout.session", session_id)
        if session is None:
            return self._notice(request, None, "missing", 404)
        if session["status"] == "complete":
            return redirect(success_url(session), 303)
        if session["status"] == "expired":
            return self._notice(request, session, "expired", 410)
        if request.method == "POST":
            return self._submit(work, request, work.edit("checkout.session", session_id))
        problem = _last_problem(work, session) if request.args.get("problem") else None
        return self._form(work, request, session, blank(), problem=problem)

    def _form(
        self,
        work: Work,
        request: Request,
        session: Row,
        form: CardForm,
        *,
        problem: str | None = None,
        status: int = 200,
    ) -> Response:
        lines = [row for row in work.rows("item") if row["_session"] == session["id"]]
        return self._page(
            "pay.html",
            language_of(request, session),
            status,
            session=session,
            lines=lines,
            form=form,
            problem=problem,
            attempt=random_text(16),
        )

    def _submit(self, work: Work, request: Request, session: Row) -> Response:
        """A second submit of the same page changes nothing: it is answered with what the first one led to."""
        attempt = request.form.get("attempt", "")[:64]
        today = datetime.fromtimestamp(work.now, UTC)
        form = read_card_form(request.form, known_email=session["customer_email"], year=today.year, month=today.month)
        if attempt and attempt == session.get("_attempt"):
            return self._outcome(work, request, session, form)
        if form.errors or form.card is None:
            return self._form(work, request, session, form, status=422)
        session["_attempt"] = attempt
        billing = billing_details(email=form.email, name=form.name)
        method = add_card(work, form.card, exp_month=form.exp_month, exp_year=form.exp_year, billing=billing)
        with suppress(CardError):  # recorded on the intent, from where the page reads it
            checkout.pay(work, session, method)
        return self._outcome(work, request, session, form)

    def _outcome(self, work: Work, request: Request, session: Row, form: CardForm) -> Response:
        intent = work.require("payment_intent", session["payment_intent"])
        if session["status"] == "complete":
            return redirect(success_url(session), 303)
        if intent["status"] == "requires_action":
            query = urlencode({"key": intent["client_secret"], "lang": language_of(request, session)})
            return redirect(f"{work.base_url}/3ds/{intent['id']}?{query}", 303)
        return self._form(work, request, session, form, problem=_last_problem(work, session), status=402)

    # The bank's challenge

    def _challenge(self, work: Work, request: Request, intent_id: str) -> Response:
        intent = work.get("payment_intent", intent_id)
        key = request.values.get("key", "")
        if intent is None or not hmac.compare_digest(intent["client_secret"].encode(), key.encode()):
            return self._notice(request, None, "missing", 404)
        session = work.edit("checkout.session", intent["_session"]) if intent["_session"] else None
        if request.method != "POST" and intent["status"] == "requires_action":
            language = language_of(request, session)
            return self._page("challenge.html", language, intent=intent, key=key)
        if intent["status"] == "requires_action":
            intent = work.edit("payment_intent", intent_id)
            self._answer_challenge(work, intent, session, passed=request.form.get("result") == "complete")
        return self._after_challenge(request, intent, session)

    @staticmethod
    def _answer_challenge(work: Work, intent: Row, session: Row | None, *, passed: bool) -> None:
        try:
            confirmation.authenticate(work, intent, passed=passed)
        except CardError:
            return  # recorded on the intent
        if session and intent["status"] in ("succeeded", "requires_capture"):
            checkout.complete(work, session, intent)

    def _after_challenge(self, request: Request, intent: Row, session: Row | None) -> Response:
        if session and session["status"] == "open":
            query = urlencode({"problem": 1, "lang": language_of(request, session)})
            return redirect(f"{session['url']}?{query}", 303)
        if session and session["status"] == "complete":
            return redirect(success_url(session), 303)
        if session:
            return self._notice(request, session, "expired", 410)
        paid = intent["status"] in ("succeeded", "requires_capture")
        if not intent["_return_url"]:
            return Response("succeeded\n" if paid else "failed\n", content_type="text/plain")
        query = urlencode(
            {
                "payment_intent": intent["id"],
                "payment_intent_client_secret": intent["client_secret"],
                "redirect_status": "succeeded" if paid else "failed",
            }
        )
        joiner = "&" if "?" in intent["_return_url"] else "?"
        return redirect(f"{intent['_return_url']}{joiner}{query}", 303)

    def _receipt(self, work: Work, request: Request, charge_id: str) -> Response:
        charge = work.get("charge", charge_id)
        if charge is None or charge["status"] != "succeeded":
            return self._notice(request, None, "missing", 404)
        last4 = charge["payment_method_details"]["card"]["last4"]
        amount = money(charge["amount"], charge["currency"])
        return self._notice(request, None, "receipt", 200, amount=amount, last4=last4)


def success_url(session: Row) -> str:
    wanted: str = session["success_url"]
    return wanted.replace("{CHECKOUT_SESSION_ID}", session["id"])


def _last_problem(work: Work, session: Row) -> str | None:
    """Key of the sentence for why the last card was not charged."""
    intent = work.get("payment_intent", session["payment_intent"]) if session["payment_intent"] else None
    error = intent["last_payment_error"] if intent else None
    if error is None:
        return None
    if error["code"] == "payment_intent_authentication_failure":
        return "not_authenticated"
    code: str = error["decline_code"]
    return code if code in TOLD_APART else "declined"
