"""Owns the normal form of a database."""

from __future__ import annotations

from typing import Any

from superset_gitops.core.normal_form.fields import filled, parsed_object, without_empty
from superset_gitops.core.normal_form.uri import MASK, shown_uri
from superset_gitops.model.asset import Document

# Superset's column defaults (models/core.py of 6.1.0).
DEFAULTS: Document = {
    "database_name": "",
    "sqlalchemy_uri": "",
    "cache_timeout": None,
    "expose_in_sqllab": True,
    "allow_run_async": False,
    "allow_ctas": False,
    "allow_cvas": False,
    "allow_dml": False,
    "allow_csv_upload": False,
    "impersonate_user": False,
}

TUNNEL_SECRETS = ("password", "private_key", "private_key_password")


def normalize_database(document: Document) -> Document:
    """Both spellings of the upload fields become one; secrets become the mask; an empty `extra` entry vanishes.

    A database file inside a chart's export says `allow_file_upload` where a database's own says `allow_csv_upload`
    (measured on 6.1.0).
    """
    source = dict(document)
    if "allow_file_upload" in source:
        source.setdefault("allow_csv_upload", source["allow_file_upload"])
    normal = filled(source, DEFAULTS)
    normal["sqlalchemy_uri"] = shown_uri(str(normal["sqlalchemy_uri"]))
    normal["extra"] = _extra(source.get("extra"))
    if source.get("configuration_method"):
        normal["configuration_method"] = source["configuration_method"]
    encrypted = source.get("masked_encrypted_extra") or source.get("encrypted_extra")
    if encrypted:
        # An engine that does not say which of its keys are secret has all that is below a key masked, whatever it is
        # (db_engine_specs/base.py of 6.1.0): more than the keys at the top is not always there to be compared.
        normal["encrypted_extra"] = dict.fromkeys(parsed_object(encrypted), MASK)
    if source.get("ssh_tunnel"):
        normal["ssh_tunnel"] = _tunnel(parsed_object(source["ssh_tunnel"]))
    return normal


def masked_leaves(value: Any) -> Any:
    """Every text leaf replaced by the mask: which keys there are is meaning, their values may be secrets."""
    if isinstance(value, dict):
        return {name: masked_leaves(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [masked_leaves(entry) for entry in value]
    return MASK if isinstance(value, str) else value


def _extra(value: Any) -> Document:
    extra = parsed_object(value)
    uploads = extra.pop("schemas_allowed_for_file_upload", None)
    if uploads:
        extra.setdefault("schemas_allowed_for_csv_upload", uploads)
    return without_empty(extra)


def _tunnel(tunnel: Document) -> Document:
    known = without_empty({name: value for name, value in tunnel.items() if name not in {"id", "uuid"}})
    return {name: MASK if name in TUNNEL_SECRETS else value for name, value in known.items()}
