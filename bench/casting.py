"""Casting: verify and store a ballot of 8 subjects x (4 + abstain), against the libsodium operations it can't do without.

All ratios are of one run: the bare operations are timed between the casts, on the same machine in the same minute.
"""

import http.client
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from nacl import bindings

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from village import Village

import ballots.casting
from bench.figures import Figure
from polling.db import Database, migrate
from polling.settings import read_settings
from web.app import create_app

SUBJECTS, PANEL = 8, "evaluators"
# what one such ballot needs; every point that was parsed is checked once (80 of the choices, one credential)
BASE, VARIABLE, ADDITIONS, CHECKS = 113, 337, 329, 81
CLIENTS, WORKERS, ROUNDS = 16, 2, 8


def operations() -> None:
    """The bare libsodium operations of one ballot."""
    scalar = secrets.token_bytes(31) + b"\0"
    point = bindings.crypto_scalarmult_ed25519_base_noclamp(scalar)
    other = bindings.crypto_core_ed25519_add(point, point)
    for _ in range(BASE):
        bindings.crypto_scalarmult_ed25519_base_noclamp(scalar)
    for _ in range(VARIABLE):
        bindings.crypto_scalarmult_ed25519_noclamp(scalar, point)
    for _ in range(ADDITIONS):
        bindings.crypto_core_ed25519_add(point, other)
    for _ in range(CHECKS):
        bindings.crypto_core_ed25519_is_valid_point(point)


def _many_operations(number: int) -> None:
    for _ in range(number):
        operations()


@contextmanager
def poll(voters: int) -> Iterator[tuple[Village, list[bytes]]]:
    """An open poll in a folder of its own, with one sealed ballot a voter."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(read_settings({"YIPIAO_HOME": folder}))
        migrate(database)
        village = Village(database, secrets.token_bytes)
        village.opened(panels=(PANEL,), subjects=SUBJECTS, expected={PANEL: voters})
        ballots = [village.seal(number, [1 + number % 4] * SUBJECTS, PANEL) for number in range(voters)]
        yield village, ballots
        database.dispose()


def timed(function, *arguments) -> float:
    """Seconds of wall time."""
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def verify_and_store(number: int = 30) -> list[Figure]:
    """One thread, no HTTP."""
    with poll(number) as (village, ballots):
        pairs = [(timed(operations), timed(village.cast, raw, PANEL)) for raw in ballots]
    bare, whole = (statistics.median(column) for column in zip(*pairs, strict=True))
    return [
        Figure("libsodium operations of a ballot", bare * 1000, "ms"),
        Figure("verify + store a ballot", whole * 1000, "ms"),
        Figure("verify + store / libsodium operations", whole / bare, "x", "at most 1.15"),
    ]


def around_the_proofs(number: int = 60) -> list[Figure]:
    """CPU of a whole POST through Flask with signature and proofs left out."""
    kept = ballots.casting.check_signature, ballots.casting.check_proofs
    with poll(number) as (village, raws):
        client = create_app(village.database).test_client()
        ballots.casting.check_signature = ballots.casting.check_proofs = lambda *_: None
        try:
            client.post(f"/v/{village.panels[PANEL]}/ballots", data=raws[0])
            start = time.process_time()
            for raw in raws[1:]:
                assert client.post(f"/v/{village.panels[PANEL]}/ballots", data=raw).status_code == 201
            spent = time.process_time() - start
        finally:
            ballots.casting.check_signature, ballots.casting.check_proofs = kept
    return [
        Figure(
            "everything but the proofs",
            spent * 1000 / (number - 1),
            "ms CPU",
            "at most 2.5 (the test client's share is in it)",
        )
    ]


@contextmanager
def server(village: Village) -> Iterator[int]:
    """The real server on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"YIPIAO_HOME": str(village.database.settings.home), "YIPIAO_PORT": str(port)}
    command = [sys.executable, "-c", "from cli.main import main; main()", "serve", "--address", "127.0.0.1"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                http.client.HTTPConnection("127.0.0.1", port).request("GET", "/api/v1/keys")
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def over_http(number: int = 240) -> list[Figure]:
    """Throughput and tail with 16 clients, against two processes that do nothing but the operations."""
    with poll(number) as (village, ballots), server(village) as port:
        path = f"/v/{village.panels[PANEL]}/ballots"

        def post(raw: bytes) -> float:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            start = time.perf_counter()
            connection.request("POST", path, raw)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 201, answer.status
            return time.perf_counter() - start

        rounds = range(CLIENTS, number, (number - CLIENTS) // ROUNDS)
        ratios, rates, waits = [], [], []
        with ThreadPoolExecutor(CLIENTS) as clients, ProcessPoolExecutor(WORKERS) as bare:
            list(bare.map(_many_operations, [1] * WORKERS))
            list(clients.map(post, ballots[:CLIENTS]))  # both workers warm
            for first in rounds[:ROUNDS]:
                part = ballots[first : first + rounds.step]
                before = timed(lambda: list(bare.map(_many_operations, [5] * WORKERS)))
                start = time.perf_counter()
                waits += clients.map(post, part)
                rates.append(len(part) / (time.perf_counter() - start))
                after = timed(lambda: list(bare.map(_many_operations, [5] * WORKERS)))
                # a shared machine changes its pace from second to second: each round has its own ceiling, on both sides of it
                ratios.append(rates[-1] / (WORKERS * 10 / (before + after)))
    waits.sort()
    p50, p99 = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
    rate, ratio = statistics.median(rates), statistics.median(ratios)
    return [
        Figure("HTTP casts with 16 clients", rate, "/s"),
        Figure("HTTP casts / what the operations allow", ratio, "x", "at least 0.85"),
        Figure("p50 with 16 clients", p50 * 1000, "ms"),
        Figure("p99 / p50 with 16 clients", p99 / p50, "x", "at most 3"),
    ]


def measure() -> list[Figure]:
    """All figures of casting."""
    return [*verify_and_store(), *around_the_proofs(), *over_http()]
