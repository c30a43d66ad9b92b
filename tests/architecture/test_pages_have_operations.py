"""What a page lets somebody do, a program can do too, or there is a reason why not, written down here."""

from tests.architecture.access import BUYER_OF_ORDER
from tests.architecture.market import Market
from tests.architecture.routes import PROGRAMS, ROUTES
from tests.architecture.test_programs import written

OWN_NAME = "who one is and how one signs in is said by a person, not by a program that has signed in already"
BY_LINK = "is opened by the link of a mail, and shows that who sent it reads that mail"
TOKENS = "a program that makes tokens would outlive each of them"
OWN_DATA = "a person's copy and erasure ask for the password, or for the link of a mail"
MARKET = "a decision or a book entry of the people of the market"
SCREEN = "a screen of checkout: a cart is changed as a whole"
BROWSER = "is about this browser or the person's mails, not about trade"
STATEMENT = "is signed under a country's tax law, by the owner who reads its words on the page"
BY_CALENDAR = "a program that wants a report each day or month asks for it on that day"

OPERATIONS = {
    "catalog.audience": "own_audiences.show_to",
    "catalog.change_listing": "own_listings.change",
    "catalog.change_state": "own_listings.publish own_listings.pause",
    "catalog.change_variant": "stock_and_prices.change",
    "catalog.lists": "own_price_lists.make",
    "catalog.new_listing": "own_listings.create",
    "catalog.price_list": "own_price_lists.change",
    "catalog.price_one": "own_price_lists.set_price own_price_lists.drop_price",
    "catalog.quick": "own_listings.create",
    "checkout.add": "account_cart.change_cart carts.change_cart",
    "checkout.add_wished": "account_cart.change_cart wish_list.drop",
    "checkout.address": "account_cart.change_cart deal_cart.change_cart carts.change_cart",
    "checkout.again": "account_cart.again",
    "checkout.ask": "ask_approval.ask ask_approval_of_deal.ask_about_deal",
    "checkout.change_quantity": "account_cart.change_cart carts.change_cart",
    "checkout.contact": "account_cart.change_cart deal_cart.change_cart carts.change_cart",
    "checkout.decide": "approval_requests.agree approval_requests.refuse approval_requests.take_back approval_requests.again approval_requests.go_on_with",
    "checkout.default_address": "address_book.default",
    "checkout.edit_address": "address_book.change",
    "checkout.keep_ordered": "address_book.add",
    "checkout.new_address": "address_book.add",
    "checkout.pay_approved": "approval_requests.order",
    "checkout.begin_owed": "pay_owed.from_wallet",
    "checkout.pay_approved_later": "approval_requests.order",
    "checkout.pay_later": "account_cart.order deal_cart.order",
    "checkout.pay_by_card": "account_cart.order deal_cart.order carts.order",
    "checkout.pay_by_wallet": "account_cart.order deal_cart.order",
    "checkout.pick_address": "account_cart.change_cart",
    "checkout.remove": "account_cart.change_cart carts.change_cart",
    "checkout.remove_address": "address_book.remove",
    "checkout.resume": "account_cart.order carts.order pay_owed.by_card",
    "checkout.shipping": "account_cart.change_cart deal_cart.change_cart carts.change_cart",
    "checkout.take_out_voucher": "account_cart.change_cart carts.change_cart",
    "checkout.take_signature": "wallet_payment.sign",
    "checkout.use_voucher": "account_cart.change_cart carts.change_cart",
    "companies.answer": "buying_companies.accept buying_companies.decline",
    "companies.choose": "choose_company.choose",
    "companies.company": "buying_companies.invite",
    "companies.member": "buying_companies.change",
    "companies.new_company": "buying_companies.found",
    "companies.remove": "buying_companies.remove",
    "companies.settings": "buying_companies.edit",
    "companies.withdraw": "buying_companies.withdraw",
    "credit.cancel": "owed_to_shop.cancel",
    "credit.change": "granted_terms.change granted_terms.withdraw",
    "credit.grant": "granted_terms.give",
    "credit.more_time": "owed_to_shop.more_time",
    "credit.outside": "owed_to_shop.outside",
    "downloads.ask": "files_of_books.ask",
    "downloads.remove": "files_of_books.remove",
    "identity.invite": "own_invitations.invite",
    "identity.invite_again": "own_invitations.invite_again",
    "identity.open_shop": "own_shops.open_shop",
    "identity.pass_on": "own_people.pass_on",
    "identity.pause": "own_closing.close",
    "identity.remove": "own_people.remove",
    "identity.reopen": "own_closing.open_again",
    "identity.role": "own_people.change",
    "identity.shop": "own_shop.change",
    "identity.withdraw": "own_invitations.withdraw",
    "messages.ask": "conversations.ask",
    "messages.block": "conversations.block",
    "messages.desk_block": "desk_conversations.block",
    "messages.desk_thread": "desk_conversations.write desk_conversations.look",
    "messages.desk_unblock": "desk_conversations.unblock",
    "messages.report": "conversations.report desk_conversations.report",
    "messages.thread": "conversations.write conversations.look",
    "messages.unblock": "conversations.unblock",
    "moderation.report": "goods_reports.report_goods",
    "notify.mails": "own_news.choose",
    "notify.read_everything": "own_news.read",
    "orders.approve": "taking_back.approve",
    "orders.ask_return": "returning.ask",
    "orders.came_back": "taking_back.receive",
    "orders.cancel": "bought.cancel",
    "orders.claim": "order_groups.claim_all",
    "orders.claim_group": "order_groups.claim",
    "orders.correct": "sold.correct parcels.correct",
    "orders.decline": "taking_back.decline",
    "orders.delivered": "sold.deliver parcels.deliver",
    "orders.evidence": "buyers_dispute.add_buyers",
    "orders.hand_over": "confirm_handover.confirm",
    "orders.new_handover": "show_handover.show",
    "orders.problem": "bought.report",
    "orders.receive": "bought.receive",
    "orders.refund": "sold.refund",
    "orders.refund_returned": "taking_back.refund",
    "orders.release_a_part": "bought.release",
    "orders.rest": "parcels.give_up",
    "orders.return_canceled": "returning.cancel",
    "orders.return_sent": "returning.sent",
    "orders.sellers_evidence": "shops_dispute.add_sellers",
    "orders.ship": "sold.ship parcels.pack",
    "orders.write_to_buyer": "write_to_buyer.to_buyer",
    "orders.write_to_shop": "write_to_shop.to_shop",
    "parties.checklist": "own_approval.send",
    "parties.drop_paper": "own_papers.remove",
    "parties.identity": "own_approval.identity",
    "parties.numbers": "own_approval.numbers",
    "parties.papers": "own_papers.add",
    "parties.word": "own_approval.stand_by",
    "payouts.account": "own_bank_account.change",
    "payouts.again": "own_money.again",
    "payouts.money": "own_money.ask",
    "pricing.answer": "prices_offered.agree prices_offered.decline",
    "pricing.group": "own_groups.ask",
    "pricing.groups": "own_groups.make",
    "pricing.remove": "own_groups.remove",
    "purchasing.act": "requisition_lists.to_cart requisition_lists.remove",
    "purchasing.add": "requisition_lists.put",
    "purchasing.change_line": "requisition_lists.put requisition_lists.take_off",
    "purchasing.lists": "requisition_lists.add",
    "purchasing.mend": "quick_orders.mend quick_orders.drop",
    "purchasing.quick_order": "quick_orders.send",
    "purchasing.quick_to_cart": "quick_orders.to_cart",
    "quotes.accept": "offers_made.accept offers_on_desk.accept",
    "quotes.cancel": "deals_made.cancel deals_of_shop.cancel",
    "quotes.counter": "offers_made.counter offers_on_desk.counter",
    "quotes.decline": "offers_made.decline offers_on_desk.decline",
    "quotes.new": "offers_made.offer",
    "quotes.withdraw": "offers_made.withdraw offers_on_desk.withdraw",
    "ratings.rate_buyer": "rate_buyer.rate_buyer",
    "ratings.rate_shop": "rate_shop.rate_shop",
    "rfqs.accept": "quotes_got.accept",
    "rfqs.act": "requests_made.send requests_made.cancel",
    "rfqs.answer": "requests_made.write",
    "rfqs.ask_back": "requests_on_desk.ask_back",
    "rfqs.counter": "quotes_got.counter",
    "rfqs.decline": "requests_on_desk.decline",
    "rfqs.drop": "requests_made.drop",
    "rfqs.edit": "requests_made.change",
    "rfqs.new": "requests_made.make",
    "rfqs.drop_draft": "quote_drafts.drop",
    "rfqs.fill": "quote_drafts.fill",
    "rfqs.quote": "requests_on_desk.quote quote_drafts.keep quote_drafts.send",
    "rfqs.withdraw": "quotes_sent.withdraw",
    "shipping.rates": "own_rates.change",
    "vouchers.own": "own_vouchers.give_out",
    "vouchers.stop_own": "own_vouchers.stop",
    "webhooks.add": "own_webhooks.add",
    "webhooks.again": "own_webhooks.again",
    "webhooks.remove": "own_webhooks.remove",
    "webhooks.rotate": "own_webhooks.rotate",
    "webhooks.show": "own_webhooks.change",
    "webhooks.switch": "own_webhooks.activate own_webhooks.pause",
    "webhooks.test": "own_webhooks.test",
    "webhooks_of_company.add": "company_webhooks.add_to_company",
    "webhooks_of_company.again": "company_webhooks.again",
    "webhooks_of_company.remove": "company_webhooks.remove_from_company",
    "webhooks_of_company.rotate": "company_webhooks.rotate",
    "webhooks_of_company.show": "company_webhooks.change",
    "webhooks_of_company.switch": "company_webhooks.activate company_webhooks.pause",
    "webhooks_of_company.test": "company_webhooks.test",
    "wishes.drop": "wish_list.drop",
    "wishes.keep": "wish_list.keep",
    "withholding.tax": "own_tax.change",
}
REASONS = {
    **dict.fromkeys(("console", "banking", "bookkeeping", "closing", "matching", "moderation", "reports"), MARKET),
    **dict.fromkeys(("web", "styleguide"), BROWSER),
    **dict.fromkeys(("access.make", "access.revoke"), TOKENS),
    **dict.fromkeys(("identity.account", "identity.change_own_password", "identity.register"), OWN_NAME),
    **dict.fromkeys(("identity.sign_in", "identity.ask_to_sign_in", "identity.sign_in_with_wallet"), OWN_NAME),
    **dict.fromkeys(("identity.sign_out", "identity.ask_to_bind", "identity.bind_wallet"), OWN_NAME),
    **dict.fromkeys(("identity.accept", "identity.confirm", "identity.forgot_password"), BY_LINK),
    "identity.reset_password": BY_LINK,
    **dict.fromkeys(("privacy.own_data", "privacy.erase_own", "privacy.guest_data", "privacy.erase_guest"), OWN_DATA),
    **dict.fromkeys(("payouts.approve", "payouts.chargeback", "payouts.collect", "payouts.note_paid"), MARKET),
    **dict.fromkeys(("payouts.failed", "payouts.give_commission", "payouts.refuse", "payouts.send_again"), MARKET),
    **dict.fromkeys(("withholding.end", "withholding.give_back", "withholding.note_remitted"), MARKET),
    **dict.fromkeys(("withholding.remit", "withholding.switch"), MARKET),
    **dict.fromkeys(("withholding.sign", "withholding.withdraw"), STATEMENT),
    "downloads": BY_CALENDAR,
    "onramp.stripe_webhook": "is called by the card service",
    "checkout.undo": SCREEN,
    "messages.decide": MARKET,
    "orders.decide": MARKET,
    "vouchers.markets": MARKET,
    "vouchers.stop_markets": MARKET,
    "notify.stop": BROWSER,
    "orders.find": "sends the link to the address of the order; a program has its key from the beginning",
    "wishes.clear_seen": BROWSER,
}
"""By endpoint, or by the package all of whose other pages have the same reason."""
NOT_BY_KEY = {
    "checkout.again": "fills a cart of the account; a guest's own is opened with the goods that are wanted",
    "checkout.begin_owed": "is a company's debt, paid by its people",
    "checkout.resume": "is the order sent again, with the cart's token",
}
"""Of what the link of a mail lets a guest do on a page: what the key of the order does not open to a program."""


