"""Owns keeping an import from erasing stored secrets of database connections.

Measured on 6.1.0, on an existing database: a URI without a password part erases the stored password, even when the form
field gives one; a masked tunnel password overwrites the stored one by the mask; a tunnel that is left out stays as it
is; a tunnel secret for a file without a tunnel is an opaque 500. A masked `encrypted_extra` is stored with its masks,
but for the few that the engine calls sensitive; one that is left out stays as it is. A masked argument of an address
is stored as it is, too; the stored one can be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from superset_gitops.core.connection_secrets import ENCRYPTED
from superset_gitops.core.normal_form.uri import with_stored_arguments
from superset_gitops.edges.superset.bundle_document import kind_of, parse_yaml
from superset_gitops.edges.superset.rejection import ImportProblem, ImportRejected
from superset_gitops.edges.superset.secrets import ConnectionSecrets
from superset_gitops.edges.superset.send_bundle import Files
from superset_gitops.edges.superset.session import Session
from superset_gitops.model.asset import Document, Kind

MASK = "XXXXXXXXXX"
_USER_PART = re.compile(r"^(?P<head>[\w+.-]+://[^:/@?]*)(?::(?P<password>[^@]*))?@")
_TUNNEL_SECRETS = ("password", "private_key", "private_key_password")


def guard_connections(
    session: Session, files: Files, secrets: ConnectionSecrets, existing: Mapping[str, int]
) -> dict[str, bytes]:
    """The files as they can be sent without harm; only those of databases are touched, where they must be.

    Args:
        session: the conversation with the server.
        files: paths to YAML.
        secrets: what travels beside them.
        existing: uuid to numeric id of the databases that the server has.

    Raises:
        ImportRejected: sending would erase a stored secret.
        Unavailable: the stored connection cannot be read.
    """
    guarded = dict(files)
    problems: list[ImportProblem] = []
    for path, data in files.items():
        if kind_of(path) is not Kind.DATABASE:
            continue
        document: Document = parse_yaml(data)
        numeric_id = existing.get(str(document.get("uuid")))
        stored = _stored(session, numeric_id) if numeric_id is not None else None
        found = _guard(path, document, secrets, stored)
        problems += [ImportProblem(path, field, text, str(document.get("database_name"))) for field, text in found]
        guarded[path] = data if document == parse_yaml(data) else yaml.safe_dump(document, sort_keys=False).encode()
    if problems:
        raise ImportRejected(
            "this import would lose stored secrets, so it was not sent",
            tuple(problems),
            where=session.address.root,
            remedy="give the secrets, or change the connection in Superset first",
        )
    return guarded


def has_password(uri: str) -> bool:
    """Whether a SQLAlchemy URI has a password part that is not empty; the mask counts."""
    found = _USER_PART.match(uri)
    return bool(found and found["password"])


def _guard(
    path: str, document: Document, secrets: ConnectionSecrets, stored: Mapping[str, Any] | None
) -> list[tuple[str, str]]:
    """Mend the document in place where that is possible; what is not comes back as (field, message)."""
    return [
        *_guard_address(document, stored, given=path in secrets.passwords),
        *_guard_encrypted(document, new=not stored),
        *_guard_tunnel(document, stored, [name for name, known in _tunnel_secrets(secrets).items() if path in known]),
    ]


def _guard_address(document: Document, stored: Mapping[str, Any] | None, *, given: bool) -> Iterator[tuple[str, str]]:
    """The password, and the arguments; `given` says that the password travels beside the file."""
    known = str((stored or {}).get("sqlalchemy_uri") or "")
    uri = with_stored_arguments(str(document.get("sqlalchemy_uri") or ""), known)
    if MASK in uri.partition("?")[2]:
        yield "sqlalchemy_uri", "one of its arguments is masked, and the server has none to put there"
    if not has_password(uri) and given and _USER_PART.match(uri):
        uri = _USER_PART.sub(rf"\g<head>:{MASK}@", uri)
    elif not has_password(uri) and has_password(known):
        yield (
            "sqlalchemy_uri",
            f"it has no password part, which erases the stored password: write USER:{MASK}@HOST",
        )
    if uri != document.get("sqlalchemy_uri"):
        document["sqlalchemy_uri"] = uri


def _guard_encrypted(document: Document, *, new: bool) -> Iterator[tuple[str, str]]:
    for field in ENCRYPTED:
        if MASK in str(document.get(field) or ""):
            del document[field]
            if new:
                yield field, "a new database needs its secrets, and these are masked"


def _guard_tunnel(
    document: Document, stored: Mapping[str, Any] | None, given: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """`given` names the tunnel's secrets that travel beside the file."""
    tunnel = document.get("ssh_tunnel")
    if not tunnel:
        yield from ((f"ssh_tunnel.{field}", "a secret for a tunnel that the file does not have") for field in given)
    elif _is_masked(tunnel) and not given:
        if stored and _same_tunnel(tunnel, stored.get("ssh_tunnel") or {}):
            del document["ssh_tunnel"]
        else:
            yield "ssh_tunnel", "a new or changed tunnel needs its password or private key"


def _is_masked(tunnel: Mapping[str, Any]) -> bool:
    values = [tunnel.get(field) for field in _TUNNEL_SECRETS]
    return MASK in values or not any(values)


def _same_tunnel(wanted: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    return all(wanted.get(field) == stored.get(field) for field in ("server_address", "server_port", "username"))


def _tunnel_secrets(secrets: ConnectionSecrets) -> dict[str, Mapping[str, str]]:
    return {
        "password": secrets.ssh_tunnel_passwords,
        "private_key": secrets.ssh_tunnel_private_keys,
        "private_key_password": secrets.ssh_tunnel_private_key_passwords,
    }


def _stored(session: Session, numeric_id: int) -> Mapping[str, Any]:
    result = session.get_json(f"/api/v1/database/{numeric_id}/connection")["result"]
    return result if isinstance(result, dict) else {}
