"""Owns `${NAME}`: what only the runtime knows, resolved from the process environment at the last moment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from superset_gitops.core.documents.placeholder import PLACEHOLDER
from superset_gitops.core.normal_form.database import TUNNEL_SECRETS
from superset_gitops.core.normal_form.uri import masked_uri, uri_password
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import Document

# Called with a variable's name; returns its value, or None where it is not set.
Lookup = Callable[[str], "str | None"]


@dataclass(frozen=True, slots=True)
class DatabaseSecrets:
    """What travels beside a database's file in an import's form fields; empty where there is nothing to send."""

    password: str | None = field(default=None, repr=False)
    tunnel: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class ResolvedDatabase:
    """A database's document without placeholders: secrets masked in it, and apart."""

    document: Document = field(repr=False)
    secrets: DatabaseSecrets


def resolve_database(document: Document, lookup: Lookup, *, where: str) -> ResolvedDatabase:
    """Resolve a compiled database's placeholders.

    A placeholder that is the whole URI is taken as it is; one inside a URI is percent-quoted, so that a password may
    hold any character.

    Raises:
        ConfigurationError: a variable is not set; names it and the template.
    """
    resolved = dict(document)
    uri = str(document.get("sqlalchemy_uri") or "")
    if PLACEHOLDER.fullmatch(uri):
        uri = _substitute(uri, lookup, where)
    else:
        uri = _substitute(uri, lambda name: _quoted(lookup(name)), where)
    stated = _text(document.get("password"), lookup, where)
    resolved["sqlalchemy_uri"] = masked_uri(uri)
    resolved.pop("password", None)
    for name in ("encrypted_extra", "masked_encrypted_extra"):
        if name in document:
            resolved[name] = _text(document[name], lookup, where)
    tunnel = document.get("ssh_tunnel")
    secrets: dict[str, str] = {}
    if isinstance(tunnel, Mapping):
        plain = {name: _text(value, lookup, where) for name, value in tunnel.items()}
        secrets = {name: str(plain[name]) for name in TUNNEL_SECRETS if plain.get(name)}
        resolved["ssh_tunnel"] = {**plain, **dict.fromkeys(secrets, "XXXXXXXXXX")}
    return ResolvedDatabase(resolved, DatabaseSecrets(stated or uri_password(uri), secrets))


def names_in(value: Any) -> Iterator[str]:
    """The names of all placeholders anywhere in a value."""
    if isinstance(value, str):
        yield from PLACEHOLDER.findall(value)
    elif isinstance(value, Mapping):
        for entry in value.values():
            yield from names_in(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from names_in(entry)


def _text(value: Any, lookup: Lookup, where: str) -> Any:
    return _substitute(value, lookup, where) if isinstance(value, str) else value


def _substitute(text: str, lookup: Lookup, where: str) -> str:
    def value_of(match: re.Match[str]) -> str:
        value = lookup(match[1])
        if value is None:
            raise ConfigurationError(
                f"the variable {match[1]} is not set", where=where, remedy=f"export {match[1]} for this environment"
            )
        return value

    return PLACEHOLDER.sub(value_of, text)


def _quoted(value: str | None) -> str | None:
    return None if value is None else quote(value, safe="")
