"""What a WSGI server loads: `gunicorn --config gunicorn.conf.py wsgi:app`."""

from app.wiring import application

app = application()
