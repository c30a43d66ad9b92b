"""A mistake in the demo's files is found when they are read, and the message says where and what to do."""

import shutil
from pathlib import Path

import pytest

from app.cli.demo import content
from app.cli.demo.content import DemoContentError, load_demo


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in content.FOLDER.glob("*.toml"):
        shutil.copy(file, tmp_path)
    return tmp_path


MISTAKES = {
    "unknown key": (
        "kh.toml",
        'town = "Kampot"\n',
        'town = "Kampot"\ncolour = "red"\n',
        "sothy-pepper.*unknown key colour",
    ),
    "missing key": ("kh.toml", 'town = "Kampot"\n', "", "sothy-pepper.*town is missing"),
    "wrong type": ("kh.toml", "price = 480,", 'price = "4.80",', "SPF-01A.*must be of type int"),
    "fractional money": ("kh.toml", "price = 480,", "price = 4.80,", "SPF-01A.*must be of type int"),
    "negative price": ("kh.toml", "price = 480,", "price = -480,", "SPF-01A.*at least 1"),
    "exponent forgotten": ("kh.toml", "price = 1300000,", "price = 13000,", "OPG-01A.*one KHR is 100 minor units"),
    "exponent doubled": ("vn.toml", "price = 145000,", "price = 14500000,", "HNB-01A.*one VND is 1 minor units"),
    "hidden digits": ("la.toml", "price = 11500000,", "price = 11500050,", "PPC-01A.*shown without decimals"),
    "unknown currency": ("th.toml", 'currency = "THB"', 'currency = "EUR"', "three-ridges.*currency is 'EUR'.*THB"),
    "unknown category": (
        "sg.toml",
        'category = "sauces-preserves"',
        'category = "jam"',
        "pandan-kaya.*category is 'jam'",
    ),
    "unknown time zone": ("mm.toml", 'time_zone = "Asia/Yangon"', 'time_zone = "Asia/Bagan"', "IANA"),
    "impossible hours": ("kh.toml", '"Mo-Sa 07:00-17:00"', '"Mo-Sa 7am-5pm"', "opening_hours.*Mo-Sa 07:00-17:00"),
    "missing picture": ("kh.toml", 'main = "26ab"', 'main = "1f995"', "pictures/1f995.webp is missing"),
    "same sku twice": ("kh.toml", '"SPF-01B"', '"SPF-01A"', "sku SPF-01A stands there twice"),
    "same slug twice": (
        "kh.toml",
        'slug = "kampot-red-pepper-fully-ripe"',
        'slug = "kampot-black-pepper-sun-dried"',
        "twice",
    ),
    "no English": ("bn.toml", "en.title = ", "my.title = ", "en.title|title is missing"),
    "shop without owner": (
        "people.toml",
        'seller = "sothy-pepper"',
        'seller = "dara-attic"',
        "nobody owns sothy-pepper",
    ),
    "real mail domain": ("people.toml", "chanthy@phsar.example", "chanthy@phsar.com", "end in .example"),
    "rate that is no number": ("fx.toml", 'THB = "32.40"', 'THB = "about 32"', "THB is 'about 32'"),
    "not TOML": ("ph.toml", "[[seller]]", "[[seller]", "ph.toml: not valid TOML"),
}


@pytest.mark.parametrize(("file", "good", "bad", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_refused_and_named(folder: Path, file: str, good: str, bad: str, message: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert good in text
    (folder / file).write_text(text.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(DemoContentError, match=message):
        load_demo(folder)


def test_a_missing_country_is_refused(folder: Path) -> None:
    (folder / "tl.toml").unlink()
    with pytest.raises(DemoContentError, match=r"tl\.toml: the file is missing"):
        load_demo(folder)


def test_a_country_file_under_another_name_is_refused(folder: Path) -> None:
    shutil.copy(folder / "sg.toml", folder / "bn.toml")
    with pytest.raises(DemoContentError, match=r"bn\.toml: country is 'SG'"):
        load_demo(folder)
