"""Sending over real HTTP: what Standard Webhooks asks for, and receivers that misbehave."""

import time
from datetime import UTC, datetime

import pytest
from certificates import self_made
from posting import drip, hang, say, web_receiver
from standardwebhooks import Webhook, WebhookVerificationError

from publishing.outbox import Message, Outcome
from publishing.webhooks import post

SECRET = b"s" * 32
MESSAGE = Message("msg_d1", "d1", '{"document":{"title":"结果"}}'.encode())


def sent(url, **limits):
    """Send the message now."""
    return post(url, SECRET, MESSAGE, datetime.now(UTC), **limits)


def test_the_receiver_can_check_who_sent_it():
    """The exact bytes arrive with id, time and a signature that the reference library accepts, and refuses for other bytes or another id."""
    with web_receiver(say(204)) as (url, came):
        assert sent(url) == Outcome(None, 204)
    [(headers, body)] = came
    assert body == MESSAGE.raw
    assert {name.lower(): value for name, value in headers.items()}["webhook-id"] == "msg_d1"
    Webhook(SECRET).verify(body, headers)
    for secret, raw, more in (
        (SECRET, body + b" ", {}),
        (SECRET, body, {"webhook-id": "msg_d2"}),
        (b"t" * 32, body, {}),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(raw, {name.lower(): value for name, value in headers.items()} | more)


@pytest.mark.parametrize("status", [301, 400, 401, 404, 410, 429, 500, 503])
def test_every_other_status_is_not_delivered(status):
    """Only 2xx is delivered, and no redirect is followed."""
    with web_receiver(say(200)) as (other, elsewhere), web_receiver(say(status, Location=other)) as (url, came):
        assert sent(url) == Outcome("status", status)
    assert (len(came), elsewhere) == (1, [])


def test_a_receiver_that_hangs_or_drips_is_left():
    """Patience ends, also where each single byte comes in time."""
    for behave in (hang(1.5), drip(15, 0.1)):
        with web_receiver(behave) as (url, _came):
            begin = time.monotonic()
            assert sent(url, step=0.4, total=0.6) == Outcome("timeout")
            assert time.monotonic() - begin < 1.4


def test_the_answers_body_is_never_read():
    """2xx with a body without end is delivered by its head."""

    def endless(handler, _body):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(10_000):
            handler.wfile.write(b"x" * 2**16)

    with web_receiver(endless) as (url, _came):
        assert sent(url) == Outcome(None, 200)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://no-such-host.invalid/", "https://127.0.0.1:1/"])
def test_nobody_there(url):
    """A port or host where nobody is: not delivered, and no exception."""
    assert sent(url) == Outcome("unreachable")


def test_a_certificate_is_looked_at(tmp_path, monkeypatch):
    """Https with a certificate that nobody vouches for is refused; named in SSL_CERT_FILE, it is good."""
    certificate = self_made(tmp_path, "localhost")
    with web_receiver(say(204), certificate) as (url, came):
        assert sent(url) == Outcome("unreachable")
        assert came == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        assert sent(url) == Outcome(None, 204)
