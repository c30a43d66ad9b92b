"""What a copy of somebody's data is made of: one list of rows per part, read with the eyes of its subject."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from app.errors import N_
from app.privacy.parts import account, bargains, buying, orders, talk
from app.privacy.parts.rows import Row
from app.privacy.rules import Subject

PARTS: Mapping[str, tuple[str, Callable[[Session, Subject], Sequence[Row]]]] = {
    "profile": (N_("who you are to us"), account.profile),
    "roles": (N_("the shops you work for"), account.roles),
    "invitations": (N_("shops that asked you to work for them"), account.invitations),
    "shops": (N_("what you told us of your shops"), account.dossiers),
    "documents": (N_("the documents of your shops"), account.papers),
    "addresses": (N_("where parcels went"), account.addresses),
    "orders": (N_("what you ordered"), orders.orders),
    "order_lines": (N_("the goods of each order"), orders.order_lines),
    "problems": (N_("problems you reported"), orders.problems),
    "ratings": (N_("what you said of shops, and shops of you"), orders.ratings),
    "goods_reports": (N_("goods you reported"), talk.goods_reports),
    "returns": (N_("what you sent back"), orders.returns),
    "evidence": (N_("what both sides showed in disputes"), orders.evidence),
    "files": (N_("pictures and PDFs of returns and disputes"), orders.files),
    "messages": (N_("mails we wrote to you"), talk.messages),
    "tax": (N_("tax numbers and statements of your shops"), account.tax),
    "conversations": (N_("what you and shops wrote to each other"), talk.conversations),
    "reports": (N_("messages you reported"), talk.reports),
    "news": (N_("news that stood on your page"), talk.news),
    "cart": (N_("your cart and what you typed at checkout"), buying.cart),
    "buying": (N_("prices, companies and approvals of your buying for work"), buying.buying),
    "lists": (N_("lists of goods you keep"), buying.lists),
    "wishes": (N_("your wish list"), buying.wishes),
    "offers": (N_("what you offered and agreed on"), bargains.offers),
    "deals": (N_("what you agreed on with shops, line by line"), bargains.deals),
    "requests": (N_("what you asked shops to quote"), bargains.requests),
    "sign_ins": (N_("when you signed in"), account.sign_ins),
    "tokens": (N_("the programs that act for you"), account.tokens),
    "report_settings": (N_("settings of reports that you keep"), account.report_settings),
    "acts": (N_("what our log says of you"), account.acts),
}
"""File name -> what it is, and who reads it."""
