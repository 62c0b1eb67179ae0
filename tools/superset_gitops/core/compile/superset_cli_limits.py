"""Owns what superset-cli and Superset's import do not take of an asset as Superset exports it.

Measured with preset-cli 0.3.13 on Superset 6.1.0: the import refuses everything for one asset that it cannot take, by a
500 without a reason, and superset-cli sends no secrets but a database's password.
"""

from __future__ import annotations

from collections.abc import Iterator

from superset_gitops.core.connection_secrets import ENCRYPTED
from superset_gitops.core.documents.check_schema import check_schema
from superset_gitops.core.normal_form.uri import MASK
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import Document, Kind

# What Superset keeps empty or not at all, exports as it is, and does not import; it means the same as this.
_EMPTY: dict[Kind, dict[str, Document | None]] = {
    Kind.DATABASE: {"extra": {}},
    Kind.DATASET: {"template_params": None, "extra": None},
    Kind.CHART: {"params": {}},
    Kind.DASHBOARD: {},
}
_SECRET = {"ssh_tunnel": "SSH tunnel"} | dict.fromkeys(ENCRYPTED, "encrypted extra")


def mended(kind: Kind, document: Document) -> Document:
    """The document with what is empty written as the import takes it; the same object where there is nothing to do."""
    empty = {name: value for name, value in _EMPTY[kind].items() if document.get(name, value) in (None, "")}
    return document | empty if any(document.get(name) != value for name, value in empty.items()) else document


def withheld(kind: Kind | None, document: Document) -> Document:
    """The fields of a connection whose secrets are masked: superset-cli would store the masks over them.

    Raises:
        ConfigurationError: an argument of the address is masked; an address cannot be left out.
    """
    if kind is not Kind.DATABASE:
        return {}
    if MASK in str(document.get("sqlalchemy_uri") or "").partition("?")[2]:
        raise ConfigurationError(
            "an argument of its address is masked, and superset-cli would store the mask over the secret",
            where=f"database {document.get('database_name')!r}",
            remedy="deploy it with `hybrid apply`, or move the secret into the password or the encrypted extra",
        )
    return {name: document[name] for name in _SECRET if MASK in str(document.get(name) or "")}


def limits(kind: Kind, document: Document) -> Iterator[str]:
    """What will not arrive or be refused, in a sentence each.

    Args:
        kind: of the asset.
        document: as `mended` gives it.
    """
    without = withheld(kind, document)
    for name in without:
        yield (
            f"its {_SECRET[name]} is left out, because its secrets are masked: "
            "it stays where the database exists; a new one gets it in Superset, or by `hybrid apply`"
        )
    kept = {name: value for name, value in document.items() if name not in without}
    for path, _, message in check_schema(kind.value, kept):
        # Our own templates must have titles; Superset takes an empty text.
        if not message.startswith("expected some text"):
            yield f"{'.'.join(map(str, path)) or 'the file'}: {message}"
