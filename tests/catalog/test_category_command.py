"""`phsar category …`: how an empty market gets what its goods are sorted by."""

from click.testing import CliRunner
from flask import Flask

from app.catalog.commands import category


def say(*words: str) -> str:
    return CliRunner().invoke(category, words).output


def test_a_category_stands_on_the_front_page_in_both_languages_and_behind_the_earlier_ones(database_app: Flask) -> None:
    say("put", "rice-noodles", "--en", "Rice & noodles", "--km", "អង្ករ និងមី")
    say("put", "silk", "--en", "Silk", "--tint", "t4")
    assert [line.split()[0] for line in say("list").splitlines()] == ["rice-noodles", "silk"]
    visitor = database_app.test_client()
    assert "Rice &amp; noodles" in visitor.get("/").text
    visitor.set_cookie("language", "km")
    assert "អង្ករ" in visitor.get("/").text.replace("\u200b", "")
    assert visitor.get("/c/silk").status_code == 200


def test_putting_it_again_renames_it_and_keeps_its_place(database_app: Flask) -> None:
    say("put", "silk", "--en", "Silk")
    say("put", "rice", "--en", "Rice")
    say("put", "silk", "--en", "Silk & cotton")
    assert [line.split(maxsplit=1) for line in say("list").splitlines()] == [
        ["silk", "Silk & cotton"],
        ["rice", "Rice"],
    ]


def test_an_address_that_could_not_be_one_is_refused(database_app: Flask) -> None:
    assert "a-z, 0-9" in say("put", "Rice & Noodles", "--en", "Rice")
    assert say("list") == ""
