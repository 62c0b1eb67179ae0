"""Owns an export as files, the same bytes as long as nothing changes: the layout `superset_cli_yaml`.

superset-cli (preset-cli) reads and writes this layout, and Superset imports it, zipped under one root folder. Nothing
is escaped in it, so superset-cli reads it with `--disable-jinja-templating`; unless it is written for superset-cli.
"""

from __future__ import annotations

from collections.abc import Iterator

from superset_gitops.core.compile.bundle_files import METADATA_FILE, bundle_paths
from superset_gitops.core.compile.superset_cli_limits import limits, mended
from superset_gitops.core.compile.superset_cli_text import superset_cli_text
from superset_gitops.core.documents.write_yaml import write_yaml
from superset_gitops.edges.superset.bundle_document import parse_yaml
from superset_gitops.edges.superset.live import LiveState
from superset_gitops.model.asset import Document, Kind


def export_files(live: LiveState, *, superset_cli: bool = False) -> dict[str, bytes]:
    """Path to bytes: `charts/<title>.yaml` and so on, without numeric ids; a colliding title gets its uuid's head.

    The time of the export, which Superset writes into metadata.yaml, is left out.
    """
    paths = bundle_paths({key: asset.document for key, asset in live.assets.items()})
    files = {
        paths[key]: _text(key.kind, asset.document, superset_cli=superset_cli) for key, asset in live.assets.items()
    }
    files |= {other.path: write_yaml(parse_yaml(other.text)).encode() for other in live.others}
    files[METADATA_FILE] = b"version: 1.0.0\ntype: assets\n"
    return dict(sorted(files.items()))


def superset_cli_limits(live: LiveState) -> Iterator[str]:
    """What superset-cli's sync of an export will not bring, or be refused for: a line each, which names the asset."""
    for key, asset in sorted(live.assets.items(), key=lambda item: (item[0].kind.order, item[1].name, item[0].uuid)):
        for text in limits(key.kind, mended(key.kind, asset.document)):
            yield f"{key.kind} {asset.name!r}: {text}"


def _text(kind: Kind, document: Document, *, superset_cli: bool) -> bytes:
    return (superset_cli_text(kind, mended(kind, document)) if superset_cli else write_yaml(document)).encode()
