"""What a listing says, between its rows, the form that changes it, and the merging of two changes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import BooleanField, FieldList, FormField, MultipleFileField, SelectMultipleField

from app.catalog.forms.listing import ListingForm
from app.catalog.models import Listing, Variant
from app.catalog.rules.merging import ADDED, CHOICES, Said
from app.catalog.rules.texts import other_languages
from app.money.amounts import Money
from app.pricing.rules.tiers import kept, read_kept

PLAIN = (
    "title", "local_title", "category", "condition", "tax_class", "description", "local_description", "unit", "piece_unit",
    "min_quantity", "quantity_step", "sample_most", "allows_offers",
)  # fmt: skip
OF_CHOICE = (
    "named", "local_named", "other_names", "sku", "stock", "net_grams", "pieces", "seen", "sample_stock", "sample_grams",
    "sample_seen",
)  # fmt: skip
PRICES = ("price", "sample_price")


def said(listing: Listing, local_language: str) -> Said:
    """As it is kept."""
    titles, texts = listing.titles, listing.descriptions
    is_local = local_language != "en"
    others = other_languages(local_language)
    samples = {
        variant.sample_of_id: variant for variant in listing.variants if variant.is_sample and variant.is_offered
    }
    return {
        "title": titles.get("en", ""),
        "local_title": titles.get(local_language, "") if is_local else "",
        "category": str(listing.category_id),
        "condition": listing.condition,
        "tax_class": listing.tax_class,
        "description": texts.get("en", ""),
        "local_description": texts.get(local_language, "") if is_local else "",
        **{f"title_{code}": titles.get(code, "") for code in others},
        **{f"description_{code}": texts.get(code, "") for code in others},
        "unit": listing.unit,
        "piece_unit": listing.piece_unit,
        "min_quantity": listing.min_quantity,
        "quantity_step": listing.quantity_step,
        "sample_most": listing.sample_most,
        "allows_offers": listing.allows_offers,
        "pictures": [str(link.picture_id) for link in listing.pictures],
        CHOICES: {
            str(variant.id): {
                "named": variant.names.get("en", ""),
                "local_named": variant.names.get(local_language, "") if is_local else "",
                "other_names": {code: variant.names[code] for code in others if variant.names.get(code)},
                "sku": variant.sku,
                "price": variant.price_minor,
                "stock": variant.stock,
                "seen": variant.stock,
                "net_grams": variant.net_grams,
                "pieces": variant.pieces,
                "tiers": list(variant.price_tiers),
                "picture": str(variant.picture_id) if variant.picture_id else None,
                **_sample(samples.get(variant.id)),
            }
            for variant in listing.variants
            if not variant.is_retired
        },
        ADDED: [],
    }


def _sample(row: Variant | None) -> Said:
    """Nothing of it where none is given."""
    if row is None:
        return dict.fromkeys(("sample_price", "sample_stock", "sample_seen", "sample_grams"))
    return {
        "sample_price": row.price_minor,
        "sample_stock": row.stock,
        "sample_seen": row.stock,
        "sample_grams": row.net_grams,
    }


def typed(form: ListingForm, picture_ids: Sequence[UUID]) -> Said:
    """As it stands in a form that was found sound."""
    pictures = [str(picture_id) for picture_id in picture_ids]
    choices: dict[str, Said] = {}
    added: list[Said] = []
    for row in form.named_rows():
        number = row.picture_number.data or 0
        choice = {
            **{name: row[name].data for name in OF_CHOICE},
            **{name: row[name].data or "" for name in ("named", "local_named", "sku")},
            "other_names": row.other_names.data or {},
            **{name: row[name].data.minor if row[name].data else None for name in PRICES},
            "tiers": kept(row.tiers.data or ()),
            "picture": pictures[number - 1] if 0 < number <= len(pictures) else None,
        }
        if row.variant_id.data:
            choices[row.variant_id.data] = choice
        else:
            added.append(choice)
    plain: Said = {name: form[name].data for name in PLAIN}
    plain["sample_most"] = plain["sample_most"] or 1
    for _code, title, text in form.other_texts:
        plain |= {title.name: title.data, text.name: text.data}
    for name, value in plain.items():
        plain[name] = "" if value is None else value
    return {**plain, "pictures": pictures, CHOICES: choices, ADDED: added}


def form_data(what: Said, currency: str) -> dict[str, Any]:
    """As a form shows it."""
    pictures = what["pictures"]
    rows = [*what[CHOICES].items(), *(("", row) for row in what[ADDED])]
    return {
        **{name: value for name, value in what.items() if name not in ("pictures", CHOICES, ADDED)},
        "keep": list(pictures),
        "variants": [
            {
                **{name: row.get(name) for name in OF_CHOICE},
                "variant_id": choice,
                **{name: None if row[name] is None else Money(row[name], currency) for name in PRICES},
                "tiers": read_kept(row["tiers"]),
                "picture_number": pictures.index(row["picture"]) + 1 if row["picture"] in pictures else None,
            }
            for choice, row in rows
        ],
    }


def sent_again(form: ListingForm) -> list[tuple[str, str]]:
    """Names and values that say the same as the form, to be sent along out of sight."""
    return [pair for field in form if field.name not in ("csrf_token", "form_token") for pair in _pairs(field)]


def _pairs(field: Any) -> list[tuple[str, str]]:
    if isinstance(field, FieldList):
        return [pair for entry in field for pair in _pairs(entry)]
    if isinstance(field, FormField):
        return [pair for part in field.form for pair in _pairs(part)]
    if isinstance(field, MultipleFileField):
        return []
    if isinstance(field, BooleanField):
        return [(field.name, "y")] if field.data else []
    if isinstance(field, SelectMultipleField):
        return [(field.name, value) for value in field.data or []]
    value = field._value() if hasattr(field, "_value") else field.data  # noqa: SLF001 - how WTForms writes any field
    return [(field.name, "" if value is None else str(value))]
