"""Owns `${NAME}`: what only the runtime knows, resolved from the process environment at the last moment."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from superset_gitops.core.connection_secrets import ENCRYPTED, DatabaseSecrets, Part
from superset_gitops.core.documents.placeholder import PLACEHOLDER
from superset_gitops.core.normal_form.database import TUNNEL_SECRETS, masked_leaves
from superset_gitops.core.normal_form.uri import MASK, masked_uri, password_span, shown_uri, uri_password
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import Document

# Called with a variable's name; returns its value, or None where it is not set.
Lookup = Callable[[str], "str | None"]


@dataclass(frozen=True, slots=True)
class ResolvedDatabase:
    """A database's document without placeholders: secrets masked in it, and apart."""

    document: Document = field(repr=False)
    secrets: DatabaseSecrets


def resolve_database(document: Document, lookup: Lookup, *, where: str) -> ResolvedDatabase:
    """Resolve a compiled database's placeholders.

    A placeholder that is the whole URI is taken as it is; one inside a URI is percent-quoted, so that a password may
    hold any character; one inside `encrypted_extra` is quoted as JSON. A variable that only a secret needs may be
    missing: the secrets say so, and whoever has to send them refuses.

    Raises:
        ConfigurationError: a variable is not set, and without it nothing can be compared; names it and the template.
    """
    missing: dict[Part, tuple[str, ...]] = {}
    uri = _uri(str(document.get("sqlalchemy_uri") or "").strip(), lookup, where, missing)
    stated = _secret(document.get("password"), lookup, Part.PASSWORD, missing)
    tunnel, tunnel_secrets = _tunnel(document.get("ssh_tunnel"), lookup, where, missing)
    masked, encrypted = _encrypted(document, lookup, where, missing)
    resolved = {name: value for name, value in document.items() if name != "password"} | masked
    resolved["sqlalchemy_uri"] = masked_uri(uri, with_password=bool(stated))
    if tunnel is not None:
        resolved["ssh_tunnel"] = tunnel
    password = None if Part.PASSWORD in missing else stated or uri_password(uri)
    in_address = MASK in shown_uri(uri).partition("?")[2]
    secrets = DatabaseSecrets(password, tunnel_secrets, encrypted, missing, in_address)
    return ResolvedDatabase(resolved, secrets)


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


def _uri(uri: str, lookup: Lookup, where: str, missing: dict[Part, tuple[str, ...]]) -> str:
    """The URI in clear text; the mask stands for a password that is not known."""
    if PLACEHOLDER.fullmatch(uri):
        return str(_text(uri, lookup, where))
    start, end = password_span(uri)
    secret = _secret(uri[start:end], lambda name: _quoted(lookup(name)), Part.PASSWORD, missing)
    head, tail = (_text(text, lambda name: _quoted(lookup(name)), where) for text in (uri[:start], uri[end:]))
    return f"{head}{secret}{tail}"


def _tunnel(
    tunnel: Any, lookup: Lookup, where: str, missing: dict[Part, tuple[str, ...]]
) -> tuple[Document | None, dict[str, str]]:
    """The tunnel with its secrets masked, and these; None where there is no tunnel."""
    if not isinstance(tunnel, Mapping):
        return None, {}
    secrets = {
        name: str(_secret(tunnel[name], lookup, Part.TUNNEL, missing)) for name in TUNNEL_SECRETS if tunnel.get(name)
    }
    rest = {name: _text(value, lookup, where) for name, value in tunnel.items() if name not in secrets}
    return rest | dict.fromkeys(secrets, MASK), {} if Part.TUNNEL in missing else secrets


def _encrypted(
    document: Document, lookup: Lookup, where: str, missing: dict[Part, tuple[str, ...]]
) -> tuple[Document, dict[str, str]]:
    """The fields of `encrypted_extra` with every text in them masked, and in clear text."""
    masked, clear = {}, {}
    for name in ENCRYPTED:
        text = document.get(name)
        if not isinstance(text, str):
            continue
        whole = PLACEHOLDER.fullmatch(text.strip())
        resolved = _secret(text, lookup if whole else lambda each: _in_json(lookup(each)), Part.ENCRYPTED, missing)
        try:
            masked[name] = json.dumps(masked_leaves(json.loads(str(resolved))))
        except ValueError:
            if Part.ENCRYPTED in missing:
                raise _not_set(missing[Part.ENCRYPTED][0], where) from None
            raise ConfigurationError(
                f"{name} is no JSON any more once its variables are put in: {', '.join(names_in(text))}",
                where=where,
                remedy="a variable that is all of it holds a JSON object; one inside quotes may hold any text",
            ) from None
        clear[name] = str(resolved)
    return masked, {} if Part.ENCRYPTED in missing else clear


def _secret(value: Any, lookup: Lookup, part: Part, missing: dict[Part, tuple[str, ...]]) -> Any:
    """A secret in clear text; where a variable is not set, that is noted, and the mask stands for it."""
    absent = tuple(name for name in names_in(value) if lookup(name) is None)
    if absent:
        missing[part] = (*missing.get(part, ()), *absent)
    return _text(value, lambda name: MASK if name in absent else lookup(name), "")


def _text(value: Any, lookup: Lookup, where: str) -> Any:
    def value_of(match: re.Match[str]) -> str:
        found = lookup(match[1])
        if found is None:
            raise _not_set(match[1], where)
        return found

    return PLACEHOLDER.sub(value_of, value) if isinstance(value, str) else value


def _not_set(name: str, where: str) -> ConfigurationError:
    return ConfigurationError(
        f"the variable {name} is not set", where=where, remedy=f"export {name} for this environment"
    )


def _quoted(value: str | None) -> str | None:
    return None if value is None else quote(value, safe="")


def _in_json(value: str | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)[1:-1]
