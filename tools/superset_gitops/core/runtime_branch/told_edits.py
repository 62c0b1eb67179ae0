"""Owns reading a runtime branch's commits back as edits that a reviewer is told of: `drafts` wrote them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from superset_gitops.core.runtime_branch.drafts import NOBODY
from superset_gitops.core.runtime_branch.inert import as_written
from superset_gitops.core.runtime_branch.marks import mark_of
from superset_gitops.model.asset import AssetId
from superset_gitops.model.pull_request import OpenEdit
from superset_gitops.model.runtime_branch import KnownCommit
from superset_gitops.model.translation import AssetTranslation, Translation, Way

_QUOTED = re.compile(r"^\w+ \w+ '(.*)' (?:as in|from) \S+$")
_INDENT = "  "


def told_edits(
    commits: Iterable[KnownCommit], carried: Collection[str], translation: Translation, names: Mapping[str, str]
) -> tuple[OpenEdit, ...]:
    """Each commit as an edit, in the branch's order.

    What it did stands in its message, also where Superset does not show the edit any more; what was rejected on the
    way is only known while it does.

    Args:
        commits: the branch's.
        carried: the hashes of those whose edit Superset need not show any more.
        translation: what Superset shows now.
        names: what people call each asset, by its uuid.
    """
    shown = {asset.id: asset for asset in translation.assets}
    return tuple(_told(commit, shown, names, kept=commit.oid in carried) for commit in commits)


def _told(
    commit: KnownCommit, shown: Mapping[AssetId, AssetTranslation], names: Mapping[str, str], *, kept: bool
) -> OpenEdit:
    mark = mark_of(commit.message)
    if mark is None:
        return OpenEdit(commit.oid, None, commit.subject, None, "", commit.author.name, commit.authored, "", ())
    lines, page = _what(commit.message)
    quoted = _QUOTED.match(commit.subject)
    name = names.get(mark.asset.uuid) or (as_written(quoted[1]) if quoted else mark.asset.uuid)
    # Of what nobody is known to have done the moment is not known either: the commit has main's.
    at = None if commit.author.name == NOBODY else commit.authored
    asset = None if kept else shown.get(mark.asset)
    return OpenEdit(
        commit.oid, mark.asset, name, mark.change, mark.digest, commit.author.name, at, page, lines, kept,
        _rejected(asset) if asset else (),
    )  # fmt: skip


def _what(message: str) -> tuple[tuple[str, ...], str]:
    """The indented lines without their indentation, and the address below them."""
    body = message.rstrip().rpartition("\n\n")[0].partition("\n\n")[2]
    lines = body.splitlines()
    page = lines.pop() if lines and lines[-1].startswith(("https://", "http://")) else ""
    told = [as_written(line.removeprefix(_INDENT)) for line in lines if line.startswith(_INDENT) or not line]
    while told and not told[-1]:
        told.pop()
    while told and not told[0]:
        told.pop(0)
    return tuple(told), page


def _rejected(asset: AssetTranslation) -> tuple[tuple[str, Way, str], ...]:
    return tuple((".".join(edit.shown), way, fault) for edit in asset.fields for way, fault in edit.rejected)
