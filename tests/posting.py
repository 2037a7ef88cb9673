"""Documents on their way: published into the outbox of a small installation, and receivers that behave as they are told."""

import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from polling.calendar import day_of
from publishing.models import Dispatch, ResultDocument
from publishing.outbox import Outcome, enqueue
from publishing.receivers import add_receiver
from publishing.signing_keys import load_signer

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def published(database, poll_id, document_id, *, kind="yipiao.result", now=NOW, abandon=False):
    """Publish a document of a poll into the outbox, in one transaction; with `abandon` that transaction fails."""
    signer = load_signer(database)
    raw = signer.document({"type": kind, "id": document_id, "poll": poll_id, "title": "结果"})
    with database.write() as session:
        document = ResultDocument(id=document_id, poll_id=poll_id, raw=raw.decode(), published_on=day_of(now))
        session.add(document)
        enqueue(session, document_id=document_id, poll_id=poll_id, now=now)
        if abandon:
            raise ZeroDivisionError
    return raw


def receiving(database, name="county", url="http://127.0.0.1:9/hook"):
    """Name a receiver: its secret."""
    with database.write() as session:
        return add_receiver(
            session, name, url, secret=database.settings.secret(), random=lambda n: b"r" * n, who="测试", now=NOW
        )


def row(database, document_id, name="county"):
    """The outbox row of a document."""
    with database.read() as session:
        return session.get(Dispatch, (name, document_id))


class Clock:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self):
        """The moment."""
        return self.at

    def turn(self, **passed):
        """Let time pass."""
        self.at += timedelta(**passed)


class Post:
    """A way of sending that answers as it is told; remembers (moment, message id)."""

    def __init__(self, clock, answer=None) -> None:
        self.clock, self.answer, self.sent = clock, answer or (lambda _message: Outcome()), []

    def __call__(self, url, secret, message, now):
        """Send, as `publishing.webhooks.post` does."""
        self.sent.append((now, message.id))
        return self.answer(message)


@contextmanager
def web_receiver(behave, certificate=None):
    """A real HTTP server, with `certificate` (files) https; `behave(handler, body)` answers. Gives its address and the (headers, body) that came."""
    came = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            came.append((dict(self.headers), body))
            behave(self, body)

        def log_message(self, *_args):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            pass  # whoever sent has hung up

    server = Server(("127.0.0.1", 0), Handler)
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
    thread.start()
    try:
        host = "http://127.0.0.1" if certificate is None else "https://localhost"
        yield f"{host}:{server.server_address[1]}/hook", came
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def say(status, **headers):
    """A behaviour: answer with this status."""

    def behave(handler, _body):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()

    return behave


def hang(seconds):
    """A behaviour: take the body and say nothing for a while."""
    return lambda _handler, _body: time.sleep(seconds)


def drip(pieces, pause):
    """A behaviour: one byte of the head at a time."""

    def behave(handler, _body):
        for _ in range(pieces):
            handler.wfile.write(b"H")
            time.sleep(pause)

    return behave
