"""Owns reading Superset's answers: its five shapes of error, as one message."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import requests

_LONGEST = 600


def message_of(response: requests.Response) -> str:
    """The server's own words in one line, whatever shape it chose; a hint of the body where it is not JSON."""
    body = json_of(response)
    if not isinstance(body, Mapping):
        kind = response.headers.get("Content-Type", "no content type").split(";")[0]
        return f"{response.status_code} {response.reason} ({kind}, {len(response.content)} bytes)"
    text = "; ".join(_texts(body)) or response.reason or "no message"
    return f"{response.status_code} {shorten(text)}"


def json_of(response: requests.Response) -> Any:
    """The parsed body, or None where it is not JSON."""
    try:
        return response.json()
    except requests.exceptions.JSONDecodeError:
        return None


def shorten(text: str) -> str:
    """One line of bounded length."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _texts(body: Mapping[str, Any]) -> list[str]:
    # SIP-40 `errors`, CRUD `message`, JWT `msg`, and the oldest, `error`.
    errors = body.get("errors")
    if isinstance(errors, list):
        return [str(error.get("message", error)) if isinstance(error, Mapping) else str(error) for error in errors]
    for key in ("message", "msg", "error"):
        if body.get(key):
            value = body[key]
            return [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)]
    return []
