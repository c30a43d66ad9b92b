"""Signing in with a wallet of the browser."""

import pytest

from tests.support.http import serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(market_pages):
    with serving(market_pages.app) as address:
        yield address


WALLET = """
(() => {
  const asked = [];
  const provider = { request: async ({ method, params }) => {
    asked.push(method);
    if (method === "eth_requestAccounts") return [window.__address];
    return window.__sign(params[0]);
  } };
  const announce = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({
    info: { uuid: "350670db-19fa-4704-a166-e52e178b59d2", name: "Test wallet", icon: "data:,", rdns: "example.wallet" }, provider }) }));
  window.addEventListener("eip6963:requestProvider", announce);
  announce();
})();
"""


def test_a_wallet_of_the_browser_signs_in(address, open_page):
    from eth_account import Account
    from eth_account.messages import encode_defunct

    wallet = Account.from_key("0x" + "33" * 32)
    page = open_page(address + "/mailbox")
    page.expose_function("__sign", lambda text: "0x" + wallet.sign_message(encode_defunct(hexstr=text)).signature.hex())
    page.add_init_script(f"window.__address = '{wallet.address}';{WALLET}")
    page.goto(address + "/sign-in?next=/account")
    page.get_by_role("button", name="Sign in with an Ethereum wallet").click()
    page.wait_for_url(address + "/account")
    assert wallet.address[:6] in page.inner_text("main")
    assert page.said == []
