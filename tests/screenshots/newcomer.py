"""Somebody new, with nothing in the market yet and the longest names it takes: sells, and is bought from."""

from playwright.sync_api import Browser, Page, StorageState

from tests.screenshots.people import Guest, register
from tests.screenshots.places import SEND
from tests.support.goods import picture_bytes
from tests.support.pages import DESK

EMAIL = "newcomer.with.a.rather.long.address.indeed@mountain-village-weavers-cooperative.example"
PASSWORD = "a stall beside the river"
NAME = "Maria Theresa Concepcion Villanueva y Dela Cruz de los Santos Bumatay-Pangilinan Katigbak-Macapagal"
SHOP = "Mondulkiri-Ratanakiri-Stung-Treng Highlanders’ Weaving and Wild Honey Collective"  # 80, as many as fit
LOCAL_SHOP = "សហគមន៍តម្បាញនិងទឹកឃ្មុំព្រៃរបស់បងប្អូនជនជាតិដើមភាគតិចខេត្តមណ្ឌលគិរីរតនគិរី"
PLACE = "Sen Monorom–Oreang–Pech Chreada borderlands, Mondulkiri province, north-east"
TITLE = "Handwoven-indigo-and-lac-dyed-ceremonial-shoulder-cloth Donauschifffahrtsgesellschaftskapitänsuniformborte 180 × 60 cm"
LOCAL_TITLE = "ក្រមាស្មាតម្បាញដៃជ្រលក់ពណ៌ធម្មជាតិសម្រាប់ពិធីបុណ្យប្រពៃណីនិងអាពាហ៍ពិពាហ៍របស់បងប្អូនជនជាតិដើមភាគតិចភូមិភាគឦសាន"
CHOICE = "Extra-large, double-faced, with hand-knotted 25-cm fringes"
BUYER = "Nguyễn Phúc Bảo Long Tôn Thất Vĩnh-San Công-Tằng-Tôn-Nữ-Huyền-Trân-Diễm-Hương-Quỳnh-Như"
STREET = "House 1234, corner of Preah Norodom Boulevard and Street 240½, behind the old ice factory, third floor, ask the baker"
MOST_COSTLY = "98765.43"


class Newcomer:
    """Signs up, opens a shop, has it approved and puts goods on sale; each method ends where there is something to see."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser, self.base = browser, base
        self.context = browser.new_context(viewport=DESK, locale="en")
        self.page: Page = self.context.new_page()

    @property
    def cookies(self) -> StorageState:
        return self.context.storage_state()

    def sign_up(self) -> None:
        register(self.page, self.base, name=NAME, email=EMAIL, password=PASSWORD)

    def open_shop(self) -> None:
        page = self.page
        page.goto(f"{self.base}/sell/shop")
        page.select_option("[name=country]", "KH")
        page.wait_for_load_state()
        self._type(name=SHOP, local_name=LOCAL_SHOP, place=PLACE, story=f"{TITLE}. " * 4, local_story=LOCAL_TITLE * 3)
        self._send()

    def put_on_sale(self) -> str:
        """One method of sending, one choice; the path of its page."""
        self._fill("/desk/shipping", **{"rates-0-method": "Parcel by night bus and motorbike taxi", "rates-0-days_min": "12",
            "rates-0-days_max": "45", "rates-0-price": "123.45", "rates-0-carrier": "Capitol Tours Express Nationwide Parcel Service Co., Ltd."})  # fmt: skip
        page = self.page
        page.goto(f"{self.base}/desk/goods/new")
        page.locator("[name=category] option").nth(1).evaluate("option => { option.selected = true }")
        page.locator("[name=condition]").first.check()
        self._type(
            title=TITLE,
            local_title=LOCAL_TITLE,
            description=f"{TITLE}. " * 3,
            local_description=LOCAL_TITLE * 3,
            unit="hand-bound bolt",
        )
        self._type(**{"variants-0-named": CHOICE, "variants-0-price": MOST_COSTLY, "variants-0-stock": "9999999"})
        picture = {"name": "cloth.png", "mimeType": "image/png", "buffer": picture_bytes(800, 300)}
        page.set_input_files("[name=pictures]", picture)  # type: ignore[arg-type]
        page.locator("main form button[value=publish]").click()
        page.wait_for_load_state()
        page.locator(".goods-cell a").first.click()
        return str(page.locator("main a[href^='/p/']").first.get_attribute("href"))

    def _fill(self, path: str, **fields: str) -> None:
        self.page.goto(self.base + path)
        self._type(**fields)
        self._send()

    def _type(self, **fields: str) -> None:
        for name, text in fields.items():
            self.page.fill(f"main [name='{name}']", text)

    def _send(self) -> None:
        self.page.locator(SEND).click()
        self.page.wait_for_load_state()


class LongNamed(Guest):
    """A guest whose name and address are as long as they may be."""

    def walk_to_review(self) -> None:
        page = self.page
        page.goto(f"{self.base}/checkout")
        self._go_on(email=EMAIL, name=BUYER, phone="+855 12 345 678")
        self._go_on(
            street=STREET,
            area=LOCAL_SHOP,
            district=PLACE,
            city="Krong Saen Monourom (Sen Monorom)",
            postal_code="110101",
        )
        self._go_on()

    def _go_on(self, **fields: str) -> None:
        for name, text in fields.items():
            self.page.fill(f"[name={name}]", text)
        self._send()
