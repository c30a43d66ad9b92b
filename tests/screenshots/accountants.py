"""The books of the market as who keeps and who reads them sees them: before anything was done, and with a month closed."""

from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser

from app.reports.tables.all import TABLES
from tests.banking.files import camt, entry
from tests.screenshots import people
from tests.screenshots.camera import Camera
from tests.screenshots.market import Market
from tests.screenshots.places import SEND, Place
from tests.support.pages import DESK

ZONE = ZoneInfo("Asia/Phnom_Penh")
AUDITOR, BOOKKEEPER = "auditor@phsar.example", "bookkeeper@phsar.example"
PASSWORD = "a ledger in good order"

EMPTY = (
    Place("books", "/books"),
    Place("books-exceptions-none", "/books/exceptions"),
    Place("books-bank-none", "/books/bank"),
    Place("books-bank-errors", "/books/bank", typed={"[name=account]": "000 123 456"}, press=SEND),
    Place("books-by-hand", "/books/by-hand"),
    Place("books-by-hand-errors", "/books/by-hand", typed={"[name=amount]": "much"}, press=SEND),
    Place("books-opening", "/books/opening"),
    Place("books-opening-errors", "/books/opening", typed={"[name=parties]": "2400, nobody"}, press=SEND),
    Place("books-reversals-none", "/books/reversals"),
    Place("books-saved-none", "/books/saved"),
    Place("books-downloads-none", "/books/downloads"),
    Place("books-schedules-none", "/books/schedules"),
    Place("books-months-new", "/books/months"),
    Place("books-trial-balance-empty", "/books/trial-balance"),
    Place("books-seals-none", "/books/seals"),
    Place("books-open-items-empty", "/books/open-items?on=2020-01-31"),
    Place("books-settlement-empty", "/books/settlement?first=2020-01-01&last=2020-01-31"),
    Place("books-report-empty-fees", "/books/reports/fees?first=2020-01-01&last=2020-01-31"),
)
"""Before anybody did anything with the books."""
LISTS = (
    Place("books-desk", "/books"),
    Place("books-exceptions", "/books/exceptions"),
    Place("books-exceptions-filtered", "/books/exceptions?family=chain&age=30%2B"),
    Place("books-exceptions-waiting", "/books/exceptions?state=waiting"),
    Place("books-exceptions-closed", "/books/exceptions?state=closed"),
    Place("books-bank", "/books/bank"),
    Place("books-by-hand-full", "/books/by-hand"),
    Place("books-opening-booked", "/books/opening"),
    Place("books-open-items", "/books/open-items"),
    Place("books-settlement", "/books/settlement"),
    Place("books-seals", "/books/seals"),
    Place("books-months", "/books/months"),
    Place("books-trial-balance", "/books/trial-balance"),
    Place("books-trial-balance-account", "/books/trial-balance/2200"),
    Place("books-reports", "/books/reports"),
    *(Place(f"books-report-{key.replace('_', '-')}", f"/books/reports/{key}") for key in TABLES),
    Place("books-report-ledger-account", "/books/reports/general_ledger?account=2110"),
    Place("books-saved", "/books/saved"),
    Place("books-schedules", "/books/schedules"),
    Place("books-reversals", "/books/reversals"),
)
"""What an auditor reads too, who may change nothing."""
OF_SHOP = (
    Place("books-shop-desk", "/books"),
    Place("books-shop-settlement", "/books/settlement"),
    Place("books-shop-reports", "/books/reports"),
    *(Place(f"books-shop-report-{key.replace('_', '-')}", f"/books/reports/{key}") for key, one in TABLES.items() if one.for_sellers),
    Place("books-shop-saved", "/books/saved"),
    Place("books-shop-downloads", "/books/downloads"),
    Place("books-shop-schedules", "/books/schedules"),
    Place("books-shop-money", "/desk/money"),
)  # fmt: skip
"""What the accountant of a shop reads."""


