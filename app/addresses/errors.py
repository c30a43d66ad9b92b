"""What the address book refuses."""

from app.errors import N_, Conflict, NotFound


class AddressNotFound(NotFound):
    code = "address-not-found"
    message = N_("There is no such address in your account.")


class AddressBookIsFull(Conflict):
    code = "address-book-is-full"
    message = N_("Your account keeps at most %(most)s addresses. Delete one you no longer need first.")


class AddressKnown(Conflict):
    code = "address-known"
    message = N_("You have this address already.")
