"""What every answer tells the browser about trust. Sources: OWASP ASVS 5 (V3), MDN."""

from urllib.parse import urlsplit

from flask import Flask, Response

from app.config.settings import Settings

STRIPE_CHECKOUT = "https://checkout.stripe.com"
_STRIPE_API = "https://api.stripe.com"
_PERMISSIONS = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "microphone",
    "midi",
    "payment",
    "usb",
)


def checkout_hosts(settings: Settings) -> list[str]:
    """Where a form may lead after its answer redirects: Stripe's page, or the test server's in its place."""
    if settings.stripe_api_base == _STRIPE_API:
        return [STRIPE_CHECKOUT]
    parts = urlsplit(settings.stripe_api_base)
    return [f"{parts.scheme}://{parts.netloc}"]


def picture_hosts(settings: Settings) -> list[str]:
    """Pictures come from ourselves, unless they are kept where browsers fetch them directly."""
    parts = urlsplit(settings.media_url)
    return [f"https://{parts.netloc}"] if parts.scheme == "https" else []


def content_security_policy(settings: Settings) -> str:
    """Nothing inline, nothing from elsewhere, nowhere framed."""
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *picture_hosts(settings)],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'", *checkout_hosts(settings)],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
    policy = [f"{name} {' '.join(values)}" for name, values in rules.items()]
    if settings.public_url.startswith("https://"):
        policy.append("upgrade-insecure-requests")
    return "; ".join(policy)


def install_headers(app: Flask, settings: Settings) -> None:
    fixed = {
        "Content-Security-Policy": content_security_policy(settings),
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "X-Content-Type-Options": "nosniff",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in _PERMISSIONS),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if settings.is_production:
        fixed["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    @app.after_request
    def _add(response: Response) -> Response:
        headers = response.headers
        for name, value in fixed.items():
            if name not in headers:
                headers.add(name, value)
        if response.mimetype == "text/html":
            response.headers.setdefault("Cache-Control", "private, no-cache")
            response.vary.update(["Cookie", "Accept-Language"])
        return response
