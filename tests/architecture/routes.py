"""Who may use which page of the market: one line per route and method. A new route needs a line here."""

from tests.architecture.access import (
    BUYER_OF_ORDER,
    EVERYBODY,
    INVITED,
    MARKET_BOOKS,
    MONEY_OF_SHOP,
    OPERATORS,
    OWN_LIST,
    OWNER_OF_COPY,
    PARTY_OF_SHOP,
    PARTY_OF_SHOP_UNSEEN,
    REPORT_OF_SHOP,
    SELLERS_OF_SHOP,
    SIGNED_BUYER,
    SIGNED_IN,
    STAFF_OF_ANY_SHOP,
    Route,
)

ORDER = {"number": "{order}"}
GROUP = {"order_group_id": "{group}"}
LISTING = {"listing_id": "{listing}"}
SHOP = {"shop": "{shop}"}
REPORT = {"shop": "{shop_slug}"}
SHOP_ID = {"shop_id": "{shop}"}
CUSTOMERS = {"group_id": "{customer_group}"}
GROUP_MEMBER = {"member_id": "{group_member}"}
PRICES = {"list_id": "{price_list}"}
QUICK = {"token": "{quick}"}
REQUISITION = {"list_id": "{requisition}"}
COMPANY = {"company_id": "{company}"}
APPROVAL = {"request_id": "{approval}"}
GOODS_REPORT = {"report_id": "{goods_report}"}
PARCEL = {"carrier": "VET Express", "tracking": "KP 1"}
SHOP_TERMS = {"name": "Sothy's Farm", "kind": "company", "place": "Kampot", "country": "KH", "handling_days": "2"}
ACCOUNT = {"holder": "Sothy", "bank": "ABA Bank", "number": "000123456"}
REPAID = {"amount": "0.10", "reason": "A bruised one."}

PUBLIC = (
    Route("catalog.home", EVERYBODY),
    Route("catalog.search", EVERYBODY),
    Route("catalog.category", EVERYBODY, params={"slug": "spice"}),
    Route("catalog.product", EVERYBODY, params={"slug": "{product}"}),
    Route("catalog.seller", EVERYBODY, params={"slug": "{shop_slug}"}),
    Route("ratings.of_shop", EVERYBODY, params={"slug": "{shop_slug}"}),
    Route("moderation.report", EVERYBODY, params={"slug": "{product}"}),
    Route("moderation.report", EVERYBODY, "POST", params={"slug": "{product}"}, body={"reason": "other"}),
    Route("media.picture", EVERYBODY, params={"name": "{picture}"}),
    Route("help.fees", EVERYBODY),
    Route("help.privacy", EVERYBODY),
    Route("help.returns", EVERYBODY),
    Route("help.selling_terms", EVERYBODY),
    Route("help.terms", EVERYBODY),
    Route("help.protection", EVERYBODY),
    Route("identity.sell", EVERYBODY),
    Route("web.healthz", EVERYBODY),
    Route("web.readyz", EVERYBODY),
    Route("web.switch_language", EVERYBODY, "POST"),
    Route("web.switch_currency", EVERYBODY, "POST"),
    Route("tax.countries", EVERYBODY),
    Route("api-docs.openapi_json", EVERYBODY),
    Route("notify.show", EVERYBODY),
)

OUTSIDE_PRODUCTION = (
    Route("styleguide.show", EVERYBODY),
    Route("styleguide.show", EVERYBODY, "POST"),
    Route("styleguide.confirm", EVERYBODY),
    Route("styleguide.confirmed", EVERYBODY, "POST"),
    Route("styleguide.desk", EVERYBODY),
    Route("styleguide.error", EVERYBODY, params={"kind": "conflict"}),
    Route("styleguide.market", EVERYBODY),
)

MACHINES = (Route("onramp.stripe_webhook", EVERYBODY, "POST"),)
"""They prove themselves by a signature over the body, so they carry no form token."""

PROGRAMS = (
    Route("listings.listings", EVERYBODY),
    Route("listings.listing", EVERYBODY, params={"slug": "{product}"}),
    Route("carts.open_cart", EVERYBODY, "POST"),
    Route("carts.show_cart", EVERYBODY),
    Route("carts.change_cart", EVERYBODY, "PATCH"),
    Route("carts.order", EVERYBODY, "POST"),
    Route("order_groups.order_group", EVERYBODY, params=GROUP),
)
"""They read no cookie: a cart and an order are opened by a secret in a header (`tests/checkout/test_api.py`)."""

