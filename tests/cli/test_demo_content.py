"""The demo market is complete, varied and believable."""

import re
from collections import Counter
from fractions import Fraction
from itertools import pairwise

import pytest

from app.cli.demo.content import COUNTRIES, DemoContent, DemoListing, load_demo
from app.cli.demo.prices import PriceCheck
from app.shipping.rules import Load, RateTerms, offered

SCRIPTS = {
    "km": "\u1780-\u17ff",
    "th": "\u0e00-\u0e7f",
    "lo": "\u0e80-\u0eff",
    "my": "\u1000-\u109f",
    "zh": "\u4e00-\u9fff",
}
# Languages in Latin letters are told apart by letters or small words that the others do not have.
TELLTALES = {
    "vi": r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]",
    "id": r"\b(dan|yang|di|dari|dengan|untuk)\b",
    "ms": r"\b(dan|yang|di|dari|dengan|untuk)\b",
    "fil": r"\b(ang|ng|sa|na|at)\b",
    "pt": r"\b(de|da|do|e|em|com|para|não|que)\b",
    "en": r"\b(a|an|and|the|of|in|is|for|to|with|from|it)\b",
}
# US dollars for a kilogram or a liter, by category: what a customer would call neither a mistake nor a joke.
USD_PER_KG = {
    "rice-grains": (0.5, 12),
    "fruit-nuts": (0.5, 60),
    "pepper-spice": (4, 700),
    "coffee-tea": (6, 90),
    "sauces-preserves": (1, 75),
    "sweets-snacks": (3, 120),
}


@pytest.fixture(scope="module")
def demo() -> DemoContent:
    return load_demo()


@pytest.fixture(scope="module")
def listings(demo: DemoContent) -> list[DemoListing]:
    return [listing for seller in demo.sellers for listing in seller.listings]


def test_the_market_is_large_enough_to_walk_around_in(demo: DemoContent, listings: list[DemoListing]) -> None:
    assert len(demo.sellers) >= 40
    assert len(listings) >= 340
    assert 12 <= len(demo.categories) <= 14


def test_all_eleven_countries_trade(demo: DemoContent) -> None:
    assert Counter(seller.country for seller in demo.sellers).keys() == set(COUNTRIES)
    assert len(COUNTRIES) == 11


def test_goods_are_sold_in_many_ways_by_shops_that_say_when_they_open_and_send(
    demo: DemoContent, listings: list[DemoListing]
) -> None:
    assert sum(len(listing.variants) > 1 for listing in listings) >= 60
    assert len({listing.unit for listing in listings}) >= 12
    assert all(variant.stock > 0 and variant.price_minor > 0 for listing in listings for variant in listing.variants)
    assert all(seller.opening_hours and 1 <= seller.handling_days <= 10 for seller in demo.sellers)
    assert all(seller.shipping for seller in demo.sellers)


def test_every_seller_has_goods_worth_a_visit(demo: DemoContent) -> None:
    for seller in demo.sellers:
        assert len(seller.listings) >= (4 if seller.kind == "private_person" else 6), seller.slug


def test_every_category_has_goods_of_several_sellers(demo: DemoContent) -> None:
    for category in demo.categories:
        sellers = [s.slug for s in demo.sellers if any(good.category == category.slug for good in s.listings)]
        assert len(sellers) >= 4, category.slug


def test_used_things_are_sold_by_private_persons_with_a_grade(demo: DemoContent) -> None:
    private = [seller for seller in demo.sellers if seller.kind == "private_person"]
    assert len(private) >= 4
    assert all(good.condition != "new" for seller in private for good in seller.listings)
    assert all(
        (good.condition == "new") == (good.category != "used-vintage") for s in demo.sellers for good in s.listings
    )


def test_about_a_third_of_the_sellers_have_a_wallet_of_their_own(demo: DemoContent) -> None:
    with_wallet = sum(seller.own_wallet for seller in demo.sellers)
    assert Fraction(1, 4) <= Fraction(with_wallet, len(demo.sellers)) <= Fraction(2, 5)


def test_everything_from_cambodia_is_told_in_khmer(demo: DemoContent) -> None:
    for seller in (seller for seller in demo.sellers if seller.country == "KH"):
        for entry in (seller, *seller.listings):
            assert "km" in {text.language for text in entry.texts}, entry.slug
        labeled = [
            v for good in seller.listings if good.option not in {None, "weight", "volume"} for v in good.variants
        ]
        assert all(variant.labels["km"] for variant in labeled)


def test_each_country_tells_some_of_its_goods_in_its_own_language(demo: DemoContent) -> None:
    local = Counter(s.country for s in demo.sellers for good in s.listings if len(good.texts) > 1)
    assert all(local[country] >= 6 for country in COUNTRIES), local
    assert local.total() >= 80


