"""A database's address is one that Superset 6.1 can use, and its placeholders are whole.

`${NAME}` is resolved in `sqlalchemy_uri`, `password`, `encrypted_extra` and `ssh_tunnel` only, at the last moment. The
address has a scheme, and not one of SQLAlchemy 2's drivers: Superset's SQLAlchemy is 1.4. An SSH tunnel logs in with a
password, or with a key and its password.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from superset_gitops.core.compile.finding import Finding
from superset_gitops.core.documents.placeholder import PLACEHOLDER
from superset_gitops.core.documents.read_yaml import DocumentPath, leaves
from superset_gitops.core.validate.project_view import View
from superset_gitops.model.asset import Asset, Kind

ID = "connection"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\+[A-Za-z0-9_]+)?://")
_FIELDS = ("sqlalchemy_uri", "password", "encrypted_extra", "masked_encrypted_extra", "ssh_tunnel")


def check(view: View) -> Iterator[Finding]:
    """Addresses that the importer would refuse, and placeholders that nothing would resolve."""
    for database in view.of_kind(Kind.DATABASE):
        yield from _address(view, database)
        yield from _tunnel(view, database)
        for field in _FIELDS:
            for path, value in leaves(database.document.get(field), (field,)):
                if isinstance(value, str) and "${" in PLACEHOLDER.sub("", value):
                    message = "${ begins a placeholder here: write ${NAME}, with letters, digits and _"
                    yield view.finding(database, path, message, ID)


def _address(view: View, database: Asset) -> Iterator[Finding]:
    uri = database.document["sqlalchemy_uri"]
    at: DocumentPath = ("sqlalchemy_uri",)
    if uri.startswith("postgresql+psycopg://"):
        message = "Superset 6.1 has SQLAlchemy 1.4, which does not know +psycopg: write postgresql://"
        yield view.finding(database, at, message, ID)
    elif not _SCHEME.match(uri) and not PLACEHOLDER.match(uri):
        message = "not an address: write dialect://user:${NAME}@host/database, or one placeholder for all of it"
        yield view.finding(database, at, message, ID)


def _tunnel(view: View, database: Asset) -> Iterator[Finding]:
    tunnel = database.document.get("ssh_tunnel")
    if not tunnel:
        return
    key = [name for name in ("private_key", "private_key_password") if tunnel.get(name)]
    if tunnel.get("password") and key:
        message = "a tunnel logs in with a password or with a key, not with both"
        yield view.finding(database, ("ssh_tunnel",), message, ID, on_key=True)
    elif not tunnel.get("password") and len(key) < _KEY_PARTS:
        message = "a tunnel needs its password, or its private_key and private_key_password"
        yield view.finding(database, ("ssh_tunnel",), message, ID, on_key=True)


_KEY_PARTS = 2
