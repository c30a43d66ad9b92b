"""Where the bytes are: beside the documents of shops, in a folder of their own that no web server serves and no backup holds."""

from app.config.current import settings
from app.parties.storage import PaperStorage, papers_at


def storage() -> PaperStorage:
    return papers_at(f"{settings().papers_url.rstrip('/')}/reports")
