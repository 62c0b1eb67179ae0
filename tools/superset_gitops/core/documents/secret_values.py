"""Owns telling a secret in clear text from a placeholder, a mask or nothing. No function returns the secret itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from superset_gitops.core.documents.placeholder import PLACEHOLDER
from superset_gitops.core.documents.read_yaml import DocumentPath, leaves

_MASK = re.compile(r"X{4,}|\*+")
_NAME = re.compile(
    r"(?i)(?:^|[_.-])(?:password|passwd|passphrase|pwd|secret|secret_?key|token|api_?key|private_?key|access_?key|credentials?)$"
)
# In running text a password ends where the host begins; in an address of its own it may hold anything.
_URI_IN_TEXT = re.compile(r"[A-Za-z][\w+.-]*://[^\s/:@\"'`<>]*:(?P<password>[^\s/@\"'`<>]+)@[\w\[$]")
_URI = re.compile(r"[A-Za-z][\w+.-]*://[^/:@]*:(?P<password>.+)@")
_QUERY = re.compile(r"[?&](?P<name>[\w.-]+)=(?P<value>[^&]*)")
_PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----")


def is_clear(value: object) -> bool:
    """Whether a value that stands where a secret belongs is one: not a placeholder, a mask, a flag or nothing."""
    if not isinstance(value, str) or not value.strip():
        return False
    rest = PLACEHOLDER.sub("", value).strip()
    return rest != "" and not _MASK.fullmatch(rest)


def names_secret(name: object) -> bool:
    """Whether a key is what people call a secret: `password`, `client_secret`, `api_key`."""
    return isinstance(name, str) and _NAME.search(name) is not None


def address_holds_secret(uri: str) -> bool:
    """Whether an address has a password in clear text, in front of its host or among its arguments."""
    found = _URI.match(uri.strip())
    if found and is_clear(found["password"]):
        return True
    return any(names_secret(each["name"]) and is_clear(each["value"]) for each in _QUERY.finditer(uri))


def secrets_in_text(text: str) -> Iterator[tuple[int, str]]:
    """Offset, and what it is, of every private key and every address with a password in a text.

    A password that is computed (`{{ … }}`) is judged where it is rendered.
    """
    for found in _PRIVATE_KEY.finditer(text):
        yield found.start(), "a private key"
    for found in _URI_IN_TEXT.finditer(text):
        if "{{" not in found["password"] and is_clear(found["password"]):
            yield found.start(), "a password in an address"


def secret_leaves(value: Any, path: DocumentPath = ()) -> Iterator[DocumentPath]:
    """The paths of all leaves that are secrets by their key's name, or are addresses with a password."""
    for at, leaf in leaves(value, path):
        key = next((step for step in reversed(at) if isinstance(step, str)), "")
        if (names_secret(key) and is_clear(leaf)) or (isinstance(leaf, str) and address_holds_secret(leaf)):
            yield at


def json_holds_secret(text: str) -> bool:
    """Whether a JSON text has a secret in clear text; text that is no JSON is judged by its schema, not here."""
    try:
        value = json.loads(text)
    except ValueError:
        return False
    return any(True for _ in secret_leaves(value))