def test_every_action_of_a_page_has_an_operation_or_a_reason() -> None:
    programs = {route.endpoint for route in PROGRAMS}
    pages = {route.endpoint for route in ROUTES if route.method == "POST"} - programs
    known = OPERATIONS.keys() | REASONS.keys()
    new = sorted(page for page in pages if page not in known and page.partition(".")[0] not in known)
    assert not new, f"Give these an operation in the API and name it here, or say why there is none: {new}"
    gone = sorted(page for page in known if "." in page and page not in pages)
    assert not gone, f"Take these out, or mend their names: {gone}"


def test_what_is_named_is_an_operation_that_changes_something() -> None:
    writes = {route.endpoint for route in PROGRAMS if route.method != "GET"}
    named = {operation for operations in OPERATIONS.values() for operation in operations.split()}
    assert named <= writes, sorted(named - writes)
    assert not OPERATIONS.keys() & REASONS.keys()


def test_what_a_guest_does_on_the_page_of_an_order_a_program_does_by_its_key(market: Market) -> None:
    document = market.front.app.test_client().get("/api/v1/openapi.json").json
    by_key = set()
    for route in (route for route in PROGRAMS if route.method != "GET"):
        operation = document["paths"][written(market, route)][route.method.lower()]
        if {"order_key": []} in operation.get("security", ()):
            by_key.add(route.endpoint)
    guests = {route.endpoint for route in ROUTES if route.method == "POST" and route.access is BUYER_OF_ORDER}
    closed = {page for page in guests & OPERATIONS.keys() if not by_key & set(OPERATIONS[page].split())}
    assert closed == NOT_BY_KEY.keys()
    assert "orders.cancel" in guests - closed
