"""A firm of the demo asks a shop for a quote and accepts it; and what the demo's buyer finds: an offer, an answer, wishes."""

from urllib.parse import urlsplit

from playwright.sync_api import Browser

from tests.screenshots import people
from tests.screenshots.camera import Camera
from tests.screenshots.places import SEND, Place

FOUNDER, MEMBER = "sophea@phsar.example", "chanthy@phsar.example"
CODE = "OPG-01B"
TITLE = "Palm sugar for three guesthouses"
ASKING = Place("request-new", "/requests/new")
ASKING_WRONGLY = Place("request-new-errors", "/requests/new", typed={"[name=title]": "x"}, press=SEND)
SHOP_DESK = (
    Place("desk-requests", "/desk/requests"),
    Place("desk-terms", "/desk/customers/terms"),
    Place("desk-terms-new", "/desk/customers/terms/new"),
)


def firm_and_shop(browser: Browser, base: str, camera: Camera) -> None:
    """From the empty form to the deal."""
    firm, shop = (people.Worker(browser, base, email) for email in (FOUNDER, people.SECOND_SELLER))
    camera.picture([ASKING, ASKING_WRONGLY], firm.cookies)
    request = _ask(firm)
    camera.picture([request, Place("requests", "/requests"), Place("companies", "/companies")], firm.cookies)
    shop.wait_for("/desk/requests", f"main a:has-text('{TITLE}')")
    shop.page.locator("main a", has_text=TITLE).click()
    camera.picture([*SHOP_DESK, Place("desk-request", shop.page.url)], shop.cookies)
    camera.picture([Place("desk-quote-form", f"{shop.page.url}/quote")], shop.cookies)
    _quote(shop)
    camera.picture([Place("desk-quote", shop.page.url)], shop.cookies)
    firm.wait_for(request.path, "main a[href^='/quotes/']")
    firm.page.locator("main a[href^='/quotes/']").first.click()
    quote = firm.page.url
    looked_at = [Place("request-quoted", request.path), Place("request-compare", f"{request.path}/compare")]
    camera.picture(
        [*looked_at, Place("quote", quote), Place("quote-counter", f"{quote}/counter")],
        firm.cookies,
    )
    firm.page.locator("main button", has_text="Accept").click()
    firm.page.wait_for_url("**/deals/**")
    camera.picture([Place("deal", firm.page.url)], firm.cookies)


def buyer_of_the_demo(browser: Browser, base: str, camera: Camera) -> None:
    """What lies on the table for somebody who has done a few things."""
    buyer = people.Worker(browser, base, MEMBER)
    found = [Place("offers", "/offers"), Place("messages", "/messages"), Place("wishes", "/wishes")]
    for name, path in (("offer", "/offers"), ("message", "/messages")):
        buyer.page.goto(base + path)
        buyer.page.locator(f"main a[href^='{path}/']").first.click()
        found.append(Place(name, buyer.page.url))
    camera.picture([*found, Place("companies-member", "/companies")], buyer.cookies)


def _ask(firm: people.Worker) -> Place:
    """Sent to the shop whose goods are named; the page of the request."""
    page = firm.page
    page.goto(f"{firm.base}/requests/new")
    page.fill("[name=title]", TITLE)
    page.fill("[name=lines]", f"{CODE} 60\nPalm sugar in blocks, wrapped 40 kg")
    page.fill("[name=place]", "Siem Reap")
    page.locator("main form .actions button").last.click()
    page.locator("main button", has_text="Send the request").click()
    page.wait_for_load_state()
    return Place("request", urlsplit(page.url).path)


def _quote(shop: people.Worker) -> None:
    page = shop.page
    page.goto(f"{page.url}/quote")
    page.fill("[name=p-0]", "15000")
    page.fill("[name=freight]", "40000")
    page.fill("[name=days]", "4")
    page.select_option("[name=incoterm]", "DAP")
    page.fill("[name=named_place]", "Siem Reap")
    page.locator("main form .actions button").last.click()  # the shop's owner reads Khmer
    page.wait_for_load_state()
