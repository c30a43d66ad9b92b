"""The process: one WSGI application, a thread per request, one thread for tasks and one for webhooks."""

import socket
import sys
import threading
from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from app.embedded.stripe_server.api import MAX_BODY_BYTES, Api, json_response
from app.embedded.stripe_server.delivery import Deliverer
from app.embedded.stripe_server.engine import Engine, StoppedError
from app.embedded.stripe_server.own_api import OwnApi
from app.embedded.stripe_server.pages import Pages
from app.embedded.stripe_server.settings import Settings


class Handler(WSGIRequestHandler):
    """Keeps connections open between requests and says nothing of each."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass

    def connection_dropped(self, *_: object) -> None:
        """A caller that went away is no error of ours."""
        self.close_connection = True


class Application:
    """Sends each path to its part. A fault of ours is not dressed up: werkzeug answers 500 and prints the traceback."""

    def __init__(self, engine: Engine) -> None:
        self.api, self.own, self.pages = Api(engine), OwnApi(engine), Pages(engine)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = request.max_form_memory_size = MAX_BODY_BYTES
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            if request.path.startswith("/v1/"):
                return self.api.answer(request)
            if request.path.startswith("/_test/"):
                return self.own.answer(request)
            return self.pages.answer(request)
        except HTTPException as refusal:
            error = {"type": "invalid_request_error", "message": refusal.description}
            return json_response({"error": error}, refusal.code or 400)
        except StoppedError:
            error = {"type": "api_error", "message": "The Stripe test server is shutting down. Try again."}
            return json_response({"error": error}, 503)


def listen(host: str, port: int) -> socket.socket:
    """The socket is bound before anything else, so that the pages know their address."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    listener.listen(128)
    return listener


class StripeServer:
    def __init__(self, settings: Settings, host: str, port: int) -> None:
        self.listener = listen(host, port)
        host, port = self.listener.getsockname()
        self.url = f"http://{host}:{port}"
        self.engine = Engine(settings, (settings.public_url or self.url).rstrip("/"))
        self.application = Application(self.engine)
        self.died = False
        self.http: BaseWSGIServer = make_server(
            host, port, self.application, threaded=True, request_handler=Handler, fd=self.listener.fileno()
        )

    def run(self) -> bool:
        """Serve until `stop`; then every answered request is on disk. False when a loop of ours died of itself."""
        for loop in (self.engine.run_tasks, Deliverer(self.engine).run):
            threading.Thread(target=self._watch, args=(loop,), daemon=True).start()
        print(f"listening on {self.url}", flush=True)
        self.http.serve_forever(poll_interval=0.1)
        self.application.api.stop()
        self.engine.stop()
        self.http.server_close()
        self.listener.close()
        sys.stdout.flush()
        return not self.died

    def _watch(self, loop: Callable[[], None]) -> None:
        """Without its loops the server would answer, and late fees and webhooks never come: better that it ends."""
        try:
            loop()
        finally:
            if not self.engine.stopped:
                self.died = True
                self.stop()

    def stop(self) -> None:
        """May be called from a signal handler: the loop is ended by another thread."""
        threading.Thread(target=self.http.shutdown, daemon=True).start()
