"""What is sent to other shops under measurement is what their own shop windows send."""

import json

from benchmarks.catalogue import listed_categories, product, race
from benchmarks.pages import Page
from benchmarks.peers.vendure import slug_of, vendure
from benchmarks.wrk import Ask


def test_a_page_asks_for_its_addresses_or_posts_its_bodies_to_the_one() -> None:
    assert Page("category", ["/c/a", "/c/b"], "x", 1).asks == [Ask("GET", "/c/a"), Ask("GET", "/c/b")]
    assert Page("query", ["/api"], "x", 1, posts=['{"a": 1}']).asks == [Ask("POST", "/api", '{"a": 1}')]


def test_a_body_reaches_the_load_generator_as_it_is() -> None:
    asked = Ask("POST", "/api", json.dumps({"query": 'a "quoted" word', "word": "ស្ករ"}, ensure_ascii=False))
    assert asked.lua == (
        '{"POST", "/api", {["Content-Type"] = "application/json"}, '
        r'"{\"query\": \"a \\\"quoted\\\" word\", \"word\": \"ស្ករ\"}"}'
    )
    assert Ask("GET", "/c/a").lua == '{"GET", "/c/a", {}, nil}'


def test_vendure_is_asked_for_each_category_and_sells_by_the_catalogues_names(tmp_path) -> None:
    category, *_ = vendure().pages(tmp_path)
    asked = {json.loads(body)["variables"]["input"]["collectionSlug"] for body in category.posts}
    assert asked == {f"cat-{number}" for number in listed_categories()}
    for one in (product(3), product(9_999), race(1)):
        assert slug_of(one["sku"]) == one["slug"]