class Bookkeeper(people.Worker):
    """Somebody who keeps the books of the market."""

    def book(self, amount: str, reference: str, day: date, direction: str = "in") -> None:
        self.page.goto(f"{self.base}/books/by-hand")
        self.page.locator(f"[name=direction][value={direction}]").check()
        self._send(amount=amount, reference=reference, day=day.isoformat())

    def show_opening(self, day: date) -> None:
        """Up to the entry that would be booked."""
        self.page.goto(f"{self.base}/books/opening")
        self._send(day=day.isoformat(), a1010="1200.00", parties="2400; oudong-palm-growers; 120.00")

    def send_statement(self, *entries: str) -> None:
        self.page.goto(f"{self.base}/books/bank")
        self.page.locator("[name=format][value=camt053]").check()
        file = {"name": "statement.xml", "mimeType": "application/xml", "buffer": camt(entries)}
        self.page.set_input_files("[name=file]", file)  # type: ignore[arg-type]
        self._send()

    def exception(self, reason: str) -> Place:
        """The first one in the list with this reason; its page is open afterwards."""
        self.wait_for("/books/exceptions", f"main tr:has-text('{reason}')")
        self.page.locator("main tr", has_text=reason).locator("a").first.click()
        self.page.wait_for_load_state()
        return Place("books-exception", self.page.url)

    def write_note(self, exception: Place, text: str) -> None:
        self.page.goto(exception.path)
        form = self.page.locator("form[action$='/notes']")
        form.locator("[name=text]").fill(text)
        letter = {"name": "letter-of-the-bank.txt", "mimeType": "text/plain", "buffer": b"Dear customer,"}
        form.locator("[name=file]").set_input_files(letter)  # type: ignore[arg-type]
        self._press("form[action$='/notes'] button[type=submit]")
        self.page.locator("[name=assignee] option").last.evaluate("option => { option.selected = true }")
        self._press("form[action$='/assignee'] button[type=submit]")

    def show_proposal(self, exception: Place, note: str) -> None:
        """Up to the entry that would be booked."""
        self.page.goto(exception.path)
        self.page.fill("#resolve [name=note]", note)
        self._press("#resolve button[type=submit]")

    def propose(self, exception: Place, note: str) -> None:
        self.show_proposal(exception, note)
        self._press("#resolve button[name=seen]")

    def compare(self) -> None:
        self.page.goto(f"{self.base}/books")
        self._press("form[action='/books/compare'] button")

    def close(self, month: str, word: str) -> None:
        """By one step: for entries, then for good. `word` is told where something is not in order."""
        self.page.goto(f"{self.base}/books/months/{month}")
        if self.page.locator("#close [name=reason]").count():
            self.page.fill("#close [name=reason]", word)
        self._press("#close button[type=submit]")

    def ask_to_open(self, month: str, reason: str) -> None:
        self.page.goto(f"{self.base}/books/months/{month}")
        self.page.fill("#reopen [name=reason]", reason)
        self._press("#reopen button[type=submit]")

    def journal_of(self, order: str) -> str:
        """The id of the first one."""
        self.page.goto(f"{self.base}/books/journals?order={order}")
        return str(self.page.locator("main h2 a").first.get_attribute("href")).rsplit("/", 1)[1]

    def ask_to_turn_back(self, journal: str, reason: str) -> None:
        self.page.goto(f"{self.base}/books/reversals/{journal}")
        self._send(reason=reason)

    def keep_settings(self, report: str, name: str) -> None:
        self.page.goto(f"{self.base}/books/reports/{report}")
        self.page.locator("main details summary", has_text="Keep these settings").click()
        self.page.fill("#keep-name", name)
        self._press("form[action='/books/saved'] button")

    def have_made(self, report: str, form: str = "csv") -> None:
        self.page.goto(f"{self.base}/books/reports/{report}")
        self.page.select_option("#format", form)
        self._press("form[action='/books/downloads'] button")

    def wait_for_files(self, count: int) -> None:
        people.wait_until(lambda: self._count("/books/downloads", "main a[download]") >= count, "files to fetch")

    def make_schedule(self) -> None:
        self.page.goto(f"{self.base}/books/schedules")
        self.page.locator("#new [name=every]").first.check()
        self.page.locator("#new [name=recipients]").first.check()
        self._press("#new form[method=post] button[type=submit]")

    def entry_to_take_back(self) -> Place:
        self.page.goto(f"{self.base}/books/by-hand")
        self.page.locator("main tbody a").first.click()
        return Place("books-take-back", self.page.url)

    def first_link(self, path: str, selector: str) -> str:
        self.page.goto(self.base + path)
        return str(self.page.locator(selector).first.get_attribute("href"))

    def _count(self, path: str, selector: str) -> int:
        self.page.goto(self.base + path)
        return self.page.locator(selector).count()

    def _send(self, **fields: str) -> None:
        for name, text in fields.items():
            self.page.fill(f"main [name={name}]", text)
        self._press(SEND)

    def _press(self, selector: str) -> None:
        self.page.locator(selector).last.click()
        self.page.wait_for_load_state()