CART = (
    Route("checkout.show_cart", EVERYBODY),
    Route("checkout.add", EVERYBODY, "POST", body={"variant_id": "{variant}", "quantity": "1"}),
    Route("checkout.change_quantity", EVERYBODY, "POST", body={"variant_id": "{variant}", "quantity": "none"}),
    Route("checkout.remove", EVERYBODY, "POST", body={"variant_id": "{variant}"}),
    Route("checkout.undo", EVERYBODY, "POST"),
    Route("checkout.contact", EVERYBODY),
    Route("checkout.contact", EVERYBODY, "POST"),
    Route("checkout.address", EVERYBODY),
    Route("checkout.address", EVERYBODY, "POST"),
    Route("checkout.shipping", EVERYBODY),
    Route("checkout.shipping", EVERYBODY, "POST"),
    Route("checkout.review", EVERYBODY),
    Route("checkout.connect", EVERYBODY),
    Route("checkout.pay_by_card", EVERYBODY, "POST"),
    Route("checkout.pay_by_wallet", EVERYBODY, "POST"),
)

ENTERING = (
    Route("identity.sign_in", EVERYBODY),
    Route("identity.sign_in", EVERYBODY, "POST"),
    Route("identity.sign_in_with_wallet", EVERYBODY, "POST"),
    Route("identity.ask_to_sign_in", EVERYBODY, "POST"),
    Route("identity.sign_out", EVERYBODY, "POST"),
    Route("identity.register", EVERYBODY),
    Route("identity.register", EVERYBODY, "POST"),
    Route("identity.confirm", EVERYBODY, params={"token": "damaged"}),
    Route("identity.confirm", EVERYBODY, "POST", params={"token": "damaged"}),
    Route("identity.forgot_password", EVERYBODY),
    Route("identity.forgot_password", EVERYBODY, "POST"),
    Route("identity.reset_password", EVERYBODY, params={"token": "damaged"}),
    Route("identity.reset_password", EVERYBODY, "POST", params={"token": "damaged"}),
)

OWN_ACCOUNT = (
    Route("privacy.own_data", SIGNED_IN),
    Route("privacy.own_data", SIGNED_IN, "POST"),
    Route("privacy.own_copy", OWNER_OF_COPY, params={"export_id": "{export}"}),
    Route("privacy.erase_own", SIGNED_IN),
    Route("privacy.erase_own", SIGNED_IN, "POST"),
    Route("identity.account", SIGNED_IN),
    Route("identity.account", SIGNED_IN, "POST"),
    Route("identity.change_own_password", SIGNED_IN),
    Route("identity.change_own_password", SIGNED_IN, "POST"),
    Route("identity.open_shop", SIGNED_IN),
    Route("identity.open_shop", SIGNED_IN, "POST"),
    Route("identity.ask_to_bind", SIGNED_IN, "POST"),
)

BUYING = (
    Route("orders.index", EVERYBODY),
    Route("orders.use_key", EVERYBODY, params={"access_token": "{key}"}),
    Route("orders.find", EVERYBODY, "POST"),
    Route("orders.claim", SIGNED_IN, "POST"),
    Route("orders.claim_group", SIGNED_BUYER, "POST", params=GROUP),
    Route("orders.show_group", BUYER_OF_ORDER, params=GROUP),
    Route("orders.show", BUYER_OF_ORDER, params=ORDER),
    Route("orders.details", BUYER_OF_ORDER, params=ORDER),
    Route("checkout.again", BUYER_OF_ORDER, "POST", params=ORDER),
    Route("orders.message", BUYER_OF_ORDER, params={**ORDER, "kind": "release"}),
    Route("orders.problem", BUYER_OF_ORDER, params=ORDER),
    Route("orders.problem", BUYER_OF_ORDER, "POST", params=ORDER, body={"reason": "other", "text": "It is wet."}),
    Route("orders.release_a_part", BUYER_OF_ORDER, params={**ORDER, "position": "0"}),
    Route("orders.release_a_part", BUYER_OF_ORDER, "POST", params={**ORDER, "position": "0"}),
    Route("ratings.rate_shop", BUYER_OF_ORDER, params=ORDER),
    Route("ratings.rate_shop", BUYER_OF_ORDER, "POST", params=ORDER),
    Route("orders.cancel", BUYER_OF_ORDER, params=ORDER),
    Route("orders.cancel", BUYER_OF_ORDER, "POST", params=ORDER),
    Route("orders.receive", BUYER_OF_ORDER, params=ORDER),
    Route("orders.receive", BUYER_OF_ORDER, "POST", params=ORDER),
    Route("privacy.guest_data", BUYER_OF_ORDER, params=GROUP),
    Route("privacy.guest_data", BUYER_OF_ORDER, "POST", params=GROUP),
    Route("privacy.guest_copy", BUYER_OF_ORDER, params={**GROUP, "export_id": "{export}"}),
    Route("privacy.erase_guest", BUYER_OF_ORDER, params=GROUP),
    Route("privacy.erase_guest", BUYER_OF_ORDER, "POST", params=GROUP),
    Route("checkout.come_back", BUYER_OF_ORDER, params=GROUP),
    Route("checkout.canceled", BUYER_OF_ORDER, params=GROUP),
    Route("checkout.resume", BUYER_OF_ORDER, "POST", params=GROUP),
    Route("checkout.sign", BUYER_OF_ORDER, params=GROUP),
    Route("checkout.take_signature", BUYER_OF_ORDER, "POST", params=GROUP),
)

