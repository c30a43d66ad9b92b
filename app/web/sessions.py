"""Who looks, in a cookie that we sign: Flask's own sessions, but quieter and not thrown off by a clock that was set back."""

from datetime import UTC, datetime
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer


class SteadySigner(TimestampSigner):
    """Takes what it signed itself while the clock was ahead, which itsdangerous calls expired: all would be signed out."""

    def unsign(self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False) -> Any:
        """Raises BadSignature, and SignatureExpired after `max_age` seconds."""
        value, signed_at = super().unsign(signed_value, return_timestamp=True)
        age = (datetime.now(UTC) - signed_at).total_seconds()
        if max_age is not None and age > max_age:
            msg = f"{age:.0f} s old, more than {max_age} s"
            raise SignatureExpired(msg, payload=value, date_signed=signed_at)
        return (value, signed_at) if return_timestamp else value


class Sessions(SecureCookieSessionInterface):
    """Flask makes a signer even for a visitor who brings no session."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = SteadySigner
        return serializer
