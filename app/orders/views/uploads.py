"""Files of a form, each judged by itself."""

from typing import Any

from app.errors import DomainError
from app.media.private_files import PrivateFile, prepare_private
from app.web.problem_words import sentence


def uploaded(field: Any) -> list[PrivateFile]:
    """The files of a form's field; what cannot be shown stands beside the field afterwards, and the form is not to be used then."""
    found: list[PrivateFile] = []
    for file in field.data or []:
        if not file or not file.filename:
            continue
        try:
            found.append(prepare_private(file.filename, file.stream.read()))
        except DomainError as error:
            field.errors = [*field.errors, f"{file.filename}: {sentence(error)}"]
    return found
