"""Who looks at what was bought, by a token or by the key of an order."""

from app.access.current import asking, asking_person
from app.access.rules import COMPANIES
from app.identity.rules.roles import APPROVER, BUYING_ROLES
from app.orders.queries import Viewer


def bought_by(*access_tokens: str) -> Viewer:
    """The token's person; with the scope for companies also as one who buys for them, as on the pages.

    A guest sees what their key opens. Raises TokenOfShop.
    """
    actor = asking_person()
    if asking().order_key:
        access_tokens = (*access_tokens, asking().order_key)
    if COMPANIES not in asking().scopes:
        return Viewer(actor.user_id, access_tokens)
    companies, approves = actor.organizations(BUYING_ROLES), actor.organizations({APPROVER})
    return Viewer(actor.user_id, access_tokens, companies, approves)
