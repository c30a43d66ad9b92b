"""The form of a listing: texts in the market's languages, variants as rows, pictures."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import InputRequired, Optional

from app.catalog.errors import UnusableTitle
from app.catalog.forms.names import NamesField
from app.catalog.forms.tiers import TiersField
from app.catalog.queries.categories import CategoryTile
from app.catalog.rules.listings import (
    CONDITIONS,
    LARGEST_PACK,
    LARGEST_STEP,
    LARGEST_STOCK,
    LONGEST_SKU,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_UNIT,
    MOST_PICTURES,
    MOST_SAMPLES,
    MOST_VARIANTS,
    ListingTerms,
    SampleTerms,
    VariantTerms,
    is_title,
)
from app.catalog.rules.texts import SAMPLE, UNITS, other_languages, pick
from app.errors import DomainError
from app.identity.models import Organization
from app.identity.rules.countries import COUNTRIES
from app.pricing.rules.tiers import require_tiers
from app.tax.rules import CLASSES, ORDINARY
from app.web.fields import LineField, MoneyField, ParagraphsField, QuantityField
from app.web.forms import BaseForm
from app.web.languages import current_locale, language_name
from app.web.problem_words import sentence

SPARE_ROWS = 1
HEAVIEST_GRAMS = 1_000_000
NUMBERS = ("price", "stock", "net_grams", "pieces", "sample_price", "sample_stock", "sample_grams")
"""Of a row: any of them makes it one that is saved."""


class ListingForm(BaseForm):
    """Made for one shop by `listing_form`: its currency decides how prices are read.

    `was` is what the listing said when the page was made, signed: with it two changes of one listing can be merged.
    """

    title = LineField(_l("Title in English"), longest=LONGEST_TITLE)
    local_title = LineField(_l("Title in your own language"), longest=LONGEST_TITLE)
    category = SelectField(_l("Category"), [InputRequired()])
    condition = RadioField(_l("Condition"), [InputRequired()])
    description = ParagraphsField(_l("Description in English"), longest=LONGEST_TEXT)
    local_description = ParagraphsField(_l("Description in your own language"), longest=LONGEST_TEXT)
    unit = LineField(_l("Sold by the"), [InputRequired()], longest=LONGEST_UNIT, render_kw={"list": "units"})
    piece_unit = LineField(_l("What is inside, for packs"), longest=LONGEST_UNIT, render_kw={"list": "units"})
    min_quantity = QuantityField(_l("Smallest quantity"), [InputRequired()], least=1, most=LARGEST_STEP)
    quantity_step = QuantityField(_l("In steps of"), [InputRequired()], least=1, most=LARGEST_STEP)
    sample_most = QuantityField(_l("Samples for one buyer, at most"), [Optional()], least=1, most=MOST_SAMPLES)
    allows_offers = BooleanField(_l("Buyers may offer another price"))
    keep = SelectMultipleField(_l("Pictures so far"), validate_choice=False)
    pictures = MultipleFileField(_l("Add pictures"))
    tax_class = SelectField(_l("For the tax these are"), default=ORDINARY)
    version = HiddenField()
    was = HiddenField()
    variants: FieldList
    local_language: str
    other_languages: tuple[str, ...]

    def offer(self, categories: list[CategoryTile], tax_classes: Sequence[str] = ()) -> None:
        """Fill in the choices in the viewer's language. `tax_classes` are those that differ from ordinary goods."""
        locale = current_locale()
        named = [(str(tile.id), pick(tile.names, locale).text) for tile in categories]
        self.category.choices = [("", _("Choose one")), *named]
        words = {
            "new": _("New"),
            "like_new": _("Used, like new"),
            "good": _("Used, good"),
            "fair": _("Used, with signs of use"),
        }
        self.condition.choices = [(kind, words[kind]) for kind in CONDITIONS]
        self.tax_class.choices = [(goods, _(CLASSES[goods])) for goods in (ORDINARY, *tax_classes)]

    @property
    def usual_units(self) -> list[str]:
        return [unit for unit in UNITS if unit != SAMPLE]

    @property
    def other_texts(self) -> list[tuple[str, Any, Any]]:
        """Language, title and description of each language beside English and the shop's own."""
        return [(code, self[f"title_{code}"], self[f"description_{code}"]) for code in self.other_languages]

    @property
    def speaks_more(self) -> bool:
        """Whether something is said, or wrong, in those."""
        return any(field.data or field.errors for _code, *fields in self.other_texts for field in fields)

    def by_language(self) -> dict[str, tuple[Any, Any]]:
        """Its title and description for each language."""
        own = {} if self.local_language == "en" else {self.local_language: (self.local_title, self.local_description)}
        return (
            {"en": (self.title, self.description)}
            | own
            | {code: (title, text) for code, title, text in self.other_texts}
        )

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """One title is enough, in whatever language; each is one."""
        is_sound = super().validate(*args, **kwargs)
        titles = [title for title, _text in self.by_language().values()]
        if not any(title.data for title in titles):
            self.title.errors = [*self.title.errors, _("Fill this in.")]
        for title in titles:
            if title.data and not title.errors and not is_title(title.data):
                title.errors = [sentence(UnusableTitle())]
        return is_sound and not any(title.errors for title in titles)

    def named_rows(self) -> list[Any]:
        """The rows that say something; an empty one is spare."""
        return [
            row
            for row in self.variants
            if any(part.data for part in (row.named, row.local_named, row.other_names, row.sku))
            or any(part.data is not None for part in (row[name] for name in NUMBERS))
        ]

    def require_whole_rows(self) -> bool:
        """Every row that says something has a price and stock; no code is there twice."""
        rows, codes = self.named_rows(), set()
        for row in rows or list(self.variants)[:1]:
            for field in (row.price, row.stock):
                if field.data is None:
                    field.errors = field.errors or [_("Fill this in.")]
            self._require_tiers(row)
            _require_whole_sample(row)
            if self.piece_unit.data and row.pieces.data is None:
                row.pieces.errors = row.pieces.errors or [_("Fill this in.")]
            elif row.pieces.data is not None and not self.piece_unit.data:
                self.piece_unit.errors = [_("Fill this in.")]
            if row.sku.data and row.sku.data in codes:
                row.sku.errors = [_("Another choice has this code. Leave it empty, or enter a different one.")]
            codes.add(row.sku.data)
        return not self.piece_unit.errors and not any(field.errors for row in self.variants for field in row.form)

    def _require_tiers(self, row: Any) -> None:
        """Said beside the row it is about; the rules say it again to whoever sends no form."""
        try:
            require_tiers(row.tiers.data or (), minimum=self.min_quantity.data or 1)
        except DomainError as error:
            row.tiers.errors = [*row.tiers.errors, sentence(error)]

    def name_of(self, field: Any) -> str:
        name = super().name_of(field)
        in_row = re.match(r"variants-(\d+)-", field.name)
        return _("Choice %(number)s, %(field)s", number=int(in_row[1]) + 1, field=name) if in_row else name

    def terms(self, picture_ids: list[UUID]) -> ListingTerms:
        texts = self.by_language().items()
        return ListingTerms(
            category_id=UUID(self.category.data),
            titles={language: title.data for language, (title, _text) in texts if title.data},
            descriptions={language: text.data for language, (_title, text) in texts if text.data},
            unit=self.unit.data,
            piece_unit=self.piece_unit.data or "",
            condition=self.condition.data,
            min_quantity=self.min_quantity.data or 0,
            quantity_step=self.quantity_step.data or 0,
            sample_most=self.sample_most.data or 1,
            variants=[self._variant(row, picture_ids) for row in self.named_rows()],
            picture_ids=picture_ids,
            allows_offers=bool(self.allows_offers.data),
            tax_class=self.tax_class.data,
        )

    def _variant(self, row: Any, picture_ids: list[UUID]) -> VariantTerms:
        number = row.picture_number.data or 0
        names = {"en": row.named.data, self.local_language: row.local_named.data or "", **(row.other_names.data or {})}
        return VariantTerms(
            sku=row.sku.data or "",
            price_minor=row.price.data.minor,
            stock=row.stock.data,
            names={language: name for language, name in names.items() if name},
            net_grams=row.net_grams.data,
            pieces=row.pieces.data,
            tiers=row.tiers.data,
            picture_id=picture_ids[number - 1] if 0 < number <= len(picture_ids) else None,
            id=_uuid(row.variant_id.data),
            stock_seen=row.seen.data,
            sample=_sample(row),
        )


