"""What the wish list refuses."""

from app.errors import N_, Conflict


class WishListIsFull(Conflict):
    code = "wish-list-is-full"
    message = N_("Your wish list holds at most %(most)s goods. Take something off it first.")
