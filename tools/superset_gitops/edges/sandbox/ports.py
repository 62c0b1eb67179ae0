"""Owns loopback ports: chosen once for a sandbox, outside the range from which the system hands out its own."""

from __future__ import annotations

import errno
import json
import random
import socket
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from superset_gitops.edges.sandbox.folder import sandboxes_root
from superset_gitops.errors import Unavailable

_RANGE = range(20_000, 32_000)


def choose_ports(seed: str, count: int) -> list[int]:
    """Free ports that no other sandbox keeps, running or not; the same seed begins at the same place."""
    kept = set(_kept_by_others())
    chosen = list(islice((port for port in _candidates(seed, kept) if is_free(port)), count))
    if len(chosen) < count:
        raise Unavailable(
            f"no free port from {_RANGE.start} to {_RANGE.stop}", remedy="stop something that listens there"
        )
    return chosen


def _candidates(seed: str, kept: set[int]) -> Iterator[int]:
    # Not secret, only spread out: two clones should not ask for the same ports.
    start = random.Random(seed).randrange(len(_RANGE))  # noqa: S311 - the same ports for the same folder, no secret
    for step in range(len(_RANGE)):
        port = _RANGE[(start + step) % len(_RANGE)]
        if port not in kept:
            yield port


def _kept_by_others() -> Iterator[int]:
    for state in Path(sandboxes_root()).glob("*/*/state.json"):
        try:
            raw = json.loads(state.read_bytes())
            yield from (raw["postgres_port"], raw["superset_port"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # another user's, or half removed


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                return False
            raise
    return True


def who_listens(port: int) -> str:
    """The program that holds a port, for messages; vague where the system does not tell."""
    import psutil

    try:
        for process in psutil.process_iter(["name"]):
            try:
                held = (c.laddr.port for c in process.net_connections("tcp") if c.status == psutil.CONN_LISTEN)
                if port in held:
                    return f"{process.info['name']} (pid {process.pid})"
            except (psutil.Error, OSError):
                continue
    except psutil.Error:
        pass
    return "another program"