SELLING = (
    Route("catalog.goods", SELLERS_OF_SHOP, query=SHOP),
    Route("catalog.new_listing", SELLERS_OF_SHOP, query=SHOP),
    Route("catalog.new_listing", SELLERS_OF_SHOP, "POST", query=SHOP),
    Route("catalog.change_listing", SELLERS_OF_SHOP, params=LISTING),
    Route("catalog.change_listing", SELLERS_OF_SHOP, "POST", params=LISTING),
    Route("catalog.change_state", SELLERS_OF_SHOP, "POST", params={**LISTING, "verb": "publish"}),
    Route(
        "catalog.change_variant",
        SELLERS_OF_SHOP,
        "POST",
        params={"variant_id": "{variant}"},
        body={"stock": "90", "price": "14.00"},
    ),
    Route("shipping.rates", SELLERS_OF_SHOP, query=SHOP),
    Route("shipping.rates", SELLERS_OF_SHOP, "POST", query=SHOP),
    Route("identity.shop", PARTY_OF_SHOP, query=SHOP),
    Route("identity.shop", SELLERS_OF_SHOP, "POST", query=SHOP, body=SHOP_TERMS),
    Route("identity.pause", SELLERS_OF_SHOP, query=SHOP),
    Route("identity.pause", SELLERS_OF_SHOP, "POST", query=SHOP),
    Route("identity.reopen", SELLERS_OF_SHOP, "POST", query=SHOP),
    Route("identity.bind_wallet", SELLERS_OF_SHOP, "POST", query=SHOP),
    Route("orders.today", PARTY_OF_SHOP, query=SHOP),
    Route("orders.desk", STAFF_OF_ANY_SHOP),
    Route("orders.sold", PARTY_OF_SHOP, params=ORDER),
    Route("ratings.rate_buyer", PARTY_OF_SHOP, params=ORDER),
    Route("ratings.rate_buyer", SELLERS_OF_SHOP, "POST", params=ORDER),
    Route("orders.message", PARTY_OF_SHOP_UNSEEN, params={**ORDER, "kind": "refund"}),
    Route("orders.ship", SELLERS_OF_SHOP, "POST", params=ORDER, body=PARCEL),
    Route("orders.correct", SELLERS_OF_SHOP, "POST", params=ORDER, body=PARCEL),
    Route("orders.delivered", SELLERS_OF_SHOP, "POST", params=ORDER),
    Route("orders.refund", SELLERS_OF_SHOP, "POST", params=ORDER, body=REPAID),
    Route("payouts.money", MONEY_OF_SHOP, query=SHOP),
    Route("payouts.money", MONEY_OF_SHOP, "POST", query=SHOP, body={"amount": "1.00"}),
    Route("payouts.account", SELLERS_OF_SHOP, query=SHOP),
    Route("payouts.account", SELLERS_OF_SHOP, "POST", query=SHOP, body=ACCOUNT),
    Route("reports.settlement", REPORT_OF_SHOP, query=REPORT),
    Route("reports.settlement_as_csv", REPORT_OF_SHOP, query=REPORT),
    Route("reports.settlement_as_xlsx", REPORT_OF_SHOP, query=REPORT),
)

