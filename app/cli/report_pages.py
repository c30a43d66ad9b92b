"""The page that explains the reports, drawn from what they are made of."""

from app.reports.tables.all import TABLES
from app.reports.tables.printing import MOST_PRINTED
from app.reports.tables.shape import Column, Kind, Table

_HEAD = f"""# Reports of the books

This page is generated: `phsar docs reports > docs/accountants/reports.md`; a test keeps it true.

*Books → Reports* lists them, and here is [what each says of an example](report-examples.md). Each is one table of the days you choose: on screen, as CSV, as Excel and as PDF, and each of these says the same. The [settlement report](settlement-report.md), the trial balance, the [months](closing-a-month.md) and the open items have pages of their own, and the same files.

- **Whose.** Operators, accountants and auditors of the market read all of them. A seller's owner and accountant read {{of_sellers}}, of their own shop only.
- **Which days.** Whole days by the clock of the organization, cut at its midnight; the market's is that of the books, so a month of its reports is a month of the books. A line counts on the day it is booked for: what comes late for a closed month stands in the month that took it, with the month it is late for beside it. *Happened* keeps the day itself.
- **From a line to its origin.** An account leads to its lines in the general ledger, an order to every journal booked for it, a journal to its lines and to what it was made from: Stripe's row or the chain's log, as they were read. Ids of Stripe and of transactions can be copied whole.
- **Amounts** are exact decimals, never rounded: dollars with two places, tokens with six. On the page and in print their digits are grouped. An empty cell is nothing, which is not zero.
- **CSV** is UTF-8 with a byte-order mark, one line for each line of the report, no totals, moments with their offset from UTC. PostgreSQL writes it; a file of a million lines is made without being held in memory. A text that a spreadsheet would take for a formula has an apostrophe before it.
- **Excel** has numbers and times that can be counted with, totals below, and the meaning of each column on a second sheet.
- **PDF** is in the language of whoever asks, with totals and the meaning of the columns at its end, and without the columns marked *files*. It has {MOST_PRINTED:,} lines at most; ask for fewer days, or for the other files.
- **The same request gives the same file**, byte for byte, as long as nothing was booked for these days in between. A closed month does not change any more.
"""


def reports_page() -> str:
    """The page `docs/accountants/reports.md`."""
    of_sellers = " and ".join(f"*{table.title}*" for table in TABLES.values() if table.for_sellers)
    return _HEAD.format(of_sellers=of_sellers) + "".join(map(_section, TABLES.values()))


def _section(table: Table) -> str:
    rows = "\n".join(f"| `{one.name}` | {_label(one)} | {_meaning(one)} |" for one in table.columns)
    days = "How things stand at the end of one day." if table.at_a_day else "From one day to another."
    return (
        f"\n## {table.title}\n\n{table.about} {days} {table.agrees}\n\n"
        f"| Column | On screen | Meaning |\n|---|---|---|\n{rows}\n"
    )


def _label(column: Column) -> str:
    return "*files*" if column.files_only else column.label


def _meaning(column: Column) -> str:
    unit = f" In {column.asset}." if column.kind is Kind.AMOUNT and column.asset else ""
    return column.meaning + unit + (" Has a total." if column.sums else "")
