"""What each endpoint accepts. Parameters Stripe knows and this server cannot honor are refused, never ignored."""

from app.embedded.stripe_server.currencies import currency
from app.embedded.stripe_server.disputes import EVIDENCE
from app.embedded.stripe_server.listing import created_params, list_params
from app.embedded.stripe_server.params import (
    choice,
    flag,
    listed,
    metadata,
    only_off,
    record,
    refused,
    span,
    text,
    whole,
)

NOTHING = record({})
METADATA = record({"metadata": metadata})
AMOUNT = whole(1)
CUSTOMER = refused("customers")
CONNECT = refused("Connect")
LOCALES = [
    "auto",
    "bg",
    "cs",
    "da",
    "de",
    "el",
    "en",
    "en-GB",
    "es",
    "es-419",
    "et",
    "fi",
    "fil",
    "fr",
    "fr-CA",
    "hi-IN",
    "hr",
    "hu",
    "id",
    "it",
    "ja",
    "ko",
    "lt",
    "lv",
    "ms",
    "mt",
    "nb",
    "nl",
    "pl",
    "pt",
    "pt-BR",
    "ro",
    "ru",
    "sk",
    "sl",
    "sv",
    "th",
    "tr",
    "vi",
    "zh",
    "zh-HK",
    "zh-TW",
]

