"""What a WSGI server loads: `gunicorn --config gunicorn.conf.py wsgi:app`."""

from app.web.templating import compile_ahead
from app.wiring import create_app

app = create_app()
# Before workers are forked, so that they share it, instead of in each one's first page.
compile_ahead(app, ("layout.html", "desk.html", "components/ui.html", "catalog/shelf.html", "catalog/product.html"))
