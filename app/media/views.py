"""Sending picture files."""

from flask import Blueprint, Response, current_app, send_file
from flask.typing import ResponseReturnValue

from app.media.errors import PictureNotFound
from app.media.rules import is_file_name
from app.media.storage import Storage

bp = Blueprint("media", __name__)
FOR_A_YEAR = "public, max-age=31536000, immutable"


@bp.get("/media/<name>")
def picture(name: str) -> ResponseReturnValue:
    """A file never changes under its name, so every cache may keep it for ever."""
    storage: Storage = current_app.extensions["media"]
    if not is_file_name(name):
        raise PictureNotFound
    path = storage.local_path(name)
    if path is None:
        answer = Response(storage.read(name), mimetype="image/webp")
    elif path.is_file():
        answer = send_file(path, mimetype="image/webp", etag=False, conditional=True)
    else:
        raise PictureNotFound
    answer.headers["Cache-Control"] = FOR_A_YEAR
    return answer