address = record(dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"), text(unsettable=True)))
shipping = record(
    {"address": address, "name": text(), "carrier": text(), "phone": text(), "tracking_number": text()},
    required=("address", "name"),
)
billing = record({"address": address, "email": text(), "name": text(), "phone": text()})
cards_only = listed(choice("card"))
descriptor = text(limit=22)
capture_method = choice("automatic", "automatic_async", "manual")

INTENT_OPTIONS = {
    "application_fee_amount": CONNECT,
    "capture_method": capture_method,
    "customer": CUSTOMER,
    "customer_account": CUSTOMER,
    "description": text(limit=1000, unsettable=True),
    "metadata": metadata,
    "on_behalf_of": CONNECT,
    "payment_method": text(),
    "payment_method_data": refused("payment_method_data; create a payment method first"),
    "payment_method_options": refused("payment_method_options"),
    "receipt_email": text(limit=800, unsettable=True),
    "setup_future_usage": refused("saving cards"),
    "shipping": shipping,
    "statement_descriptor": descriptor,
    "statement_descriptor_suffix": descriptor,
    "transfer_data": CONNECT,
    "transfer_group": text(),
}
CONFIRM_OPTIONS = {
    "error_on_requires_action": flag,
    "off_session": flag,
    "payment_method": text(),
    "receipt_email": text(limit=800),
    "return_url": text(),
    "use_stripe_sdk": flag,
}
INTENT_CREATE = record(
    INTENT_OPTIONS
    | CONFIRM_OPTIONS
    | {
        "amount": AMOUNT,
        "automatic_payment_methods": record(
            {"enabled": flag, "allow_redirects": choice("always", "never")}, required=("enabled",)
        ),
        "confirm": flag,
        "confirmation_method": choice("automatic"),
        "currency": currency,
        "payment_method_types": cards_only,
    },
    required=("amount", "currency"),
)
INTENT_UPDATE = record(INTENT_OPTIONS | {"amount": AMOUNT, "currency": currency})
INTENT_CONFIRM = record(CONFIRM_OPTIONS)
INTENT_CAPTURE = record({"amount_to_capture": AMOUNT, "metadata": metadata, "final_capture": flag})
INTENT_CANCEL = record({"cancellation_reason": choice("duplicate", "fraudulent", "requested_by_customer", "abandoned")})
INTENT_LIST = created_params(customer=CUSTOMER)

METHOD_CREATE = record(
    {
        "billing_details": billing,
        "card": record(
            {"number": text(), "exp_month": whole(1, 12), "exp_year": whole(0, 2200), "cvc": text(limit=4)},
            required=("number", "exp_month", "exp_year"),
        ),
        "metadata": metadata,
        "type": choice("card"),
    },
    required=("type",),
)

CHARGE_UPDATE = record({"description": text(unsettable=True), "metadata": metadata, "receipt_email": text()})
CHARGE_LIST = created_params(payment_intent=text(), transfer_group=text(), customer=CUSTOMER)

REFUND_CREATE = record(
    {
        "amount": AMOUNT,
        "charge": text(),
        "metadata": metadata,
        "payment_intent": text(),
        "reason": choice("duplicate", "fraudulent", "requested_by_customer"),
        "refund_application_fee": CONNECT,
        "reverse_transfer": CONNECT,
    }
)
REFUND_LIST = created_params(charge=text(), payment_intent=text())

BALANCE_LIST = created_params(currency=currency, payout=text(), source=text(), type=text())

PAYOUT_CREATE = record(
    {
        "amount": AMOUNT,
        "currency": currency,
        "description": text(),
        "metadata": metadata,
        "method": choice("standard"),
        "source_type": choice("card"),
        "statement_descriptor": descriptor,
    },
    required=("amount", "currency"),
)
PAYOUT_LIST = created_params(
    arrival_date=span,
    destination=text(),
    status=choice("pending", "paid", "failed", "canceled", "in_transit"),
)

DISPUTE_UPDATE = record(
    {
        "evidence": record(dict.fromkeys(EVIDENCE, text(limit=20_000, unsettable=True))),
        "metadata": metadata,
        "submit": flag,
    }
)
DISPUTE_LIST = created_params(charge=text(), payment_intent=text())

EVENT_LIST = created_params(delivery_success=flag, type=text(), types=listed(text(), limit=20))

ENDPOINT_OPTIONS = {
    "description": text(unsettable=True),
    "enabled_events": listed(text(), limit=300),
    "metadata": metadata,
    "url": text(),
}
ENDPOINT_CREATE = record(
    ENDPOINT_OPTIONS | {"api_version": text(), "connect": only_off("Connect")}, required=("url", "enabled_events")
)
ENDPOINT_UPDATE = record(ENDPOINT_OPTIONS | {"disabled": flag})

CLOCK_CREATE = record({"frozen_time": whole(), "name": text(limit=300)}, required=("frozen_time",))
CLOCK_ADVANCE = record({"frozen_time": whole()}, required=("frozen_time",))
PLAIN_LIST = list_params()

PRICE_DATA = record(
    {
        "currency": currency,
        "product_data": record(
            {
                "name": text(limit=250),
                "description": text(),
                "images": listed(text(), limit=8),
                "metadata": metadata,
                "tax_code": text(),
            },
            required=("name",),
        ),
        "tax_behavior": choice("exclusive", "inclusive", "unspecified"),
        "unit_amount": whole(0),
    },
    required=("currency", "product_data", "unit_amount"),
)
LINE = record(
    {
        "price": refused("Price objects; give the price as `price_data`"),
        "price_data": PRICE_DATA,
        "quantity": whole(1, 999_999),
    },
    required=("price_data",),
)
SESSION_CREATE = record(
    {
        "allow_promotion_codes": only_off("promotion codes"),
        "automatic_tax": record({"enabled": only_off("automatic tax")}),
        "billing_address_collection": choice("auto"),
        "cancel_url": text(),
        "client_reference_id": text(limit=200),
        "currency": currency,
        "customer": CUSTOMER,
        "customer_creation": choice("if_required"),
        "customer_email": text(limit=800),
        "expires_at": whole(),
        "line_items": listed(LINE),
        "locale": choice(*LOCALES),
        "metadata": metadata,
        "mode": choice("payment"),
        "payment_intent_data": record(
            {
                "capture_method": capture_method,
                "description": text(limit=1000),
                "metadata": metadata,
                "receipt_email": text(limit=800),
                "setup_future_usage": refused("saving cards"),
                "shipping": shipping,
                "statement_descriptor": descriptor,
                "statement_descriptor_suffix": descriptor,
                "transfer_group": text(),
            }
        ),
        "payment_method_types": cards_only,
        "phone_number_collection": record({"enabled": only_off("phone number collection")}),
        "submit_type": choice("auto", "pay", "book", "donate"),
        "success_url": text(),
        "ui_mode": choice("hosted_page"),
    },
    required=("line_items", "mode", "success_url"),
)
SESSION_UPDATE = METADATA
SESSION_LIST = created_params(
    payment_intent=text(),
    status=choice("open", "complete", "expired"),
    customer_details=record({"email": text()}),
)
