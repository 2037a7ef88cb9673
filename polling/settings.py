"""Settings from the environment, each named once; `yipiao --help` lists them from here."""

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from polling.errors import BadInput

ENVIRONMENT = {
    "YIPIAO_HOME": "embedded database and wrapped keys (default: instance/)",
    "DATABASE_URL": "database (default: SQLite in YIPIAO_HOME; postgres:// is accepted)",
    "YIPIAO_PORT": "port of `yipiao serve` (default: 8000)",
    "YIPIAO_BASE_URL": "address printed on slips (a poll's own base_url wins; default: this machine's LAN address)",
    "YIPIAO_SECRET_KEY": "wraps the signing key and signs sessions (default: a file made in YIPIAO_HOME)",
    "YIPIAO_KEY_PASSPHRASE": "wraps the server's own key of each poll (default: the installation's secret)",
    "YIPIAO_RECEIVE_SECRET": "secret of `yipiao receiver add` at another installation, whose documents are taken here (default: none are)",
    "YIPIAO_RECEIVE_KEYS": "file with that installation's answer of /api/v1/keys",
    "YIPIAO_TRACE": "set to 1 to see the trace of an unexpected error on the command line",
    "YIPIAO_LANG": "language of the command line and of prints: zh_CN (default) or en",
}
MINIMUM_SECRET = 16
WEB_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(/[\w\-./]*)?")
# Standard Webhooks: 32 octets, as `yipiao receiver add` makes them, or another sender's of at least 24
RECEIVE_SECRET = re.compile(r"whsec_(?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
# who acts when no name is given: whoever sits at the server's terminal
TERMINAL = "terminal"


@dataclass(frozen=True)
class Settings:
    """One process' settings; `passphrase` is None where none was set."""

    home: Path
    database_url: str
    port: int
    base_url: str | None
    secret_key: str | None
    passphrase: str | None
    language: str
    receive_secret: str | None = None
    receive_keys: Path | None = None

    def secret(self) -> bytes:
        """The secret that wraps the signing key; made once, readable by its owner alone, where none was set."""
        if self.secret_key:
            return self.secret_key.encode()
        path = self.home / "secret_key"
        try:
            return path.read_bytes()
        except FileNotFoundError:
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, temporary = tempfile.mkstemp(prefix=".secret_key.", dir=self.home)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_urlsafe(32).encode())
            try:  # a link, because it refuses to replace what another thread or process made in the meantime
                os.link(temporary, path)
            except FileExistsError:
                pass
            finally:
                Path(temporary).unlink()
            return path.read_bytes()


def home_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The installation's folder."""
    return Path(environ.get("YIPIAO_HOME") or "instance").absolute()


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the environment. Raises BadInput naming the variable."""
    home = home_folder(environ)
    url = environ.get("DATABASE_URL") or f"sqlite:///{home / 'yipiao.sqlite3'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            url = "postgresql+psycopg://" + url.removeprefix(prefix)
    port_text = environ.get("YIPIAO_PORT") or "8000"
    if not re.fullmatch(r"[0-9]{1,5}", port_text) or not 0 < int(port_text) < 2**16:
        raise BadInput("setting_port", value=port_text)
    secret = environ.get("YIPIAO_SECRET_KEY") or None
    if secret is not None and len(secret) < MINIMUM_SECRET:
        raise BadInput("setting_secret_short", minimum=MINIMUM_SECRET)
    base_url = (environ.get("YIPIAO_BASE_URL") or "").rstrip("/")
    if base_url and not WEB_ADDRESS.fullmatch(base_url):
        raise BadInput("setting_base_url", value=base_url)
    language = environ.get("YIPIAO_LANG") or "zh_CN"
    if language not in ("zh_CN", "en"):
        raise BadInput("setting_language", value=language)
    receive_secret = environ.get("YIPIAO_RECEIVE_SECRET") or None
    if receive_secret is not None and not RECEIVE_SECRET.fullmatch(receive_secret):
        raise BadInput("setting_receive_secret")
    receive_keys = environ.get("YIPIAO_RECEIVE_KEYS") or None
    if (receive_secret is None) != (receive_keys is None):
        raise BadInput("setting_receive_both")
    return Settings(
        home=home,
        database_url=url,
        port=int(port_text),
        base_url=base_url or None,
        secret_key=secret,
        passphrase=environ.get("YIPIAO_KEY_PASSPHRASE") or None,
        language=language,
        receive_secret=receive_secret,
        receive_keys=Path(receive_keys).absolute() if receive_keys else None,
    )
