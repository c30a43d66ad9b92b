"""gunicorn's threaded worker, which leaves a new connection to the process that has fewer.

A browser's connections come at once and stay. Without this, whichever process wakes first takes all of them, and the
other one's core is idle meanwhile: two processes then answer like one.
"""

import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

HEAD_START_SECONDS, MOST = 0.0002, 5


class SharingWorker(ThreadWorker):
    def accept(self, listener: Any) -> None:
        """Each connection of ours is a head start for the others; what they have not taken then is ours after all."""
        if self.nr_conns:
            time.sleep(HEAD_START_SECONDS * min(self.nr_conns, MOST))
        super().accept(listener)
