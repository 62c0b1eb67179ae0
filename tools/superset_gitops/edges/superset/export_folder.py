"""Owns reading an export from a folder: what `hybrid export` or superset-cli wrote, as if it came from a server."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from superset_gitops.core.compile.bundle_files import MANIFEST_FILE
from superset_gitops.edges.superset.bundle_document import charts_of, parse_yaml
from superset_gitops.edges.superset.live import LiveAsset, LiveState
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import AssetId, Kind


@dataclass(frozen=True, slots=True)
class ExportFolder:
    """An export's assets.

    Attributes:
        complete: the folder says that it holds everything: what is not in it was deleted.
    """

    live: LiveState = field(repr=False)
    complete: bool


def read_export(folder: Path) -> ExportFolder:
    """Read the four managed kinds; a dashboard's charts are those that its layout names.

    Raises:
        ConfigurationError: there is no export, or a file in it cannot be read.
    """
    assets: dict[AssetId, LiveAsset] = {}
    for kind in Kind:
        for path in sorted((folder / kind.folder).rglob("*.y*ml")):
            asset = _read(folder, path, kind)
            if asset.id in assets:
                raise _unreadable(folder, path, f"its uuid is that of {assets[asset.id].path} too")
            assets[asset.id] = asset
    if not assets:
        raise ConfigurationError(
            "there is no export in this folder",
            where=str(folder),
            remedy="name a folder that `hybrid export` wrote: it has databases/, datasets/, charts/ or dashboards/",
        )
    boards = (asset for asset in assets.values() if asset.id.kind is Kind.DASHBOARD)
    charts = {board.uuid: frozenset(uuid for _, uuid in charts_of(board.document)) for board in boards}
    return ExportFolder(LiveState(assets, (), charts), _is_complete(folder))


def _read(folder: Path, path: Path, kind: Kind) -> LiveAsset:
    try:
        text = path.read_text(encoding="utf-8-sig")
        document = parse_yaml(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _unreadable(folder, path, " ".join(str(error).split())) from error
    if not isinstance(document, dict) or not document.get("uuid") or not document.get(kind.title_field):
        raise _unreadable(folder, path, f"it has no uuid or no {kind.title_field}")
    name = str(document[kind.title_field])
    return LiveAsset(AssetId(kind, str(document["uuid"])), name, document, text, path.relative_to(folder).as_posix())


def _is_complete(folder: Path) -> bool:
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("source") == "runtime"


def _unreadable(folder: Path, path: Path, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"this is no exported asset: {why}",
        where=str(path),
        remedy=f"export into {folder} again, or name another",
    )
