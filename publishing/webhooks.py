"""Handing a document to an address by Standard Webhooks: one POST, signed, with an end to its patience. The answer's body is never read.

And the other side: who takes a document checks who sent it.
"""

import asyncio
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx
from standardwebhooks import Webhook, WebhookVerificationError

from polling.errors import RuleRefused
from publishing.outbox import Message, Outcome

STEP, TOTAL = 10.0, 20.0  # seconds: for one step (connecting, sending, the answer's head), and for all of it


def headers(secret: bytes, message: Message, now: datetime) -> dict[str, str]:
    """What Standard Webhooks sends along: id, time in seconds, signature over both and the body."""
    now = now.astimezone(UTC)
    return {
        "content-type": "application/json",
        "user-agent": "yipiao",
        "webhook-id": message.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message.id, now, message.raw.decode()),
    }


def demand_sender(secret: str, head: Mapping[str, str], body: bytes) -> None:
    """Check who sent a message, and that it was within five minutes. Raises RuleRefused `webhook_signature_false`."""
    try:
        Webhook(secret).verify(body, dict(head), json_parse=False)
    except (
        WebhookVerificationError,
        ValueError,
        OverflowError,
    ):  # the library lets what it cannot split or decode fall through
        raise RuleRefused("webhook_signature_false") from None


def post(
    url: str, secret: bytes, message: Message, now: datetime, *, step: float = STEP, total: float = TOTAL
) -> Outcome:
    """Send a message once: 2xx is delivered, everything else a reason."""
    head = headers(secret, message, now)
    try:
        with ThreadPoolExecutor(
            1
        ) as own:  # whoever calls may have a loop at work, and a second one cannot run beside it
            status = own.submit(lambda: asyncio.run(_post(url, head, message.raw, step, total))).result()
    except (httpx.TimeoutException, TimeoutError):
        return Outcome("timeout")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
        return Outcome("unreachable")
    return Outcome(None if httpx.codes.is_success(status) else "status", status)


async def _post(url: str, head: dict[str, str], body: bytes, step: float, total: float) -> int:
    # no proxy and no password file of the machine; the certificates are OpenSSL's, and SSL_CERT_FILE's
    trust = ssl.create_default_context() if url.startswith("https:") else False
    async with (
        asyncio.timeout(total),  # a receiver that drips its answer keeps every step short
        httpx.AsyncClient(timeout=step, follow_redirects=False, trust_env=False, verify=trust) as client,
        client.stream("POST", url, headers=head, content=body) as answer,
    ):
        return answer.status_code