def test_every_text_is_in_the_language_it_claims(demo: DemoContent) -> None:
    for seller in demo.sellers:
        for entry in (seller, *seller.listings):
            for text in entry.texts:
                assert _is_written_in(text.language, text.text), (entry.slug, text.language, text.text)
    for category in demo.categories:
        for language in SCRIPTS:
            assert _is_written_in(language, category.names[language]), (category.slug, language)


def _is_written_in(language: str, text: str) -> bool:
    if language in SCRIPTS:
        letters = [letter for letter in text if letter.isalpha()]
        own = re.findall(f"[{SCRIPTS[language]}]", text)
        return len(own) > 0 and len([x for x in letters if not re.match(f"[{SCRIPTS[language]}]", x)]) <= 3
    return re.search(TELLTALES[language], text, re.IGNORECASE) is not None and all(
        letter < "\u1f00" or not letter.isalpha() for letter in text
    )


def test_descriptions_are_a_few_sentences(listings: list[DemoListing]) -> None:
    for listing in listings:
        sentences = re.findall(r"[.!?](?:\s|$)", listing.texts[0].text)
        assert 2 <= len(sentences) <= 4, listing.slug
        assert 40 <= len(listing.texts[0].text) <= 320, listing.slug


def test_goods_that_are_weighed_cost_what_such_goods_cost(demo: DemoContent) -> None:
    prices = PriceCheck({rate.currency: rate for rate in demo.rates})
    for seller in demo.sellers:
        for listing in seller.listings:
            for variant in listing.variants:
                net = variant.net_g or variant.net_ml
                if net and listing.category in USD_PER_KG:
                    usd = prices.usd_cents(variant.price_minor, seller.currency) * 10 / net
                    least, most = USD_PER_KG[listing.category]
                    assert least <= usd <= most, (variant.sku, usd)


def test_small_goods_are_sent_for_what_small_goods_cost(demo: DemoContent) -> None:
    """Abroad too: nobody pays the freight of a wardrobe for a pair of chopsticks."""
    prices = PriceCheck({rate.currency: rate for rate in demo.rates})
    for seller in demo.sellers:
        rates = [RateTerms(**vars(rate)) for rate in seller.shipping]
        neighbor = next(code for code in COUNTRIES if code != seller.country)
        for listing in seller.listings:
            for variant in listing.variants:
                if (variant.net_g or 0) > 5_000:
                    continue
                load = Load(variant.net_g or 0, 0 if variant.net_g else 1, variant.price_minor)
                for country, most in ((seller.country, 1_000), (neighbor, 3_500)):
                    ways = [
                        prices.usd_cents(price, seller.currency)
                        for _, price in offered(rates, seller.country, country, load)
                    ]
                    assert not ways or min(ways) <= most, (variant.sku, country, ways)


def test_a_larger_pack_is_never_dearer_by_weight_than_a_smaller_one(listings: list[DemoListing]) -> None:
    for listing in listings:
        packs = sorted((v.net_g or v.net_ml, v.price_minor) for v in listing.variants if v.net_g or v.net_ml)
        for (small, small_price), (large, large_price) in pairwise(packs):
            assert small == large or large_price * small <= small_price * large, listing.slug


def test_each_seller_prices_in_a_currency_of_its_country(demo: DemoContent) -> None:
    usual = dict(
        zip(COUNTRIES, ("KHR", "THB", "VND", "IDR", "LAK", "MYR", "MMK", "PHP", "SGD", "BND", "USD"), strict=True)
    )
    for seller in demo.sellers:
        assert seller.currency == usual[seller.country] or (seller.country, seller.currency) == ("KH", "USD")
    assert {s.currency for s in demo.sellers if s.country == "KH"} == {"KHR", "USD"}


def test_every_shop_has_one_owner_who_can_sign_in(demo: DemoContent) -> None:
    owners = {person.seller for person in demo.people if person.role == "seller_owner"}
    assert owners == {seller.slug for seller in demo.sellers}
    assert Counter(p.role for p in demo.people if p.role != "seller_owner") == {
        "buyer": 2,
        "company_buyer": 1,
        "accountant": 1,
        "operator": 1,
    }
    assert all(person.addresses for person in demo.people if person.role == "buyer")
    assert all(person.email.endswith(".example") for person in demo.people)


def test_each_currency_has_a_dated_sample_rate(demo: DemoContent) -> None:
    assert {seller.currency for seller in demo.sellers} <= {rate.currency for rate in demo.rates}
    assert all("sample" in rate.source and rate.as_of.year >= 2026 for rate in demo.rates)