def _require_whole_sample(row: Any) -> None:
    """A sample has a price and a stock, or there is none."""
    if row.sample_price.data is None and row.sample_stock.data is None and row.sample_grams.data is None:
        return
    for field in (row.sample_price, row.sample_stock):
        if field.data is None:
            field.errors = field.errors or [_("Fill this in.")]


def _sample(row: Any) -> SampleTerms | None:
    if row.sample_price.data is None:
        return None
    return SampleTerms(row.sample_price.data.minor, row.sample_stock.data, row.sample_grams.data, row.sample_seen.data)


def listing_form(shop: Organization, *, rows: int = 1) -> type[ListingForm]:
    class VariantRow(Form):
        """One choice of the buyer."""

        variant_id = HiddenField()
        named = LineField(_l("Name, such as “500 g” or “red”"), longest=60)
        local_named = LineField(_l("Name in your own language"), longest=60)
        other_names = NamesField(_l("Name in other languages"), longest=1000)
        sku = LineField(_l("Code (SKU)"), longest=LONGEST_SKU)
        price = MoneyField(_l("Price"), [Optional()], currency=shop.currency)
        stock = QuantityField(_l("Stock"), [Optional()], least=0, most=LARGEST_STOCK)
        seen = QuantityField(_l("Stock before"), [Optional()], least=0, most=LARGEST_STOCK)
        net_grams = QuantityField(_l("Net weight in grams"), [Optional()], least=1, most=HEAVIEST_GRAMS)
        pieces = QuantityField(_l("How many are inside one"), [Optional()], least=1, most=LARGEST_PACK)
        tiers = TiersField(_l("Other prices for larger quantities"), currency=shop.currency)
        sample_price = MoneyField(_l("Price of a sample"), [Optional()], currency=shop.currency)
        sample_stock = QuantityField(_l("Samples in stock"), [Optional()], least=0, most=LARGEST_STOCK)
        sample_seen = QuantityField(_l("Samples before"), [Optional()], least=0, most=LARGEST_STOCK)
        sample_grams = QuantityField(_l("Weight of a sample in grams"), [Optional()], least=1, most=HEAVIEST_GRAMS)
        picture_number = QuantityField(_l("Number of its picture"), [Optional()], least=1, most=MOST_PICTURES)

    class Made(ListingForm):
        local_language = next((code for code in COUNTRIES[shop.country].languages if code != "en"), "en")
        other_languages = other_languages(local_language)
        variants = FieldList(FormField(VariantRow), min_entries=min(rows, MOST_VARIANTS), max_entries=MOST_VARIANTS)

    for code in Made.other_languages:
        named = language_name(code)
        setattr(Made, f"title_{code}", LineField(_("Title in %(language)s", language=named), longest=LONGEST_TITLE))
        text = ParagraphsField(_("Description in %(language)s", language=named), longest=LONGEST_TEXT)
        setattr(Made, f"description_{code}", text)
    return Made


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
