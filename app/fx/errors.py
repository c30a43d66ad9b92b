"""What exchange rates can lack."""

from app.errors import N_, Unavailable


class RateMissing(Unavailable):
    code = "rate-missing"
    message = N_("There is no exchange rate for %(currency)s yet, so prices in it cannot be shown in US dollars.")
