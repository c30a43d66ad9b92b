"""What tokens refuse, and what to do about it."""

from app.errors import N_, Conflict, Forbidden, Invalid, NotFound, Unauthenticated


class TokenMissing(Unauthenticated):
    code = "token-missing"
    message = N_(
        "Send a token of your account: Authorization: Bearer phsar_… You make one on the page of your account."
    )


class TokenUnknown(Unauthenticated):
    code = "token-unknown"
    message = N_("This token is unknown, revoked or past its time. Make a new one on the page of your account.")
    challenge = 'Bearer error="invalid_token"'


class OrderKeyUnknown(Unauthenticated):
    code = "order-key-unknown"
    message = N_("This order key opens nothing. Send the one that came with the order.")


class ScopeMissing(Forbidden):
    """`scope` is the one that the operation needs."""

    code = "scope-missing"
    message = N_("This token may not do that: it lacks the scope %(scope)s. Make one that has it.")

    def __init__(self, *, scope: str) -> None:
        self.challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
        super().__init__(scope=scope)


class TokenOfShop(Forbidden):
    code = "token-of-a-shop"
    message = N_("This token works for a shop, which does not buy. Make one for yourself to do this.")


class ShopNotNamed(Invalid):
    code = "shop-not-named"
    message = N_("You work for several shops. Say which one in the address: ?shop= and its id.")


class TokenNotFound(NotFound):
    code = "token-not-found"
    message = N_("There is no such token, or it is not yours.")


class UnusableTokenName(Invalid):
    code = "unusable-token-name"
    message = N_("Give the token a name of 1 to 60 characters, so that you know later what uses it.")


class NoScopes(Invalid):
    code = "no-scopes"
    message = N_("Choose at least one thing that the token may do.")


class BuyingIsPersonal(Invalid):
    code = "buying-is-personal"
    message = N_(
        "A shop does not buy. Make the token for yourself, or leave out what is yours: what you bought, your account, your companies."
    )


class BooksAreTheMarkets(Invalid):
    code = "books-are-the-markets"
    message = N_("The books are the market's, not a shop's. Make the token for yourself, or leave them out.")


class TooManyTokens(Conflict):
    code = "too-many-tokens"
    message = N_("You have %(most)s tokens. Revoke one that is not needed any more.")
