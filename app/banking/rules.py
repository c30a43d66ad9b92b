"""Which formats there are and who takes statements in. Pure."""

from app.banking.camt_files import CAMT, CAMT_NAME, read_camt
from app.banking.csv_files import PRESETS, read_csv
from app.banking.errors import StatementTooLarge
from app.banking.values import Statement, checked
from app.identity.rules.roles import ACCOUNTANT, AUDITOR, OPERATOR

KEEPERS = (OPERATOR, ACCOUNTANT)
READERS = (*KEEPERS, AUDITOR)
LARGEST_FILE = 5 * 1024 * 1024
FORMATS = {**{preset.key: preset.name for preset in PRESETS.values()}, CAMT: CAMT_NAME}


def read_statement(content: bytes, form: str, currency: str) -> Statement:
    """Raises StatementTooLarge, UnreadableStatement, ColumnMissing, UnreadableCell, EmptyCell, EmptyStatement, TooManyLines,
    OneCurrencyNeeded, BalancesDoNotAddUp."""
    if len(content) > LARGEST_FILE:
        raise StatementTooLarge(field="file")
    return checked(read_camt(content) if form == CAMT else read_csv(content, PRESETS[form], currency))
