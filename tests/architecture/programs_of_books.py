"""Who may use which operation that reads the books of the market, or reports of a shop: like `programs.py`."""

from tests.architecture.access import NOBODY_BY_COOKIE, Route

MONTH = {"period": "{closed_month}"}
FEES, GENERAL_LEDGER = {"key": "fees"}, {"key": "general_ledger"}
SHOP = {"shop": "{shop}"}
FILE = {"file_id": "{books_file}"}

OF_BOOKS = (
    Route("months_of_books.all_months", NOBODY_BY_COOKIE),
    Route("months_of_books.one_month", NOBODY_BY_COOKIE, params=MONTH),
    Route("months_of_books.trial", NOBODY_BY_COOKIE, params=MONTH),
    Route("months_of_books.trial_as_csv", NOBODY_BY_COOKIE, params=MONTH),
    Route("months_of_books.owners_as_csv", NOBODY_BY_COOKIE, params=MONTH),
    Route("months_of_books.one_account", NOBODY_BY_COOKIE, params={**MONTH, "account": "2110"}),
    Route("books.tie_out", NOBODY_BY_COOKIE),
    Route("books.open_items", NOBODY_BY_COOKIE),
    Route("books.open_items_as_csv", NOBODY_BY_COOKIE),
    Route("books.settlement", NOBODY_BY_COOKIE),
    Route("books.settlement_as_csv", NOBODY_BY_COOKIE),
    Route("books.sealing", NOBODY_BY_COOKIE),
    Route("books.seals", NOBODY_BY_COOKIE),
    Route("books.seal", NOBODY_BY_COOKIE, params={"seal_number": "1"}),
    Route("books.proof", NOBODY_BY_COOKIE, params={"journal": "{journal}"}),
    Route("reports_of_books.tables", NOBODY_BY_COOKIE),
    Route("reports_of_books.table", NOBODY_BY_COOKIE, params=GENERAL_LEDGER),
    Route("reports_of_books.table_as_csv", NOBODY_BY_COOKIE, params=GENERAL_LEDGER),
    Route("reports_of_books.journals", NOBODY_BY_COOKIE),
    Route("reports_of_books.journal", NOBODY_BY_COOKIE, params={"journal": "{journal}"}),
    Route("files_of_books.files", NOBODY_BY_COOKIE),
    Route("files_of_books.ask", NOBODY_BY_COOKIE, "POST"),
    Route("files_of_books.file", NOBODY_BY_COOKIE, params=FILE),
    Route("files_of_books.content", NOBODY_BY_COOKIE, params=FILE),
    Route("files_of_books.remove", NOBODY_BY_COOKIE, "DELETE", params={"file_id": "{books_file_to_remove}"}),
)
REPORTS = (
    *OF_BOOKS,
    Route("reports_of_shop.tables_of_shop", NOBODY_BY_COOKIE, query=SHOP),
    Route("reports_of_shop.table_of_shop", NOBODY_BY_COOKIE, params=FEES, query=SHOP),
    Route("reports_of_shop.table_of_shop_as_csv", NOBODY_BY_COOKIE, params=FEES, query=SHOP),
)
