"""Owns keeping saved copies in the project's Git repository too, where people can look through them with git's tools.

The ledger's copy is the one that counts: a CI runner's repository goes away with the runner. So what fails here is a
warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from superset_gitops.core.compile.bundle_files import slug
from superset_gitops.edges.git.keep_copies import KeptCommit, KeptFile, keep_copies
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.errors import HybridError
from superset_gitops.model.asset import AssetId
from superset_gitops.model.ledger import SavedCopy
from superset_gitops.model.progress import Progress


def saved_ref(environment: str) -> str:
    """The ref that keeps an environment's saved copies; no branch, so that it is in nobody's way."""
    return f"refs/superset-gitops/saved/{environment}"


@contextmanager
def keeping_in_git(root: Path, ledger: Ledger, number: int, who: str, progress: Progress) -> Iterator[None]:
    """Whatever the deployment in here ends with, what it saved is kept in Git afterwards."""
    try:
        yield
    finally:
        try:
            copies = ledger.saved_copies(deployment=number)
        except HybridError as error:
            progress(f"warning: what this deployment saved is not kept in Git, only in the ledger: {error.what}")
        else:
            keep_in_git(root, ledger.environment, f"deployment {number}", copies, who, progress)


def keep_in_git(
    root: Path, environment: str, by: str, copies: Iterable[SavedCopy], who: str, progress: Progress
) -> None:
    """Add copies to the environment's ref: one commit, and one more for each that is of an asset that it has already.

    Args:
        root: the project's root.
        environment: whose copies.
        by: what saved them, `deployment 7`.
        copies: from the ledger, in any order.
        who: whoever was at work.
        progress: told where they are, or why not.
    """
    commits = [KeptCommit(_message(environment, by, part), _files(part)) for part in _rounds(copies)]
    if not commits:
        return
    ref = saved_ref(environment)
    try:
        tip = keep_copies(root, ref, commits, who)
    except HybridError as error:
        progress(f"warning: the saved copies are in the ledger only, not in Git as well: {error}")
    else:
        if tip is not None:
            progress(f"kept in Git as well: git log -p {ref}")


def _rounds(copies: Iterable[SavedCopy]) -> Iterator[list[SavedCopy]]:
    """The copies from old to new, cut where an asset comes a second time: somebody saved it again meanwhile."""
    part: dict[AssetId, SavedCopy] = {}
    for copy in sorted(copies, key=lambda copy: copy.id):
        if copy.asset in part:
            yield list(part.values())
            part = {}
        part[copy.asset] = copy
    if part:
        yield list(part.values())


def _files(copies: Iterable[SavedCopy]) -> tuple[KeptFile, ...]:
    return tuple(_file(copy) for copy in copies)


def _file(copy: SavedCopy) -> KeptFile:
    uuid = copy.asset.uuid
    ending = f".{uuid}.yaml"
    path = f"{copy.asset.kind.folder}/{slug(copy.name, uuid)}{ending}"
    return KeptFile(path, ending, copy.raw_yaml.encode())


def _message(environment: str, by: str, copies: Iterable[SavedCopy]) -> str:
    told = [f"Copy {copy.id}: {copy.asset.kind} {copy.name!r} ({copy.reason})" for copy in copies]
    noun, they = ("1 asset", "it") if len(told) == 1 else (f"{len(told)} assets", "them")
    return "\n".join([f"Save {noun} of {environment} before {by} replaced {they}", "", *told, ""])
