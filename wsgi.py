"""What a WSGI server loads: `gunicorn --config gunicorn.conf.py wsgi:app`."""

from app.wiring import create_app

app = create_app()
