"""Who reacts to which event, and what every process needs before it works. Loads no pages."""

from app.banking.events import StatementKept
from app.catalog import handlers as catalog
from app.catalog.events import ListingOnSale, VariantSoldOut
from app.chain.events import (
    OwnTransactionFailed,
    OwnTransactionFinal,
    OwnTransactionMined,
    TransactionFinal,
    TransactionRolledBack,
    TransactionSeen,
)
from app.checkout import handlers as checkout
from app.companies.events import ColleagueLeft
from app.config import current
from app.config.settings import Settings
from app.credit import handlers as credit
from app.credit.events import DebtIsDue, TermsMoved
from app.credit.mails import NEWS as TERMS_NEWS
from app.db.session import configure
from app.events import bus
from app.fx.events import RatesLoaded
from app.identity.events import EmailConfirmed, ShopApproved, ShopCreated, ShopEdited, ShopSuspended
from app.invoicing import handlers as invoicing
from app.matching import handlers as matching
from app.messages import rules as messages
from app.messages.events import GuestWrittenTo
from app.messages.subjects import install_running
from app.moderation import handlers as moderation
from app.notify.kinds import add_kinds
from app.onramp.events import (
    BankReceiptRecorded,
    CardDisputed,
    CardPaymentExpired,
    CardPaymentFellShort,
    CardPaymentSucceeded,
    CardRefunded,
    CardRefundFailed,
)
from app.orders import handlers as orders
from app.orders.events import GroupOnTerms, GroupPaid, OrderFactRecorded
from app.orders.queries import running_orders
from app.orders.rules.news import NEWS as ORDER_NEWS
from app.parties import handlers as parties
from app.payouts import handlers as payouts
from app.proofs import handlers as proofs
from app.quotes.events import DealAgreed, DealEnded
from app.rfqs import handlers as rfqs
from app.rfqs.events import RequestMoved
from app.rfqs.rules.news import NEWS as RFQ_NEWS
from app.settlement import handlers as settlement
from app.settlement.events import (
    EscrowUnfunded,
    LegDisputedFinal,
    LegFundedFinal,
    LegRefundedFinal,
    LegReleasedFinal,
    LegSeen,
    TaxTokensBurnedFinal,
    TaxTokensMovedFinal,
    TokensRedeemedFinal,
)
from app.telemetry.logs import configure_logging
from app.webhooks import handlers as webhooks
from app.withholding import handlers as withholding

SUBSCRIBERS: bus.Subscribers = {
    TransactionSeen: [settlement.follow_head],
    TransactionRolledBack: [settlement.follow_head],
    TransactionFinal: [settlement.make_final, proofs.record_anchors],
    OwnTransactionFailed: [settlement.retry_failed],
    OwnTransactionFinal: [settlement.book_gas],
    OwnTransactionMined: [settlement.follow_replacement],
    EscrowUnfunded: [orders.give_back_unfunded],
    LegSeen: [orders.show_leg],
    LegFundedFinal: [orders.record_funded],
    LegReleasedFinal: [orders.record_released, withholding.withhold_tax],
    LegRefundedFinal: [orders.record_refunded],
    LegDisputedFinal: [orders.record_disputed],
    CardPaymentSucceeded: [orders.take_card_payment],
    CardPaymentFellShort: [orders.give_back_short],
    CardPaymentExpired: [orders.close_unpaid],
    CardRefunded: [orders.record_card_refund],
    CardRefundFailed: [orders.record_card_refund_failed],
    CardDisputed: [orders.record_chargeback, payouts.hold_seller_balance],
    BankReceiptRecorded: [payouts.deliver_tokens],
    StatementKept: [matching.match_soon],
    TokensRedeemedFinal: [payouts.record_burned],
    TaxTokensMovedFinal: [withholding.note_moved],
    TaxTokensBurnedFinal: [withholding.note_burned],
    GroupPaid: [checkout.empty_cart],
    GroupOnTerms: [checkout.empty_cart],
    GuestWrittenTo: [orders.tell_guest],
    DealAgreed: [checkout.open_deal_cart],
    DealEnded: [checkout.end_approval],
    EmailConfirmed: [orders.claim_guest_orders],
    RatesLoaded: [catalog.follow_rates],
    ColleagueLeft: [orders.end_links, checkout.tell_abandoned],
    ShopCreated: [parties.look_at_name],
    ShopEdited: [catalog.follow_shop, parties.follow_shop],
    ShopApproved: [parties.note_approval],
    ShopSuspended: [parties.note_suspension, orders.close_unpaid_of_shop],
    ListingOnSale: [moderation.look_over],
    OrderFactRecorded: [credit.follow_order, webhooks.tell_order_fact, invoicing.ask_for_documents],
    TermsMoved: [credit.tell_company, webhooks.tell_terms],
    DebtIsDue: [webhooks.tell_due],
    RequestMoved: [rfqs.tell_programs],
    VariantSoldOut: [webhooks.tell_sold_out],
}


def start(settings: Settings) -> None:
    """What every process needs, web or not: settings, logs, database, and who reacts to what."""
    current.install(settings)
    configure_logging(settings.log_format, settings.log_level)
    configure(settings.database_url, reports_url=settings.database_reports_url)
    react()


def react() -> None:
    """What packages ask of those above them: who reacts, which orders run, and the words of news."""
    bus.install(SUBSCRIBERS)
    install_running(running_orders())
    add_kinds(messages.NEWS)
    add_kinds(ORDER_NEWS)
    add_kinds(RFQ_NEWS)
    add_kinds(TERMS_NEWS)
