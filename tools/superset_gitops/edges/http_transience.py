"""Owns which failures of an HTTP request may pass by themselves."""

from __future__ import annotations

import requests
from requests import exceptions

from superset_gitops.edges.retry import Transience, parse_retry_after

TRANSIENT_STATUSES = frozenset({429, 502, 503, 504})


class TransientAnswer(Exception):
    """The server answered, but only that it cannot answer now."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__(f"{response.status_code} {response.reason}")
        self.retry_after = parse_retry_after(response.headers.get("Retry-After"))


def http_transience(error: BaseException) -> Transience | None:
    """Why this failure may pass: refused and reset connections, timeouts, cut-off bodies, 429, 502, 503, 504.

    A certificate that does not verify, a proxy that refuses and a host name in an invalid form do not pass.
    """
    if isinstance(error, TransientAnswer):
        return Transience(f"it answered {error}", error.retry_after)
    if isinstance(error, exceptions.SSLError | exceptions.InvalidURL):
        return None
    if isinstance(error, exceptions.Timeout):
        return Transience("it did not answer in time")
    if isinstance(error, exceptions.ChunkedEncodingError | exceptions.ContentDecodingError):
        return Transience("its answer was cut off")
    if isinstance(error, exceptions.ConnectionError):
        return Transience(_connection_failure(error))
    return None


def _connection_failure(error: exceptions.ConnectionError) -> str:
    # requests wraps urllib3 wraps the socket: only the text of the innermost says what happened.
    text = str(error).lower()
    for sign, reason in (
        ("name or service not known", "its host name is unknown"),
        ("failed to resolve", "its host name cannot be resolved"),
        ("connection refused", "connection refused"),
        ("connection reset", "connection reset"),
        ("remote end closed", "it closed the connection without an answer"),
        ("incompleteread", "its answer was cut off"),
    ):
        if sign in text:
            return reason
    return "the connection failed"
