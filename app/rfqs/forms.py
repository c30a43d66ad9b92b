"""What requests and quotes ask for. Prices of up to 500 lines stand in a table of plain fields, a row for each line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FileField, HiddenField, MultipleFileField, SelectField
from wtforms.validators import InputRequired, Optional

from app.config.days import day_begins, day_in
from app.errors import DomainError, Invalid
from app.identity.rules.countries import COUNTRIES
from app.media.private_files import PrivateFile, prepare_private
from app.money.amounts import BPS_PER_PERCENT, Money
from app.money.currencies import currency as currency_of
from app.purchasing.errors import UnreadableFile
from app.purchasing.rules.lines import read_count
from app.quotes.rules.freight import INCOTERMS, LONGEST_FREIGHT_DAYS, LONGEST_NAMED_PLACE, Freight
from app.quotes.rules.parts import MOST_BEFORE_ACCEPTANCE_BPS, MOST_DEPOSIT_BPS, PaymentParts
from app.rfqs.actions.keep_request import RequestTerms
from app.rfqs.errors import (
    AmbiguousGoods,
    ChoiceMissing,
    CodeMissing,
    NothingAsked,
    QuoteWorthless,
    UnknownGoods,
    UnusableQuantity,
)
from app.rfqs.rules.life import LONGEST_NOTE, LONGEST_PLACE, LONGEST_TERMS, LONGEST_TITLE
from app.rfqs.rules.lines import AskedLine, code_meant, read_file, read_lines
from app.rfqs.rules.quoting import CounterLine, QuotedLine, QuoteTerms
from app.web.fields import DayField, LineField, MoneyField, ParagraphsField, QuantityField, number_sent
from app.web.forms import BaseForm
from app.web.languages import current_locale
from app.web.money_input import read_money
from app.web.money_text import format_number
from app.web.problem_words import sentence

LONGEST_FILE = 2_000_000
MOST_NAMED = 20


class RequestForm(BaseForm):
    title = LineField(_l("What is it about?"), [InputRequired()], longest=LONGEST_TITLE)
    lines = ParagraphsField(_l("What do you need?"), longest=200_000)
    file = FileField(_l("Or a file of lines"))
    note = ParagraphsField(_l("What the shops should know"), longest=LONGEST_NOTE)
    shops = ParagraphsField(_l("Which shops do you ask?"), longest=4_000)
    country = SelectField(_l("Delivered to"), [InputRequired()])
    place = LineField(_l("Place of delivery"), longest=LONGEST_PLACE)
    wished_on = DayField(_l("When you need it"), [Optional()])
    closes_on = DayField(_l("Quotes until"), [InputRequired()])
    files = MultipleFileField(_l("Drawings or pictures"), [Optional()])

    def offer(self, home: str) -> None:
        """Call before validating and rendering."""
        named = sorted((_(country.name), country.code) for country in COUNTRIES.values())
        self.country.choices = [(code, name) for name, code in named]
        self.country.data = self.country.data or home

    def asked_lines(self) -> list[AskedLine]:
        """Of the file, if one was sent, else of the text. Raises what reading them raises."""
        if self.file.data and self.file.data.filename:
            return read_file(self.file.data.stream.read(LONGEST_FILE))
        if not (self.lines.data or "").strip():
            raise NothingAsked(field="lines")
        return read_lines(self.lines.data or "")

    def terms(self, files: Sequence[PrivateFile], *, zone: str) -> RequestTerms:
        """Raises what reading the lines raises."""
        assert self.closes_on.data is not None
        return RequestTerms(
            title=self.title.data or "",
            lines=self.asked_lines(),
            shops=[slug_of(line) for line in (self.shops.data or "").splitlines() if line.strip()],
            country=self.country.data or "",
            closes_at=end_of(self.closes_on.data, zone),
            place=self.place.data or "",
            wished_on=self.wished_on.data,
            note=self.note.data or "",
            files=files,
        )

    def uploaded(self) -> list[PrivateFile]:
        """What cannot be shown stands beside the field afterwards, and the form is not to be used then."""
        found: list[PrivateFile] = []
        for file in self.files.data or []:
            if file and file.filename:
                try:
                    found.append(prepare_private(file.filename, file.stream.read()))
                except DomainError as error:
                    self.files.errors = [*self.files.errors, f"{file.filename}: {sentence(error)}"]
        return found


class NoteForm(BaseForm):
    body = ParagraphsField(_l("Your message"), longest=LONGEST_NOTE)


class DeclineForm(BaseForm):
    reason = LineField(_l("Why not?"), [InputRequired()], longest=300)


class CounterForm(BaseForm):
    note = ParagraphsField(_l("What you ask for"), longest=LONGEST_NOTE)


class QuoteForm(BaseForm):
    """Made for one currency by `quote_form`. `seen` is the last version that stood on the page, `draft` the draft."""

    freight: MoneyField
    leading = ("freight",)
    seen = HiddenField(validators=[InputRequired()])
    draft = HiddenField()
    days = QuantityField(_l("Days on the way"), [InputRequired()], least=0, most=LONGEST_FREIGHT_DAYS)
    incoterm = SelectField(_l("Incoterm (2020)"), [InputRequired()])
    named_place = LineField(_l("Named place"), [InputRequired()], longest=LONGEST_NAMED_PLACE)
    valid_on = DayField(_l("Valid until the end of"), [InputRequired()])
    deposit = QuantityField(_l("Deposit, in percent"), [Optional()], least=0, most=MOST_DEPOSIT_BPS // BPS_PER_PERCENT)
    shipment = QuantityField(
        _l("When the goods leave, in percent"),
        [Optional()],
        least=0,
        most=MOST_BEFORE_ACCEPTANCE_BPS // BPS_PER_PERCENT,
    )
    contract = ParagraphsField(_l("Terms of the contract"), longest=LONGEST_TERMS)
    note = ParagraphsField(_l("Words to the buyer"), longest=LONGEST_NOTE)

    def offer(self) -> None:
        """Call before validating and rendering."""
        self.incoterm.choices = [
            ("", _("Choose one")),
            *((rule, f"{rule} · {_(words)}") for rule, words in INCOTERMS.items()),
        ]

    @property
    def version(self) -> int:
        """-1, which is no version, when the field was tampered with."""
        return number_sent(self.seen.data, -1)

    @property
    def draft_number(self) -> int:
        """0 for none, and when the field was tampered with."""
        return number_sent(self.draft.data, 0)

    def typed(self, sent: Mapping[str, str]) -> dict[str, str]:
        """What stands in the fields, right or wrong, to be kept and shown again."""
        return {name: sent.get(name, "").replace("\x00", "")[:most] for name, most in TYPED.items()}

    def terms(self, lines: Sequence[QuotedLine], *, country: str, zone: str) -> QuoteTerms:
        assert self.freight.data is not None
        assert self.days.data is not None
        assert self.valid_on.data is not None
        return QuoteTerms(
            lines=lines,
            freight=Freight(
                self.freight.data.minor, self.days.data, country, self.incoterm.data or "", self.named_place.data or ""
            ),
            valid_until=end_of(self.valid_on.data, zone),
            parts=PaymentParts((self.deposit.data or 0) * BPS_PER_PERCENT, (self.shipment.data or 0) * BPS_PER_PERCENT),
            contract=self.contract.data or "",
            note=self.note.data or "",
        )


TYPED = {
    **dict.fromkeys(("freight", "days", "incoterm", "named_place", "valid_on", "deposit", "shipment"), 200),
    "contract": LONGEST_TERMS,
    "note": LONGEST_NOTE,
}
"""The fields of a quote beside its lines, and how much of each a draft keeps."""


class PriceListForm(BaseForm):
    """`draft` is the number of the draft that stood on the page."""

    draft = HiddenField()
    file = FileField(_l("The file with your prices"))

    @property
    def draft_number(self) -> int:
        return number_sent(self.draft.data, 0)

    def content(self) -> bytes:
        """Raises UnreadableFile where no file was sent."""
        if not self.file.data or not self.file.data.filename:
            raise UnreadableFile(field="file")
        return bytes(self.file.data.stream.read(LONGEST_FILE))


def quote_form(currency: str) -> type[QuoteForm]:
    class Made(QuoteForm):
        freight = MoneyField(_l("Freight for all of it"), [InputRequired()], currency=currency)

    return Made


@dataclass
class Row:
    """A line of the request in the table of a seller or buyer: what stands in its fields, and what is wrong there.

    `known` is the goods that `known_code` already stands for here. An empty price leaves the line out.
    """

    line: Any
    currency: str
    known: UUID | None = None
    known_code: str = ""
    code: str = ""
    price: str = ""
    quantity: str = ""
    minimum: str = "1"
    problems: list[str] = field(default_factory=list)

    def read(self, sent: Mapping[str, str]) -> None:
        """What was typed, to be shown again as it was."""
        for name, key in (("code", "c"), ("price", "p"), ("quantity", "q"), ("minimum", "m")):
            setattr(self, name, sent.get(f"{key}-{self.line.position}", getattr(self, name)).strip()[:200])

    @property
    def cells(self) -> list[str]:
        """As a draft keeps them."""
        return [one.replace("\x00", "") for one in (self.code, self.price, self.quantity, self.minimum)]

    def amount_typed(self) -> int | None:
        """In minor units; None for what cannot be read."""
        try:
            return read_money(self.price, self.currency, current_locale()).minor
        except DomainError:
            return None

    @property
    def is_left_out(self) -> bool:
        return not self.price

    def quoted(self, goods: Mapping[str, Sequence[Any]]) -> QuotedLine | None:
        """None for a line left out, or with `problems`. `goods` are those of the shop by code."""
        if self.is_left_out:
            return None
        variant_id = self._variant(goods)
        amount, quantity, minimum = self._amount(), self._count(self.quantity), self._count(self.minimum or "1")
        if self.problems or not (variant_id and amount and quantity and minimum):
            return None
        if minimum > quantity:
            self.problems.append(sentence(UnusableQuantity(least=minimum)))
            return None
        return QuotedLine(self.line.id, variant_id, quantity, amount.minor, minimum)

    def countered(self) -> CounterLine | None:
        """None with `problems`."""
        amount, quantity = self._amount(), self._count(self.quantity)
        return CounterLine(self.line.id, quantity, amount.minor) if amount and quantity else None

    def _variant(self, goods: Mapping[str, Sequence[Any]]) -> UUID | None:
        if self.known is not None and self.code in ("", self.known_code):
            return self.known
        found = goods.get(code_meant(self.code), ())
        if len(found) == 1:
            variant_id: UUID = found[0].id
            return variant_id
        error: Invalid = UnknownGoods(typed=self.code) if self.code else CodeMissing()
        if found and code_meant(self.code).startswith("/p/"):
            error = ChoiceMissing(typed=self.code, codes=", ".join(one.sku for one in found[:MOST_NAMED]))
        elif found:
            error = AmbiguousGoods(typed=self.code)
        self.problems.append(sentence(error))
        return None

    def _amount(self) -> Money | None:
        try:
            amount = read_money(self.price, self.currency, current_locale())
            if not amount:
                raise QuoteWorthless
        except DomainError as error:
            self.problems.append(sentence(error))
            return None
        return amount

    def _count(self, typed: str) -> int | None:
        count = read_count(typed)
        if count is None:
            self.problems.append(sentence(UnusableQuantity(least=1)))
        return count


def rows_for(lines: Iterable[Any], currency: str, *, shop_id: UUID | None, last: Mapping[UUID, Any]) -> list[Row]:
    """A row for each line of a request, filled with the last version, else with what was asked for.

    `shop_id`: whose goods a line may name already.
    """
    rows = []
    for line in lines:
        row = Row(line, currency, quantity=str(line.quantity))
        kept = last.get(line.id)
        if kept is not None:
            row.known, row.known_code = kept.variant_id, kept.variant.sku
            row.price = money_typed(kept.price_minor, currency)
            row.quantity, row.minimum = str(kept.quantity), str(kept.minimum)
        elif line.variant_id is not None and line.organization_id == shop_id:
            row.known, row.known_code = line.variant_id, line.sku
        row.code = row.known_code
        rows.append(row)
    return rows


def money_typed(minor: int, currency: str) -> str:
    """As somebody would type it."""
    return format_number(minor, currency_of(currency), current_locale())


def problems_of(rows: Iterable[Row]) -> list[str]:
    """Each with the number of its line, for the top of the page."""
    return [
        _("Line %(line)s: %(problem)s", line=row.line.position + 1, problem=problem)
        for row in rows
        for problem in row.problems
    ]


def slug_of(typed: str) -> str:
    """Of a shop, from the last part of its address or from all of it."""
    return typed.strip().rstrip("/").rsplit("/", 1)[-1].lower()


def end_of(day: date, zone: str) -> datetime:
    """The first moment after that day in that zone."""
    return day_begins(zone, day + timedelta(days=1))


def day_of(moment: datetime, zone: str) -> date:
    """The last day before it: the inverse of `end_of`."""
    return day_in(zone, moment - timedelta(seconds=1))
