"""Two worker processes of eight threads: the work waits on PostgreSQL more than it computes."""

import gc
import os
from typing import Any

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
worker_class = "app.cli.web_worker.SharingWorker"
preload_app = True  # imports are shared between workers instead of repeated
timeout = 60
graceful_timeout = 20
keepalive = 15
max_requests = 20_000
max_requests_jitter = 2_000
accesslog = None  # the application writes one line per request, with its id
control_socket_disable = True  # nothing of ours speaks to it


def when_ready(_server: Any) -> None:
    """What is loaded now stays as it is: the collector leaves it alone, so that workers go on sharing its memory."""
    gc.collect()
    gc.freeze()


def post_fork(_server: Any, _worker: Any) -> None:
    """Connections must not be shared by processes; leave the parent's alone and open our own."""
    from app.db.session import forget_connections  # not before the fork: gunicorn reads this file first

    forget_connections()
