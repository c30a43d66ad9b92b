"""Pages of goods and accounts in a real browser: nothing on the console, nothing axe minds, nothing wider than a phone."""

import pytest

from tests.support.http import serving
from tests.support.market_pages import OWNER, PASSWORD
from tests.support.pages import axe_violations, is_wider_than_screen

pytestmark = pytest.mark.browser
FOR_ALL = ["/", "/c/pepper-spice", "/search?q=palm&condition=good", "/search?q=zzz", "/p/kampot-black-pepper", "/s/sothys-farm",
           "/sell", "/sign-in", "/register", "/forgot-password", "/mailbox"]  # fmt: skip
FOR_SELLERS = [
    "/desk/goods",
    "/desk/goods/new",
    "/desk/shop",
    "/desk/shipping",
    "/account",
    "/account/password",
    "/sell/shop",
]


@pytest.fixture(scope="module")
def address(market_pages):
    with serving(market_pages.app) as address:
        yield address


def check(page):
    found = {"axe": axe_violations(page), "console": page.said, "too wide": is_wider_than_screen(page)}
    assert found == {"axe": [], "console": [], "too wide": False}, page.url


@pytest.mark.parametrize("path", FOR_ALL)
@pytest.mark.parametrize(("locale", "width", "dark"), [("en", 1280, False), ("km", 360, True)])
def test_pages_for_everybody_are_clean(address, open_page, path, locale, width, dark):
    check(open_page(address + path, locale=locale, width=width, dark=dark))


@pytest.mark.parametrize(("locale", "width"), [("en", 1280), ("km", 360)])
def test_pages_for_sellers_are_clean(address, open_page, locale, width):
    page = open_page(address + "/sign-in", locale=locale, width=width)
    page.fill("#email", OWNER)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(address + "/")
    for path in FOR_SELLERS:
        page.goto(address + path)
        check(page)


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
