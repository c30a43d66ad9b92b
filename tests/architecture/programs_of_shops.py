"""Who may use which operation that looks after a shop, or after where a company's news goes: like `programs.py`."""

from tests.architecture.access import NOBODY_BY_COOKIE, Route

SHOP = {"shop": "{shop}"}
MEMBER, INVITATION = {"member_id": "{member}"}, {"invitation_id": "{invitation}"}
WEBHOOK, MESSAGE = {"endpoint_id": "{webhook}"}, {"delivery_id": "{message}"}
COMPANY = {"company_id": "{company}"}
COMPANY_WEBHOOK = {**COMPANY, "endpoint_id": "{company_webhook}"}
COMPANY_MESSAGE = {**COMPANY, "delivery_id": "{company_message}"}

KEEPING = (
    Route("own_shops.shops", NOBODY_BY_COOKIE),
    Route("own_shops.open_shop", NOBODY_BY_COOKIE, "POST"),
    Route("own_shop.shop", NOBODY_BY_COOKIE, query=SHOP),
    Route("own_shop.change", NOBODY_BY_COOKIE, "PUT", query=SHOP),
    Route("own_people.members", NOBODY_BY_COOKIE, query=SHOP),
    Route("own_people.member", NOBODY_BY_COOKIE, params=MEMBER),
    Route("own_people.change", NOBODY_BY_COOKIE, "PUT", params=MEMBER),
    Route("own_people.pass_on", NOBODY_BY_COOKIE, "POST", params=MEMBER),
    Route("own_people.remove", NOBODY_BY_COOKIE, "DELETE", params=MEMBER),
    Route("own_invitations.invitations", NOBODY_BY_COOKIE, query=SHOP),
    Route("own_invitations.invite", NOBODY_BY_COOKIE, "POST", query=SHOP),
    Route("own_invitations.invite_again", NOBODY_BY_COOKIE, "POST", params=INVITATION),
    Route("own_invitations.withdraw", NOBODY_BY_COOKIE, "DELETE", params=INVITATION),
    Route("own_approval.approval", NOBODY_BY_COOKIE, query=SHOP),
    Route("own_approval.identity", NOBODY_BY_COOKIE, "PUT", query=SHOP),
    Route("own_approval.numbers", NOBODY_BY_COOKIE, "PUT", query=SHOP),
    Route("own_approval.stand_by", NOBODY_BY_COOKIE, "POST", query=SHOP),
    Route("own_approval.send", NOBODY_BY_COOKIE, "POST", query=SHOP),
    Route("own_bank_account.account", NOBODY_BY_COOKIE, query=SHOP),
    Route("own_bank_account.change", NOBODY_BY_COOKIE, "PUT", query=SHOP),
    Route("own_money.money", NOBODY_BY_COOKIE, query=SHOP),
    Route("own_money.payouts", NOBODY_BY_COOKIE, query=SHOP),
    Route("own_money.ask", NOBODY_BY_COOKIE, "POST", query=SHOP),
    Route("own_money.payout", NOBODY_BY_COOKIE, params={"payout_id": "{redemption}"}),
    Route("own_money.again", NOBODY_BY_COOKIE, "POST", params={"payout_id": "{failed_payout}"}, query=SHOP),
    Route("own_tax.tax_number", NOBODY_BY_COOKIE, query=SHOP),
    Route("own_tax.change", NOBODY_BY_COOKIE, "PUT", query=SHOP),
    Route("own_webhooks.endpoints", NOBODY_BY_COOKIE, query=SHOP),
    Route("own_webhooks.add", NOBODY_BY_COOKIE, "POST", query=SHOP),
    Route("own_webhooks.endpoint", NOBODY_BY_COOKIE, params=WEBHOOK),
    Route("own_webhooks.change", NOBODY_BY_COOKIE, "PUT", params=WEBHOOK),
    Route("own_webhooks.rotate", NOBODY_BY_COOKIE, "POST", params=WEBHOOK),
    Route("own_webhooks.activate", NOBODY_BY_COOKIE, "POST", params=WEBHOOK),
    Route("own_webhooks.pause", NOBODY_BY_COOKIE, "POST", params=WEBHOOK),
    Route("own_webhooks.test", NOBODY_BY_COOKIE, "POST", params=WEBHOOK),
    Route("own_webhooks.remove", NOBODY_BY_COOKIE, "DELETE", params=WEBHOOK),
    Route("own_webhooks.messages", NOBODY_BY_COOKIE, params=WEBHOOK),
    Route("own_webhooks.message", NOBODY_BY_COOKIE, params=MESSAGE),
    Route("own_webhooks.again", NOBODY_BY_COOKIE, "POST", params=MESSAGE),
    Route("company_webhooks.of_company", NOBODY_BY_COOKIE, params=COMPANY),
    Route("company_webhooks.add_to_company", NOBODY_BY_COOKIE, "POST", params=COMPANY),
    Route("company_webhooks.endpoint", NOBODY_BY_COOKIE, params=COMPANY_WEBHOOK),
    Route("company_webhooks.change", NOBODY_BY_COOKIE, "PUT", params=COMPANY_WEBHOOK),
    Route("company_webhooks.rotate", NOBODY_BY_COOKIE, "POST", params=COMPANY_WEBHOOK),
    Route("company_webhooks.activate", NOBODY_BY_COOKIE, "POST", params=COMPANY_WEBHOOK),
    Route("company_webhooks.pause", NOBODY_BY_COOKIE, "POST", params=COMPANY_WEBHOOK),
    Route("company_webhooks.test", NOBODY_BY_COOKIE, "POST", params=COMPANY_WEBHOOK),
    Route(
        "company_webhooks.remove_from_company",
        NOBODY_BY_COOKIE,
        "DELETE",
        params={**COMPANY, "endpoint_id": "{company_endpoint}"},
    ),
    Route("company_webhooks.messages", NOBODY_BY_COOKIE, params=COMPANY_WEBHOOK),
    Route("company_webhooks.message", NOBODY_BY_COOKIE, params=COMPANY_MESSAGE),
    Route("company_webhooks.again", NOBODY_BY_COOKIE, "POST", params=COMPANY_MESSAGE),
)
