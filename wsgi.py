"""What a WSGI server loads: `gunicorn --config gunicorn.conf.py wsgi:app`."""

from app.wiring import create_app

app = create_app()
for template in ("layout.html", "desk.html", "components/ui.html"):
    app.jinja_env.get_template(
        template
    )  # compiled once, before workers are forked, instead of in each one's first page
