"""What programs do that is of no package above: a person's news and mails, a shop's wallet."""

from app.access.api import news, wallet

BLUEPRINTS = (news.bp, wallet.bp)
