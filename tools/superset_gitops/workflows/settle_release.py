"""Owns agreeing with the server on its release of Superset, before anything is compared or written."""

from __future__ import annotations

from dataclasses import replace

from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.core.versions import Release
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.progress import Progress
from superset_gitops.workflows.prepare import Prepared, stop_at_errors
from superset_gitops.workflows.wanted import resolve_bundle


def settle_release(ready: Prepared, release: Release, version: str, progress: Progress) -> Prepared:
    """What was prepared, as this release takes it: compiled and validated again where it was done for another.

    Args:
        ready: prepared offline, for policy's release or the newest.
        release: the server's.
        version: as the server says it.
        progress: told of a release that policy does not name, and of warnings.

    Raises:
        ConfigurationError: policy names another release.
        SourceProblems: the sources have what this release would refuse.
    """
    if release == ready.release:
        return ready
    name = ready.environment.name
    if ready.environment.superset_version:
        raise ConfigurationError(
            f"{name} is said to run Superset {ready.environment.superset_version}, but it runs {version}",
            where=f"policy.yaml: apply.{name}.superset_version",
            remedy=f'write superset_version: "{release}" there, or leave it out: then the server is asked',
        )
    progress(f"compiling for Superset {release} (policy.yaml: apply.{name}.superset_version lets validate know it)")
    result = compile_bundle(ready.project.sources, name, release)
    stop_at_errors(ready.project, result, progress)
    wanted = resolve_bundle(result.bundle, ready.target.placeholders)
    return replace(ready, wanted=wanted, release=release)
