"""The card page in a real browser: by keyboard, on a phone, in Khmer, and without a finding of axe."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.embedded.stripe.conftest import Shop
from tests.support.stripe_server import WebhookReceiver

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A phone's page that fails the test for anything on the console."""
    context = chromium.new_context(viewport=PHONE, **getattr(request, "param", {}))
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    yield page
    context.close()
    assert [text for text in complaints if "status of 402" not in text and "status of 422" not in text] == []


@pytest.fixture
def landing() -> Iterator[WebhookReceiver]:
    """Somewhere on this machine for the browser to come back to."""
    receiver = WebhookReceiver()
    yield receiver
    receiver.close()


def fill(page: Page, number: str) -> None:
    for name, value in {
        "email": "buyer@example.com",
        "cardNumber": number,
        "cardExpiry": "12 / 34",
        "cardCvc": "123",
        "billingName": "Sok Dara",
    }.items():
        page.locator(f"input[name={name}]").fill(value)


def require_no_finding(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_declined_card_then_a_challenged_one_pays_on_a_phone(
    shop: Shop, page: Page, landing: WebhookReceiver
) -> None:
    back = landing.url.replace("/webhooks/stripe", "/paid?session={CHECKOUT_SESSION_ID}")
    session = shop.session(success_url=back)
    page.goto(session.url)
    require_no_finding(page)
    fill(page, "4000000000000002")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("You were not charged")
    require_no_finding(page)
    page.get_by_label("Card number").fill("4000 0025 0000 3155")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Pay $116.90").click()
    require_no_finding(page)
    page.locator("#test-source-authorize-3ds").click()
    page.wait_for_url(f"**/paid?session={session.id}")
    assert shop.api.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_wrong_fields_are_named_in_a_summary_that_leads_to_them(shop: Shop, page: Page) -> None:
    page.goto(shop.session().url)
    fill(page, "4242 4242 4242 4241")
    page.get_by_role("button", name="Pay").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.get_by_label("Card number")).to_have_value("4242 4242 4242 4241")
    expect(page.get_by_label("Card number")).to_have_accessible_description(
        "Check the card number: a digit is missing or wrong"
    )
    require_no_finding(page)


@pytest.mark.parametrize("page", [{"locale": "km-KH", "color_scheme": "dark"}], indirect=True)
def test_a_khmer_browser_gets_a_khmer_page_in_the_dark_too(shop: Shop, page: Page) -> None:
    page.goto(shop.session().url)
    expect(page.get_by_label("លេខកាត", exact=True)).to_be_visible()
    require_no_finding(page)
    page.get_by_role("link", name="English").click()
    expect(page.get_by_label("Card number")).to_be_visible()


def test_double_click_pays_once(shop: Shop, page: Page, landing: WebhookReceiver) -> None:
    session = shop.session(success_url=landing.url)
    page.goto(session.url)
    fill(page, "4242424242424242")
    page.get_by_role("button", name="Pay").dblclick()
    page.wait_for_url(landing.url)
    session = shop.api.v1.checkout.sessions.retrieve(session.id)
    assert len(shop.api.v1.charges.list({"payment_intent": session.payment_intent}).data) == 1
