"""Who reacts to which event, and what every process needs before it works. Loads no pages."""

from app.catalog import handlers as catalog
from app.catalog.events import ListingOnSale
from app.chain.events import (
    OwnTransactionFailed,
    OwnTransactionMined,
    TransactionFinal,
    TransactionRolledBack,
    TransactionSeen,
)
from app.checkout import handlers as checkout
from app.config import current
from app.config.settings import Settings
from app.db.session import configure
from app.events import bus
from app.fx.events import RatesLoaded
from app.identity.events import EmailConfirmed, ShopEdited
from app.moderation import handlers as moderation
from app.onramp.events import (
    BankReceiptRecorded,
    CardDisputed,
    CardPaymentExpired,
    CardPaymentSucceeded,
    CardRefunded,
    CardRefundFailed,
)
from app.orders import handlers as orders
from app.orders.events import GroupPaid
from app.payouts import handlers as payouts
from app.settlement import handlers as settlement
from app.settlement.events import (
    EscrowUnfunded,
    LegDisputedFinal,
    LegFundedFinal,
    LegRefundedFinal,
    LegReleasedFinal,
    LegSeen,
    TokensRedeemedFinal,
)
from app.telemetry.logs import configure_logging

SUBSCRIBERS: bus.Subscribers = {
    TransactionSeen: [settlement.follow_head],
    TransactionRolledBack: [settlement.follow_head],
    TransactionFinal: [settlement.make_final],
    OwnTransactionFailed: [settlement.retry_failed],
    OwnTransactionMined: [settlement.follow_replacement],
    EscrowUnfunded: [orders.give_back_unfunded],
    LegSeen: [orders.show_leg],
    LegFundedFinal: [orders.record_funded],
    LegReleasedFinal: [orders.record_released],
    LegRefundedFinal: [orders.record_refunded],
    LegDisputedFinal: [orders.record_disputed],
    CardPaymentSucceeded: [orders.take_card_payment],
    CardPaymentExpired: [orders.close_unpaid],
    CardRefunded: [orders.record_card_refund],
    CardRefundFailed: [orders.record_card_refund_failed],
    CardDisputed: [orders.record_chargeback],
    BankReceiptRecorded: [payouts.deliver_tokens],
    TokensRedeemedFinal: [payouts.record_burned],
    GroupPaid: [checkout.empty_cart],
    EmailConfirmed: [orders.claim_guest_orders],
    RatesLoaded: [catalog.follow_rates],
    ShopEdited: [catalog.follow_shop],
    ListingOnSale: [moderation.look_over],
}


def start(settings: Settings) -> None:
    """What every process needs, web or not: settings, logs, database, and who reacts to what."""
    current.install(settings)
    configure_logging(settings.log_format, settings.log_level)
    configure(settings.database_url)
    bus.install(SUBSCRIBERS)
