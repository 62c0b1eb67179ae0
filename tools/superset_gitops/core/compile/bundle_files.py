"""Owns a bundle's files: Superset's export layout, plus a manifest with digests; names without numeric ids."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

from superset_gitops.core.compile.superset_cli_text import superset_cli_text
from superset_gitops.core.documents.write_yaml import write_yaml
from superset_gitops.model.asset import AssetId, Bundle, Document, Kind

METADATA_FILE = "metadata.yaml"
MANIFEST_FILE = "manifest.json"
MANIFEST_VERSION = 1
_LONGEST_SLUG = 60  # characters: 240 bytes at most, below every file system's 255


def bundle_files(bundle: Bundle, *, superset_cli: bool = False) -> dict[str, bytes]:
    """Path inside the bundle → bytes, the same for the same bundle on every machine; includes the manifest.

    Raises:
        ConfigurationError: for `superset_cli` alone, see `superset_cli_text`.
    """
    files = {METADATA_FILE: b"version: 1.0.0\ntype: assets\n"}
    assets = []
    for kind in Kind:
        for asset in bundle.of_kind(kind):
            text = superset_cli_text(kind, asset.document) if superset_cli else write_yaml(asset.document)
            content = text.encode()
            files[asset.path] = content
            identity = {"kind": str(kind), "uuid": asset.id.uuid, "name": asset.name}
            place = {"path": asset.path, "template": asset.template, "sha256": hashlib.sha256(content).hexdigest()}
            assets.append({**identity, **place})
    manifest = {"version": MANIFEST_VERSION, "environment": bundle.environment, "assets": assets}
    files[MANIFEST_FILE] = (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()
    return files


def bundle_paths(documents: Mapping[AssetId, Document]) -> dict[AssetId, str]:
    """The file of each asset, from its title; those that would share one (in any case) get their uuid's head."""
    databases = {i.uuid: slug(str(d["database_name"]), i.uuid) for i, d in documents.items() if i.kind is Kind.DATABASE}
    plain = {i: _stem(i, document, databases) for i, document in documents.items()}
    taken = Counter(stem.casefold() for stem in plain.values())
    named = {i: stem if taken[stem.casefold()] == 1 else f"{stem}_{i.uuid[:8]}" for i, stem in plain.items()}
    taken = Counter(stem.casefold() for stem in named.values())
    return {i: f"{stem if taken[stem.casefold()] == 1 else f'{plain[i]}_{i.uuid}'}.yaml" for i, stem in named.items()}


def slug(title: str, uuid: str) -> str:
    """A file name's stem from a title: letters and digits of any script, `_` between; else the uuid's first 8."""
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", title))
    return "_".join(words)[:_LONGEST_SLUG].strip("_") or uuid[:8]


def stale_files(earlier_manifest: str, files: Iterable[str]) -> list[str]:
    """The files that an earlier compile's manifest names and this one does not; nothing for a foreign manifest."""
    try:
        paths = [asset["path"] for asset in json.loads(earlier_manifest)["assets"]]
    except (ValueError, TypeError, KeyError):
        return []
    kept = set(files)
    # A manifest is only a file: whatever it says, nothing outside the kinds' folders is ours to remove.
    ours = re.compile(rf"({'|'.join(kind.folder for kind in Kind)}|queries|themes)/.+\.yaml")
    return sorted(p for p in paths if isinstance(p, str) and p not in kept and ours.fullmatch(p) and ".." not in p)


def _stem(asset_id: AssetId, document: Document, databases: Mapping[str, str]) -> str:
    name = slug(str(document[asset_id.kind.title_field]), asset_id.uuid)
    if asset_id.kind is not Kind.DATASET:
        return f"{asset_id.kind.folder}/{name}"
    database = str(document["database_uuid"])
    return f"{asset_id.kind.folder}/{databases.get(database, database[:8])}/{name}"