def new_books(browser: Browser, base: str, camera: Camera) -> None:
    camera.picture(EMPTY, people.Worker(browser, base, people.ACCOUNTANT).cookies)


def kept_books(market: Market, browser: Browser, camera: Camera, order: str) -> None:
    """A whole month as its accountant and the operator do it, and then what others read of it. `order`: one that went well."""
    base = market.url
    sokha, bopha = Bookkeeper(browser, base, people.ACCOUNTANT), Bookkeeper(browser, base, people.OPERATOR)
    ends = _ends_of_months(3)
    month, later = f"{ends[1]:%Y-%m}", f"{ends[0]:%Y-%m}"
    _open_the_books(sokha, camera, ends)
    _match(sokha, bopha, camera, ends[0])
    camera.picture([Place("books-month-red", f"/books/months/{month}")], sokha.cookies)
    _close(sokha, bopha, camera, month, later)
    journal = sokha.journal_of(order)
    pages = [
        Place("books-journals", f"/books/journals?order={order}"),
        Place("books-journal", f"/books/journals/{journal}"),
        Place("books-reversal", f"/books/reversals/{journal}"),
    ]
    camera.picture(pages, sokha.cookies)
    sokha.ask_to_turn_back(journal, "The payment was a test of the card.")
    camera.picture([Place("books-reversal-asked", f"/books/reversals/{journal}")], bopha.cookies)
    _reports(market, sokha, camera)
    market.phsar("books", "seal")
    year = f"/books/years/{month[:4]}"
    closed = [Place("books-year", year), Place("books-trial-balance-closed", f"/books/trial-balance?month={month}")]
    camera.picture([*LISTS, *closed], sokha.cookies)
    _readers(market, browser, camera, [*LISTS, *pages, *closed, Place("books-month-closed", f"/books/months/{month}")])


def _ends_of_months(count: int) -> list[date]:
    """The last days of the months that are over, the newest first, by the market's clock."""
    found = [datetime.now(ZONE).date().replace(day=1) - timedelta(days=1)]
    while len(found) < count:
        found.append(found[-1].replace(day=1) - timedelta(days=1))
    return found


def _open_the_books(sokha: Bookkeeper, camera: Camera, ends: list[date]) -> None:
    sokha.show_opening(ends[2])
    typed = {
        "[name=day]": ends[2].isoformat(),
        "[name=a1010]": "1200.00",
        "[name=parties]": "2400; oudong-palm-growers; 120.00",
    }
    camera.picture([Place("books-opening-shown", "/books/opening", typed=typed, press=SEND)], sokha.cookies)
    sokha.show_opening(ends[2])
    sokha.page.locator("main form button", has_text="Book it").click()
    sokha.page.wait_for_load_state()
    settle = sokha.first_link("/books/opening", "main a[href*='/opening/']")
    camera.picture([Place("books-opening-settle", settle)], sokha.cookies)
    sokha.book("5,000.00", f"CAPITAL {ends[1]:%m}", ends[1].replace(day=15))
    sokha.book("700.00", f"CAPITAL {ends[0]:%m}", ends[0].replace(day=12))
    sokha.book("55.00", f"ABA COIN {ends[0]:%m}", ends[0].replace(day=13), "gas")
    camera.picture([sokha.entry_to_take_back()], sokha.cookies)


