"""Owns the full export of a running Superset into a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from superset_gitops.core import settings
from superset_gitops.core.compile.bundle_files import MANIFEST_FILE, MANIFEST_VERSION
from superset_gitops.edges.files.bundle import write_bundle
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.edges.retry import Retries
from superset_gitops.edges.superset import SupersetClient
from superset_gitops.edges.superset.export_files import export_files, superset_cli_limits
from superset_gitops.edges.superset.live import LiveState
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.progress import Progress
from superset_gitops.workflows.load_project import load_project
from superset_gitops.workflows.target import Target, find_target

_OURS = ("templates", "environments")


@dataclass(frozen=True, slots=True)
class Exported:
    """Where an export went, and how many assets it has."""

    folder: Path
    assets: int
    others: int


def export_runtime(
    root: Path,
    environment: str,
    environ: Mapping[str, str],
    folder: Path | None,
    progress: Progress,
    *,
    superset_cli: bool = False,
) -> Exported:
    """Write everything that Superset holds, in the layout `superset_cli_yaml`: the same bytes while nothing changes.

    Files of an earlier export that are gone in Superset are removed; nothing else in the folder is touched.

    Args:
        root: the project.
        environment: whose Superset.
        environ: the process environment.
        folder: where to; None means beside the templates.
        progress: told of retries, and of what superset-cli's sync will not bring.
        superset_cli: write files that superset-cli renders.

    Raises:
        ConfigurationError: the folder is the templates' or the variables' own, or BASE_URL is another environment's.
        Unavailable: Superset cannot be read completely.
    """
    project = load_project(root)
    target = find_target(root, project.environment(environment), environ, progress, start=False)
    assets = root / project.policy.assets_dir
    place = (folder or assets).resolve()
    _refuse_sources(place, assets.resolve())
    retries = Retries(attempts=project.policy.attempts, report=progress)
    _check_stamp(target, progress)
    with SupersetClient(target.base_url, target.credentials, retries=retries) as client:
        live = client.export_assets()
    files = export_files(live, superset_cli=superset_cli)
    if superset_cli:
        _tell_limits(live, progress)
    write_bundle(place, {**files, MANIFEST_FILE: _manifest(environment, files, superset_cli=superset_cli)})
    return Exported(place, len(live.assets), len(live.others))


def _tell_limits(live: LiveState, progress: Progress) -> None:
    found = tuple(superset_cli_limits(live))
    for line in found:
        progress(f"warning: {line}")
    if found:
        progress(
            "superset-cli's sync is refused as a whole for one asset that Superset cannot import, and what the import "
            "drops is lost: mend these in Superset and export again, or take their files out"
        )


def _check_stamp(target: Target, progress: Progress) -> None:
    """Refuse another environment's Superset; where the variables name no ledger, only Superset is at hand."""
    names = (settings.LEDGER_URL, settings.POSTGRES_URL)
    if not any(settings.variable(target.variables, name, target.environment) for name in names):
        progress(
            f"not checked whether {target.base_url} is {target.environment}'s: neither {' nor '.join(names)} is set"
        )
        return
    with Ledger.open(target.ledger_url, target.environment, create=False) as ledger:
        ledger.check_stamp(target.base_url, beside_data=target.ledger_beside_data)


def _refuse_sources(folder: Path, assets: Path) -> None:
    for name in _OURS:
        if folder.is_relative_to(assets / name):
            raise ConfigurationError(
                f"an export never writes into {name}/: these are the sources",
                where=str(folder),
                remedy=f"name {assets} (it lands beside {name}/), or a folder of its own",
            )


def _manifest(environment: str, files: Mapping[str, bytes], *, superset_cli: bool) -> bytes:
    """Which files this export wrote: what the next one may remove."""
    entries = [{"path": path} for path in files]
    head = {"version": MANIFEST_VERSION, "environment": environment, "source": "runtime"}
    manifest = {**head, **({"for": "superset-cli"} if superset_cli else {}), "assets": entries}
    return (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()
