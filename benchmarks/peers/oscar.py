"""django-oscar 4.2: its own pages, as a browser asks for them. It takes no payment by itself, so its checkouts are not
compared with ours."""

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.catalogue import THINGS, listed_categories, product, shown_products
from benchmarks.pages import JSON_ROWS, Page
from benchmarks.peers.peer import Peer

NAME = "Oscar"
_PACKAGES = (
    "django-oscar[sorl-thumbnail]==4.2", "Django==5.2.19", "gunicorn==27.0.1", "psycopg[binary]==3.3.9", "Whoosh==2.7.4",
)  # fmt: skip
_POD = '<article class="product_pod">'


def oscar() -> Peer:
    """Oscar's defaults behind gunicorn with the market's own 2 × 8 threads; Whoosh is its search engine."""
    admin = ["venv/bin/django-admin"]
    one_segment = ["rebuild_index", "--noinput", "--verbosity", "0", "--batch-size", "20000"]
    serve = ["venv/bin/gunicorn", "-b", "127.0.0.1:{port}", "-w", "2", "-k", "gthread", "--threads", "8"]
    return Peer(
        name=NAME,
        files="oscar_files",
        install=[["{python}", "-m", "venv", "venv"], ["venv/bin/pip", "-q", "install", *_PACKAGES]],
        fill=[
            [*admin, "migrate", "--pythonpath", ".", "--verbosity", "0"],
            ["venv/bin/python", "seed.py"],
            [*admin, *one_segment, "--pythonpath", "."],
        ],
        serve=[[*serve, "--no-control-socket", "wsgi:application"]],
        settings={"DJANGO_SETTINGS_MODULE": "settings"},
        pages=_pages,
    )


def _pages(folder: Path) -> Sequence[Page]:
    places = {name: place for name, (_, place) in json.loads((folder / "urls.json").read_text()).items()}
    return [
        Page(f"{NAME}: category", [places[f"cat-{number}"] for number in listed_categories()], _POD, JSON_ROWS),
        Page(f"{NAME}: search", [f"/search/?q={word}" for word in THINGS], _POD, JSON_ROWS),
        Page(f"{NAME}: product", [places[product(i)["sku"]] for i in shown_products()], "<td>SKU-", 1),
    ]
