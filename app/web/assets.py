"""Static files: read once, named by their content, kept by browsers for a year.

All of them share one version, a hash over the whole tree, so that a style sheet's fonts and a module's imports keep
their relative addresses. Stands in front of Flask: a picture or font costs no request handling.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask

from app.web.bundles import bundle_script, bundle_styles

FOLDER = Path(__file__).with_name("static")
PREFIX = "/static/"
STYLES, SCRIPT = "css/site.css", "js/site.js"
_TEXT = (".css", ".js", ".svg", ".webmanifest", ".md")
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_ROOT_FILES = ("favicon.ico", "site.webmanifest")
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")


@dataclass(frozen=True)
class Asset:
    body: bytes
    gzipped: bytes | None
    content_type: str


@dataclass(frozen=True)
class Tree:
    version: str
    assets: dict[str, Asset]


@cache
def static_tree() -> Tree:
    files = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}
    files[STYLES] = bundle_styles(FOLDER / "css")
    files[SCRIPT] = bundle_script(FOLDER / SCRIPT)
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name] + b"\0")
    return Tree(digest.hexdigest()[:12], {name: _asset(name, body) for name, body in files.items()})


def _asset(name: str, body: bytes) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    is_text = name.endswith(_TEXT)
    content_type = f"{kind}; charset=utf-8" if is_text else kind
    return Asset(body, gzip.compress(body, 9, mtime=0) if is_text else None, content_type)


def asset_url(name: str) -> str:
    """The address of a static file. Raises KeyError for one that does not exist: a dead link is a mistake of ours."""
    tree = static_tree()
    tree.assets[name]
    return f"{PREFIX}{tree.version}/{name}"


class StaticFiles:
    """WSGI: answers what begins with `/static/`, passes on the rest."""

    def __init__(self, following: Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]) -> None:
        self._following = following

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path[1:] in _ROOT_FILES:
            path = PREFIX + path[1:]
        if not path.startswith(PREFIX) or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self._following(environ, start_response)
        version, _slash, name = path.removeprefix(PREFIX).partition("/")
        tree = static_tree()
        asset = tree.assets.get(name) or tree.assets.get(f"{version}/{name}" if name else version)
        if asset is None:
            return self._following(environ, start_response)
        return _answer(asset, environ, start_response, is_current=version == tree.version)


def _answer(asset: Asset, environ: WSGIEnvironment, start: StartResponse, *, is_current: bool) -> Iterable[bytes]:
    etag = f'"{hashlib.sha256(asset.body).hexdigest()[:16]}"'
    headers = [
        ("Cache-Control", _FOREVER if is_current else _ASK_AGAIN),
        ("ETag", etag),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ]
    if etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start("304 Not Modified", headers)
        return []
    body = asset.body
    if asset.gzipped:
        headers.append(("Vary", "Accept-Encoding"))
        if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            headers.append(("Content-Encoding", "gzip"))
            body = asset.gzipped
    start("200 OK", [*headers, ("Content-Type", asset.content_type), ("Content-Length", str(len(body)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def install_assets(app: Flask) -> None:
    static_tree()  # read before workers are forked, so that they share it
    app.jinja_env.globals.update(asset_url=asset_url)
    wrapped: Any = StaticFiles(app.wsgi_app)
    app.wsgi_app = wrapped  # type: ignore[method-assign]
