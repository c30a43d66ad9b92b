"""What programs do that is of no package above: a person's news and mails; a shop, its people and its wallet."""

from app.access.api import invitations, news, people, shops, wallet

BLUEPRINTS = (news.bp, wallet.bp, shops.bp, shops.own, people.bp, invitations.bp)
