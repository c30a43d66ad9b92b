"""A language is begun by a command, and pages are offered in it as soon as it is whole; in a copy of the market's code."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
LOOK = """
from app.web.languages import CODES, LANGUAGES
from app.wiring import create_app
from tests.support.http import web_settings
client = create_app(web_settings()).test_client()
page = client.get("/styleguide", headers={"Accept-Language": "vi"}).text
print(",".join(CODES), "|", ",".join(one.name for one in LANGUAGES), "|", page.split('<html lang="')[1].split('"')[0])
print("VI:" in page)
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The code without what other languages have compiled; the tests' own helpers beside it."""
    for folder in ("app", "tests/support"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.mo", "__pycache__"))
    (tmp_path / "tests/__init__.py").touch()
    for file in ("contracts_abi", "LICENSE"):
        (tmp_path / file).symlink_to(ROOT / file)
    return tmp_path


def run(copy: Path, *arguments: str, ok: bool = True) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) is ok, done.stderr[-2_000:]
    return done.stdout + done.stderr


def texts(copy: Path, *arguments: str, ok: bool = True) -> str:
    return run(copy, "-m", "app.cli", "texts", *arguments, ok=ok)


def folder(copy: Path) -> Path:
    return copy / "app/web/translations/vi/LC_MESSAGES"


def translate(copy: Path, *, all_but: str = "") -> None:
    """Every text as `VI: …`, which keeps its values."""
    for path in folder(copy).glob("*.po"):
        with path.open("rb") as file:
            catalog = read_po(file, locale="vi", domain=path.stem)
        for message in catalog:
            if message.id and path.stem != all_but:
                is_plural = isinstance(message.id, list | tuple)
                message.string = (f"VI: {message.id[1]}",) if is_plural else f"VI: {message.id}"
        with path.open("wb") as file:
            write_po(file, catalog, width=0)


def test_a_language_is_offered_when_it_is_whole_or_when_it_is_told_to_be(copy: Path) -> None:
    said = texts(copy, "add", "vi")
    assert "texts to translate" in said
    names = {path.name for path in (copy / "app/web/translations/km/LC_MESSAGES").glob("*.po")}
    assert {path.name for path in folder(copy).glob("*.po")} == names
    assert "nplurals=1" in (folder(copy) / "web.po").read_text()
    assert run(copy, "-c", LOOK).split("\n")[0] == "en,km | English,ខ្មែរ | en", "begun, and not offered"
    translate(copy, all_but="web")
    assert "untranslated: web" in texts(copy, "check", "vi", ok=False)
    assert run(copy, "-c", LOOK).startswith("en,km |")
    (folder(copy).parent / "OFFERED").touch()
    assert run(copy, "-c", LOOK).startswith("en,km,vi |"), "it was told to be offered as it is"
    (folder(copy).parent / "OFFERED").unlink()
    translate(copy)
    texts(copy, "check", "vi")
    assert run(copy, "-c", LOOK).split("\n")[:2] == ["en,km,vi | English,ខ្មែរ,Tiếng Việt | vi", "True"]


@pytest.mark.parametrize(
    ("code", "why"),
    [("xx", "no language xx"), ("../x", "no language"), ("en", "already"), ("km", "already"), ("vi_", "no language")],
)
def test_what_is_no_new_language_is_refused_in_words(code: str, why: str) -> None:
    assert why in texts(ROOT, "add", code, ok=False)
    assert not (ROOT / "app/web/translations" / code / "LC_MESSAGES" / "x.po").exists()
