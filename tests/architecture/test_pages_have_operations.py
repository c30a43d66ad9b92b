"""What a page lets somebody do, a program can do too, or there is a reason why not, written down here."""

from tests.architecture.routes import PROGRAMS, ROUTES

BY_HAND = "who one is, signs in as or works with is said by a person, not by a program"
MARKET = "a decision or a book entry of the people of the market"
SCREEN = "a screen of checkout: a cart is changed as a whole"
BROWSER = "is about this browser or the person's mails, not about trade"
SET_UP = "is set up once, by a person who sees what it does"
LOG = "a program that missed a message asks for the orders themselves; the log is for the person who looks why"
FETCHED = "is a file for a person to fetch; a program reads the report itself"
PAYOUT = "moves or names the shop's money: a person of the shop does that"

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
    "identity.pause": "own_closing.close",
    "identity.reopen": "own_closing.open_again",
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
    "parties.drop_paper": "own_papers.remove",
    "parties.papers": "own_papers.add",
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
    "webhooks.remove": "own_webhooks.remove",
    "webhooks_of_company.add": "company_webhooks.add_to_company",
    "webhooks_of_company.remove": "company_webhooks.remove_from_company",
    "wishes.drop": "wish_list.drop",
    "wishes.keep": "wish_list.keep",
}
REASONS = {
    **dict.fromkeys(("console", "banking", "bookkeeping", "closing", "matching", "moderation", "reports"), MARKET),
    **dict.fromkeys(("identity", "parties", "privacy", "access"), BY_HAND),
    **dict.fromkeys(("web", "styleguide"), BROWSER),
    "downloads": FETCHED,
    **dict.fromkeys(("payouts", "withholding"), PAYOUT),
    **dict.fromkeys(("webhooks", "webhooks_of_company"), SET_UP),
    **dict.fromkeys(("webhooks.again", "webhooks_of_company.again", "webhooks.test", "webhooks_of_company.test"), LOG),
    "onramp.stripe_webhook": "is called by the card service",
    "checkout.undo": SCREEN,
    "messages.decide": MARKET,
    "orders.decide": MARKET,
    "vouchers.markets": MARKET,
    "vouchers.stop_markets": MARKET,
    "notify.stop": BROWSER,
    "orders.find": BROWSER,
    "wishes.clear_seen": BROWSER,
}
"""By endpoint, or by the package all of whose other pages have the same reason."""


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
