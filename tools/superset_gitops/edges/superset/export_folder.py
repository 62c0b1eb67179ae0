"""Owns reading an export from a folder: what `hybrid export` or superset-cli wrote, as if it came from a server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from superset_gitops.core.compile.bundle_files import MANIFEST_FILE
from superset_gitops.core.compile.superset_cli_text import rendered_text
from superset_gitops.core.documents.superset_cli_escapes import (
    has_escapes,
    has_other_jinja,
    may_be_escaped,
    unescaped,
)
from superset_gitops.edges.superset.bundle_document import charts_of, parse_yaml
from superset_gitops.edges.superset.live import LiveAsset, LiveState
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import AssetId, Kind


@dataclass(frozen=True, slots=True)
class ExportFolder:
    """An export's assets.

    Attributes:
        complete: the folder says that it holds everything: what is not in it was deleted.
        escaped: the assets whose file superset-cli escaped, or may have: its export writes several values alike.
    """

    live: LiveState = field(repr=False)
    complete: bool
    escaped: frozenset[AssetId] = frozenset()


def read_export(folder: Path) -> ExportFolder:
    """Read the four managed kinds; a dashboard's charts are those that its layout names.

    Raises:
        ConfigurationError: there is no export, or a file in it cannot be read.
    """
    assets: dict[AssetId, LiveAsset] = {}
    manifest = _manifest(folder)
    for kind in Kind:
        for path in sorted((folder / kind.folder).rglob("*.y*ml")):
            asset = _read(folder, path, kind, rendered=manifest.get("for") == "superset-cli")
            if asset.id in assets:
                raise _unreadable(folder, path, f"its uuid is that of {assets[asset.id].path} too")
            assets[asset.id] = asset
    if not assets:
        raise ConfigurationError(
            "there is no export in this folder",
            where=str(folder),
            remedy="name one that `hybrid export` or superset-cli wrote: with datasets/, charts/ or dashboards/ in it",
        )
    complete = manifest.get("source") == "runtime"
    assets, escaped = (assets, frozenset()) if complete else _unescaped(folder, assets)
    boards = (asset for asset in assets.values() if asset.id.kind is Kind.DASHBOARD)
    charts = {board.uuid: frozenset(uuid for _, uuid in charts_of(board.document)) for board in boards}
    return ExportFolder(LiveState(assets, (), charts), complete, escaped)


def _unescaped(
    folder: Path, assets: Mapping[AssetId, LiveAsset]
) -> tuple[dict[AssetId, LiveAsset], frozenset[AssetId]]:
    """The assets with the Jinja that superset-cli escaped, and those that it escaped or may have."""
    marked = {key for key, asset in assets.items() if has_escapes(asset.document)}
    for key in marked:
        if has_other_jinja(assets[key].document):
            why = "beside Jinja that superset-cli escaped it has some that was not: which of it is Superset's?"
            remedy = (
                "export it again with `superset-cli … export-assets --disable-jinja-escaping`, or undo what was added"
            )
            raise ConfigurationError(why, where=str(folder / assets[key].path), remedy=remedy)
    alike = {key for key, asset in assets.items() if may_be_escaped(asset.document)}
    # One file that escaping would have written otherwise tells of all that nothing was escaped.
    escaped = marked if marked | alike != assets.keys() else marked | alike
    plain = {key: replace(asset, document=unescaped(asset.document)) for key, asset in assets.items() if key in marked}
    return {**assets, **plain}, frozenset(escaped)


def _read(folder: Path, path: Path, kind: Kind, *, rendered: bool) -> LiveAsset:
    try:
        text = path.read_text(encoding="utf-8-sig")
        text = rendered_text(text) if rendered else text
        document = parse_yaml(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _unreadable(folder, path, " ".join(str(error).split())) from error
    if not isinstance(document, dict) or not document.get("uuid") or document.get(kind.title_field) is None:
        raise _unreadable(folder, path, f"it has no uuid or no {kind.title_field}")
    name = str(document[kind.title_field])
    return LiveAsset(AssetId(kind, str(document["uuid"])), name, document, text, path.relative_to(folder).as_posix())


def _manifest(folder: Path) -> Mapping[str, object]:
    """What `hybrid export` says of a folder that it wrote; nothing for all others."""
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _unreadable(folder: Path, path: Path, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"this is no exported asset: {why}",
        where=str(path),
        remedy=f"export into {folder} again, or name another",
    )
