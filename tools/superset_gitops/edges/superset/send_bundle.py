"""Owns the two shapes of Superset's import requests: all kinds at once, and one kind with its parents."""

from __future__ import annotations

from collections.abc import Mapping

import requests

from superset_gitops.edges.superset.archive import pack
from superset_gitops.edges.superset.secrets import ConnectionSecrets
from superset_gitops.edges.superset.session import Session
from superset_gitops.model.asset import Kind

Files = Mapping[str, bytes]

# What a per-type bundle calls itself in metadata.yaml.
_TYPES = {Kind.DATABASE: "Database", Kind.DATASET: "SqlaTable", Kind.CHART: "Slice", Kind.DASHBOARD: "Dashboard"}


def send_assets(session: Session, files: Files, secrets: ConnectionSecrets) -> requests.Response:
    """Import all kinds at once, always overwriting; parents that are not in the files are looked up (`sparse`)."""
    form = {"sparse": "true", **secrets.form()}
    return _send(session, "/api/v1/assets/import/", "bundle", _with_metadata(files, "assets"), form)


def send_kind(session: Session, kind: Kind, files: Files, secrets: ConnectionSecrets) -> requests.Response:
    """Import one kind, overwriting; files of its parents are created where missing, and else left alone."""
    form = {"overwrite": "true", **secrets.form()}
    return _send(session, f"/api/v1/{kind.value}/import/", "formData", _with_metadata(files, _TYPES[kind]), form)


def _send(session: Session, path: str, field: str, files: Files, form: Mapping[str, str]) -> requests.Response:
    upload = {field: ("bundle.zip", pack(files), "application/zip")}
    return session.request("POST", path, files=upload, data=dict(form))


def _with_metadata(files: Files, bundle_type: str) -> dict[str, bytes]:
    return {**files, "metadata.yaml": f"version: 1.0.0\ntype: {bundle_type}\n".encode()}
