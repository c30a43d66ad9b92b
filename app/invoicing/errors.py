"""What reading documents can run into."""

from app.errors import N_, NotFound


class InvoiceNotFound(NotFound):
    """None of that number that this reader may see."""

    code = "invoice-not-found"
    message = N_("There is no such invoice here.")