WHOLESALE = (
    Route("pricing.groups", SELLERS_OF_SHOP, query=SHOP),
    Route("pricing.groups", SELLERS_OF_SHOP, "POST", query=SHOP, body={"name": "Cafes"}),
    Route("pricing.group", SELLERS_OF_SHOP, params=CUSTOMERS),
    Route("pricing.group", SELLERS_OF_SHOP, "POST", params=CUSTOMERS, body={"emails": "new@people.example"}),
    Route("pricing.offers", SIGNED_IN),
    Route("pricing.answer", SIGNED_BUYER, "POST", params={**GROUP_MEMBER, "verb": "agree"}),
    Route("pricing.remove", SELLERS_OF_SHOP, "POST", params=GROUP_MEMBER),
    Route("catalog.lists", SELLERS_OF_SHOP, query=SHOP),
    Route("catalog.lists", SELLERS_OF_SHOP, "POST", query=SHOP, body={"name": "Cafes", "off": "5"}),
    Route("catalog.price_list", SELLERS_OF_SHOP, params=PRICES),
    Route("catalog.price_list", SELLERS_OF_SHOP, "POST", params=PRICES, body={"name": "Dealers", "version": "1"}),
    Route("catalog.list_prices", SELLERS_OF_SHOP, params=PRICES),
    Route(
        "catalog.price_one", SELLERS_OF_SHOP, "POST", params={**PRICES, "variant_id": "{variant}"}, body={"price": "9"}
    ),
    Route("catalog.audience", SELLERS_OF_SHOP, params=LISTING),
    Route("catalog.audience", SELLERS_OF_SHOP, "POST", params=LISTING),
)

FOR_WORK = (
    Route("purchasing.hub", SIGNED_IN),
    Route("purchasing.quick_order", EVERYBODY),
    Route("purchasing.quick_order", EVERYBODY, "POST", body={"lines": "A 1"}),
    Route("purchasing.quick_result", OWN_LIST, params=QUICK),
    Route("purchasing.mend", OWN_LIST, "POST", params={**QUICK, "position": "1"}, body={"sku": "B", "quantity": "2"}),
    Route("purchasing.quick_to_cart", OWN_LIST, "POST", params=QUICK),
    Route("purchasing.lists", SIGNED_IN),
    Route("purchasing.lists", SIGNED_IN, "POST", body={"name": "Monthly"}),
    Route("purchasing.add", SIGNED_IN, query={"variant_id": "{variant}"}),
    Route("purchasing.add", SIGNED_IN, "POST", body={"variant_id": "{variant}", "name": "Daily"}),
    Route("purchasing.requisition_list", SIGNED_BUYER, params=REQUISITION),
    Route(
        "purchasing.change_line",
        SIGNED_BUYER,
        "POST",
        params={**REQUISITION, "variant_id": "{variant}"},
        body={"quantity": "2"},
    ),
    Route("purchasing.act", SIGNED_BUYER, "POST", params={**REQUISITION, "verb": "cart"}),
    Route("companies.index", SIGNED_IN),
    Route("companies.new_company", SIGNED_IN),
    Route("companies.new_company", SIGNED_IN, "POST"),
    Route("companies.company", SIGNED_BUYER, params=COMPANY),
    Route("companies.company", SIGNED_BUYER, "POST", params=COMPANY),
    Route("companies.settings", SIGNED_BUYER, params=COMPANY),
    Route("companies.settings", SIGNED_BUYER, "POST", params=COMPANY, body={"name": "Mekong Foods"}),
    Route("companies.member", SIGNED_BUYER, params={**COMPANY, "member_id": "{colleague}"}),
    Route(
        "companies.member",
        SIGNED_BUYER,
        "POST",
        params={**COMPANY, "member_id": "{colleague}"},
        body={"role": "approver"},
    ),
    Route("companies.remove", SIGNED_BUYER, "POST", params={"member_id": "{colleague}"}),
    Route("companies.answer", INVITED, "POST", params={"invitation_id": "{invitation}", "verb": "decline"}),
    Route("companies.withdraw", SIGNED_BUYER, "POST", params={"invitation_id": "{invitation}"}),
    Route("companies.choose", SIGNED_IN, "POST"),
    Route("checkout.ask", SIGNED_IN, "POST"),
    Route("checkout.approvals", SIGNED_IN),
    Route("checkout.approval", SIGNED_BUYER, params=APPROVAL),
    Route("checkout.decide", SIGNED_BUYER, "POST", params={**APPROVAL, "verb": "decline"}, body={"reason": "No."}),
    Route("checkout.pay_approved", SIGNED_BUYER, "POST", params=APPROVAL),
)

