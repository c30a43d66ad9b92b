"""People at the market, in a real browser: what they click and type, in their words."""

from playwright.sync_api import Page, expect

CARD = "4242424242424242"


class Buyer:
    """Somebody who buys; `page` may be signed in or a guest's."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        page.set_default_timeout(30_000)

    def put_in_cart(self, slug: str, quantity: int | None = None) -> None:
        self.page.goto(f"{self.base}/p/{slug}")
        form = self.page.locator("form[action='/cart/add']:not(.sample)")
        if quantity is not None:
            form.locator("[name=quantity]").fill(str(quantity))
        form.locator("button[type=submit]").last.click()
        self.page.wait_for_load_state()

    def put_sample_in_cart(self, slug: str) -> None:
        self.page.goto(f"{self.base}/p/{slug}")
        self.page.get_by_role("button", name="Order a sample").click()
        self.page.wait_for_load_state()

    def walk_to_review(self, *, email: str = "dara@example.com") -> None:
        """Contact, address, shipping; leaves the browser at the review."""
        page = self.page
        page.goto(f"{self.base}/checkout")
        page.fill("[name=email]", email)
        page.fill("[name=name]", "Sok Dara")
        page.fill("[name=phone]", "012 345 678")
        self._on()
        address = {
            "street": "House 12, Street 240",
            "area": "Sangkat Chaktomuk",
            "district": "Khan Daun Penh",
            "city": "Phnom Penh",
            "postal_code": "120207",
        }
        for name, value in address.items():
            page.fill(f"[name={name}]", value)
        self._on()
        self._on()
        expect(page).to_have_url(f"{self.base}/checkout/review")

    def pay_by_card(self, number: str = CARD) -> str:
        """From the review to the order page; gives its address."""
        self.page.locator("form[action$='/checkout/pay'] button").click()
        self.page.wait_for_url("**/c/pay/**")
        self.type_card(number)
        self.page.wait_for_url("**/orders/**")
        return self.page.url

    def type_card(self, number: str) -> None:
        page = self.page
        for name, value in (
            ("cardNumber", number),
            ("cardExpiry", "12 / 34"),
            ("cardCvc", "123"),
            ("billingName", "Sok Dara"),
        ):
            page.fill(f"[name={name}]", value)
        page.locator("form button").last.click()

    def pay_by_wallet(self) -> str:
        """From the review: connect, sign in, sign the payment; gives the order page's address."""
        self.go_to_signing()
        self.page.locator("[data-wallet-typed] [data-find]").click()
        self.page.wait_for_url("**/orders/**")
        return self.page.url

    def go_to_signing(self) -> None:
        """From the review: connect, sign in, order; the page then says what would be signed."""
        page = self.page
        page.locator("summary", has_text="Pay from my wallet").click()
        page.locator("form[action='/checkout/wallet'] button").click()
        page.locator("[data-wallet-sign] [data-find]").click()
        page.wait_for_url("**/checkout/review?wallet=1")
        page.locator("form[action='/checkout/wallet'] button").click()
        page.wait_for_url("**/checkout/wallet/**")

    def order_numbers(self) -> list[str]:
        """Of the checkout page the browser is at."""
        links = self.page.locator("main a[href^='/orders/']").evaluate_all(
            "all => all.map(a => a.getAttribute('href'))"
        )
        numbers = [link.rsplit("/", 1)[1] for link in links if link.count("/") == 2]
        return list(dict.fromkeys(number for number in numbers if "-" in number and len(number) == 8))

    def _on(self) -> None:
        self.page.locator("main form button[type=submit]").last.click()
        self.page.wait_for_load_state()


class Seller:
    """Somebody who sells, signed in."""

    def __init__(self, page: Page, base: str, email: str, password: str) -> None:
        self.page, self.base = page, base
        page.set_default_timeout(30_000)
        sign_in(page, base, email, password)

    def ship(self, number: str, *, carrier: str = "VET Express", tracking: str = "KP 8812") -> None:
        page = self.page
        page.goto(f"{self.base}/desk/orders/{number}")
        form = page.locator(f"form[action='/desk/orders/{number}/ship']")
        form.locator("[name=carrier]").fill(carrier)
        form.locator("[name=tracking]").fill(tracking)
        form.locator("button[type=submit]").last.click()
        page.wait_for_load_state()


def sign_in(page: Page, base: str, email: str, password: str) -> None:
    page.goto(f"{base}/sign-in")
    page.fill("[name=email]", email)
    page.fill("[name=password]", password)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    expect(page).not_to_have_url(f"{base}/sign-in")
