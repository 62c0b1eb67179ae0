"""Owns asking the two servers whether they answer; nothing slow is imported, since every `up` and `status` asks."""

from __future__ import annotations

import socket

_HOST = "127.0.0.1"
_SECONDS = 5.0


def postgres_answers(port: int) -> bool:
    """Whether something accepts connections there."""
    try:
        with socket.create_connection((_HOST, port), timeout=_SECONDS):
            return True
    except OSError:
        return False


def superset_answers(port: int) -> bool:
    """Whether Superset's health check says 200 there."""
    try:
        with socket.create_connection((_HOST, port), timeout=_SECONDS) as connection:
            connection.sendall(f"GET /health HTTP/1.0\r\nHost: {_HOST}:{port}\r\n\r\n".encode())
            return b" 200 " in connection.makefile("rb").readline(100)
    except OSError:
        return False
