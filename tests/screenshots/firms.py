"""A firm of the demo asks a shop for a quote, accepts it, pays, and pays later from then on; and what the demo's buyer finds: an offer, an answer, wishes."""

from urllib.parse import urlsplit

from playwright.sync_api import Browser, expect

from app.cli.demo.wallets import demo_wallet
from app.cli.instance import CHAIN_ID
from tests.screenshots import people
from tests.screenshots.camera import Camera
from tests.screenshots.places import SEND, Place
from tests.support.browser_wallet import BrowserWallet
from tests.support.people import Buyer

FOUNDER, MEMBER = "sophea@phsar.example", "chanthy@phsar.example"
CODE = "OPG-01B"
TITLE = "Palm sugar for three guesthouses"
GOODS = "granulated-palm-sugar-stove-dried"
CONTACT = {"email": FOUNDER, "name": "Sophea Chan", "phone": "012 345 678", "po_number": "PO 2026-117"}
ADDRESS = {"street": "House 12, Street 240", "city": "Siem Reap"}
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
    asked = shop.page.url
    camera.picture([Place("desk-quote-form", f"{asked}/quote")], shop.cookies)
    _begin_quote(shop, asked)
    drafts = [Place("desk-quote-draft", f"{asked}/quote"), Place("desk-request-draft", asked)]
    camera.picture([*drafts, Place("desk-requests-draft", "/desk/requests")], shop.cookies)
    _quote(shop, asked)
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
    _check_out(firm, f"{firm.page.url}/checkout")
    Buyer(firm.page, base).pay_by_card()
    later(firm, shop, camera)


def later(firm: people.Worker, shop: people.Worker, camera: Camera) -> None:
    """The shop lets the firm pay later, and the firm owes it something."""
    page = shop.page
    page.goto(f"{shop.base}/desk/customers/terms/new")
    camera.picture([Place("desk-terms-grant", page.url)], shop.cookies)
    page.locator("[name=company] option").last.evaluate("option => { option.selected = true }")
    page.fill("[name=limit]", "500")
    page.locator(SEND).click()
    expect(page).not_to_have_url(f"{shop.base}/desk/customers/terms/new")
    granted = page.url
    Buyer(firm.page, firm.base).put_in_cart(GOODS, 4)
    _check_out(firm, f"{firm.base}/checkout")
    camera.picture([Place("review-later", "/checkout/review")], firm.cookies)
    firm.page.locator("form[action='/checkout/terms'] button").click()
    firm.page.wait_for_url("**/orders/group/**")
    owed = firm.page.url.replace("/orders/group/", "/checkout/owed/")
    number = Buyer(firm.page, firm.base).order_numbers()[0]
    camera.picture(
        [Place("order-owed", f"/orders/{number}"), Place("orders-owed", firm.page.url), Place("owed-connect", owed)],
        firm.cookies,
    )
    firm.page.goto(f"{firm.base}/companies")
    company = firm.page.locator("main .links a[href^='/companies/']").first.get_attribute("href")
    camera.picture([Place("company", f"{company}"), Place("company-owed", f"{company}/owed")], firm.cookies)
    BrowserWallet(firm.context, demo_wallet(FOUNDER).key, CHAIN_ID)  # who signs in by it is somebody else from then on
    firm.page.goto(owed)
    firm.page.locator("[data-wallet-sign] [data-find]").click()
    firm.page.locator(f"form[action='{urlsplit(owed).path}']").wait_for()
    camera.picture([Place("owed", owed)], firm.cookies)
    desk = "/desk/customers/terms"
    camera.picture(
        [Place("desk-owed", desk), Place("desk-granted", granted), Place("desk-debt", f"{desk}/orders/{number}"),
         Place("desk-order-owed", f"/desk/orders/{number}")],
        shop.cookies,
    )  # fmt: skip


def _check_out(firm: people.Worker, path: str) -> None:
    """To the review, over as many screens as there are."""
    page = firm.page
    page.goto(path)
    while not page.url.endswith("/review"):
        before = page.url
        for name, text in {**CONTACT, **ADDRESS}.items():
            if page.locator(f"main [name={name}]").count():
                page.fill(f"main [name={name}]", text)
        page.locator(SEND).click()
        expect(page).not_to_have_url(before)


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


def _begin_quote(shop: people.Worker, asked: str) -> None:
    """Half of it, kept for later."""
    shop.page.goto(f"{asked}/quote")
    shop.page.fill("[name=p-0]", "15000")
    shop.page.fill("[name=named_place]", "Siem Reap")
    shop.page.locator("main form button[name=keep]").click()
    shop.page.wait_for_load_state()


def _quote(shop: people.Worker, asked: str) -> None:
    page = shop.page
    page.goto(f"{asked}/quote")
    page.fill("[name=p-0]", "15000")
    page.fill("[name=freight]", "40000")
    page.fill("[name=days]", "4")
    page.select_option("[name=incoterm]", "DAP")
    page.fill("[name=named_place]", "Siem Reap")
    page.locator("main form .actions button:not([name=keep])").last.click()  # the shop's owner reads Khmer
    page.wait_for_load_state()