OPERATING = (
    Route("console.desk", OPERATORS),
    Route("console.alarms", OPERATORS),
    Route("moderation.reports", OPERATORS),
    Route("moderation.decide", OPERATORS, params=GOODS_REPORT),
    Route("moderation.remove", OPERATORS, "POST", params=GOODS_REPORT),
    Route("moderation.dismiss", OPERATORS, "POST", params=GOODS_REPORT),
    Route("console.acknowledge", OPERATORS, "POST", params={"alarm_id": "{alarm}"}),
    Route("console.jobs", OPERATORS),
    Route("console.run_job_again", OPERATORS, "POST", params={"job_id": "{job}"}),
    Route("console.shops", OPERATORS),
    Route("console.approve", OPERATORS, "POST", params=SHOP_ID),
    Route("console.suspend", OPERATORS, params=SHOP_ID),
    Route("console.suspend", OPERATORS, "POST", params=SHOP_ID),
    Route("console.disputes", OPERATORS),
    Route("console.messages", OPERATORS),
    Route("console.replay", OPERATORS, "POST", params={"event_id": "{event}"}),
    Route("console.tasks", OPERATORS),
    Route("console.retry", OPERATORS, "POST", params={"intent_id": "{intent}"}),
    Route("console.receipts", OPERATORS),
    Route("console.receipts", OPERATORS, "POST"),
    Route("console.refunds", OPERATORS),
    Route("console.paid_by_bank", OPERATORS, params={"refund_id": "{failed_refund}"}),
    Route("console.paid_by_bank", OPERATORS, "POST", params={"refund_id": "{failed_refund}"}),
    Route("orders.decide", OPERATORS, params=ORDER),
    Route("orders.decide", OPERATORS, "POST", params=ORDER),
    Route("payouts.redemptions", MARKET_BOOKS),
    Route("payouts.approve", OPERATORS, "POST", params={"redemption_id": "{redemption}"}),
    Route("payouts.refuse", OPERATORS, params={"redemption_id": "{redemption}"}),
    Route("payouts.refuse", OPERATORS, "POST", params={"redemption_id": "{redemption}"}),
    Route("payouts.collect", OPERATORS, "POST"),
    Route("payouts.bank_file", MARKET_BOOKS, params={"bank_file_id": "{bank_file}"}),
    Route(
        "payouts.note_paid",
        OPERATORS,
        "POST",
        params={"bank_file_id": "{bank_file}"},
        body={"bank_reference": "ABA-1"},
    ),
    Route("payouts.bank_file_download", OPERATORS, params={"bank_file_id": "{bank_file}"}),
    Route("bookkeeping.by_hand", MARKET_BOOKS),
    Route("bookkeeping.by_hand", MARKET_BOOKS, "POST"),
    Route("bookkeeping.opening", MARKET_BOOKS),
    Route("bookkeeping.opening", MARKET_BOOKS, "POST"),
    Route("bookkeeping.opening_template", MARKET_BOOKS),
    Route("bookkeeping.undo", MARKET_BOOKS, params={"journal_id": "{hand_entry}"}),
    Route("bookkeeping.undo", MARKET_BOOKS, "POST", params={"journal_id": "{hand_entry}"}),
    Route("reports.desk", MARKET_BOOKS),
    Route("reports.compare", MARKET_BOOKS, "POST"),
    Route("reports.open_items", MARKET_BOOKS),
    Route("reports.open_items_as_csv", MARKET_BOOKS),
    Route("reports.open_items_as_xlsx", MARKET_BOOKS),
)

ROUTES = (
    *PUBLIC,
    *OUTSIDE_PRODUCTION,
    *MACHINES,
    *PROGRAMS,
    *CART,
    *ENTERING,
    *OWN_ACCOUNT,
    *BUYING,
    *SELLING,
    *WHOLESALE,
    *FOR_WORK,
    *OPERATING,
)
