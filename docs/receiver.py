"""An example receiver: python receiver.py PORT SECRET KEYS FOLDER, with KEYS the saved answer of /api/v1/keys.

A document is kept once it is sent by who knows the secret, signed by a known key, and not here yet. Standard library, standardwebhooks, cryptography.
"""

import base64
import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook, WebhookVerificationError

PORT, SECRET, KEYS, FOLDER = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
MOST = 16 * 2**20


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(min(int(self.headers["content-length"]), MOST))
        try:
            Webhook(SECRET).verify(body, dict(self.headers), json_parse=False)  # who sent it, and not long ago
            envelope = json.loads(body)
            document, signature = envelope["document"], envelope["signature"]
            keys = {key["key"]: base64.b64decode(key["public"]) for key in json.loads(KEYS.read_text())["keys"]}
            signed = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
            key = Ed25519PublicKey.from_public_bytes(keys[signature["key"]])
            key.verify(base64.b64decode(signature["value"]), signed)  # who says it, for ever
        except (WebhookVerificationError, InvalidSignature, KeyError, ValueError):
            return self.answer(400)
        file = FOLDER / f"{self.headers['webhook-id']}.json"  # the id is the same however often it is sent
        if not file.exists():
            file.with_suffix(".part").write_bytes(body)
            file.with_suffix(".part").rename(file)  # kept whole before we say so
        return self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()


HTTPServer(("127.0.0.1", PORT), Receiver).serve_forever()