def _match(sokha: Bookkeeper, bopha: Bookkeeper, camera: Camera, last: date) -> None:
    """The bank knows one of the entries, and two things the books do not."""
    before = last.replace(day=1) - timedelta(days=1)
    sokha.send_statement(
        entry("5000.00", day=f"{before:%Y-%m}-15", reference=f"CAPITAL {before:%m}", words="Vireak Tep")
    )
    sokha.send_statement(
        entry("700.00", day=f"{last:%Y-%m}-12", reference=f"CAPITAL {last:%m}", words="Vireak Tep"),
        entry("77.00", day=f"{last:%Y-%m}-14", reference="FT26307", words="Dara Chan, for the pots"),
        entry("1.00", "DBIT", day=f"{last:%Y-%m}-28", reference="CHG-11", words="Service charge"),
        entry("54.00", "DBIT", day=f"{last:%Y-%m}-13", reference=f"ABA COIN {last:%m}", words="Coin"),
    )
    camera.picture([Place("books-statement", sokha.first_link("/books/bank", "main tbody a"))], sokha.cookies)
    fresh = sokha.exception("Not booked")
    camera.picture([fresh], sokha.cookies)
    sokha.write_note(fresh, "Asked the bank who this is; they answer in two days.")
    shown = {"#resolve [name=note]": "Nobody here knows it; it waits in suspense."}
    button = "#resolve button[type=submit]"
    camera.picture([Place("books-exception-errors", fresh.path, press=button)], sokha.cookies)
    camera.picture([Place("books-exception-shown", fresh.path, typed=shown, press=button)], sokha.cookies)
    sokha.propose(fresh, "Nobody here knows it; it waits in suspense.")
    camera.picture([Place("books-exception-proposed", fresh.path)], bopha.cookies)
    camera.picture([Place("books-exception-waits", fresh.path)], sokha.cookies)
    differs = sokha.exception("Amounts differ")
    camera.picture([Place("books-exception-amount", differs.path)], sokha.cookies)
    sokha.propose(differs, "The bank took less than was written down.")
    bopha.page.goto(differs.path)
    bopha.page.locator("#proposal button[formaction]").click()
    bopha.page.wait_for_load_state()
    camera.picture([Place("books-exception-closed", differs.path)], sokha.cookies)


def _close(sokha: Bookkeeper, bopha: Bookkeeper, camera: Camera, month: str, later: str) -> None:
    word = "Looked at; nothing of this month."
    sokha.compare()
    path = f"/books/months/{month}"
    camera.picture(
        [Place("books-month-open", path), Place("books-month-later", f"/books/months/{later}")], sokha.cookies
    )
    sokha.close(month, word)
    camera.picture([Place("books-month-soft", path)], sokha.cookies)
    sokha.close(month, word)
    sokha.book("44.00", "CAPITAL LATE", date.fromisoformat(f"{month}-20"))
    camera.picture([Place("books-month-closed", path)], sokha.cookies)
    sokha.ask_to_open(month, "The bank paid one transfer twice.")
    camera.picture([Place("books-month-asked", path)], sokha.cookies)
    camera.picture([Place("books-month-to-answer", path)], bopha.cookies)


def _reports(market: Market, sokha: Bookkeeper, camera: Camera) -> None:
    """Kept settings, a file that is ready, one that waits its turn, and one that comes by the calendar."""
    sokha.keep_settings("fees", "Fees of the last month")
    sokha.keep_settings("general_ledger", "General ledger")
    sokha.make_schedule()
    sokha.have_made("general_ledger", "xlsx")
    sokha.wait_for_files(1)
    with market.workers_held():
        sokha.have_made("fees")
        camera.picture([Place("books-downloads", "/books/downloads")], sokha.cookies)


def _readers(market: Market, browser: Browser, camera: Camera, read: list[Place]) -> None:
    """The auditor of the market and the accountant of a shop, both new."""
    auditor = _newcomer(browser, market.url, "Vanna Sok", AUDITOR)
    market.phsar("staff", "grant", AUDITOR, "auditor")
    for_auditors = [Place(place.name.replace("books", "books-auditor", 1), place.path) for place in read]
    camera.picture(
        [*for_auditors, *(Place(f"books-auditor-{name}", f"/books/{name}") for name in ("downloads",))], auditor.cookies
    )
    owner = people.Worker(browser, market.url, people.SECOND_SELLER)
    owner.page.goto(f"{market.url}/desk/members/invite")
    owner.page.fill("[name=email]", BOOKKEEPER)
    owner.page.locator("[name=role][value=accountant]").check()
    owner.page.locator(SEND).click()
    owner.page.wait_for_load_state()
    bookkeeper = _newcomer(browser, market.url, "Sreyneang Chea", BOOKKEEPER)
    bookkeeper.page.goto(f"{market.url}/mailbox?{urlencode({'to': BOOKKEEPER})}")
    bookkeeper.page.locator(".letter a[href*='/join/']").first.click()
    bookkeeper.page.locator("main form button[type=submit]").first.click()
    bookkeeper.page.wait_for_load_state()
    camera.picture(OF_SHOP, bookkeeper.cookies)


def _newcomer(browser: Browser, base: str, name: str, email: str) -> people.Worker:
    """With an account that is confirmed, and signed in."""
    page = browser.new_context(viewport=DESK, locale="en").new_page()
    people.register(page, base, name=name, email=email, password=PASSWORD)
    page.context.close()
    return people.Worker(browser, base, email, PASSWORD)
