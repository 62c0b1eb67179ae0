"""Edits as they stand on a runtime branch, made out of names: as values, and as commits of a real bare repository."""

from __future__ import annotations

import os
import subprocess
import uuid
from collections.abc import Collection, Sequence
from pathlib import Path

from superset_gitops.core.report.pull_request_text import Review
from superset_gitops.core.runtime_branch.drafts import drafts
from superset_gitops.core.runtime_branch.marks import mark_of
from superset_gitops.core.runtime_branch.told_edits import told_edits
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.plan import Edited, State
from superset_gitops.model.runtime_branch import KnownCommit
from superset_gitops.model.sources import Sources
from superset_gitops.model.translation import AssetTranslation, Effect, FieldEdit, Place, Scope, Translation, Way
from superset_gitops.workflows.export_branch import Exported, ExportedEdit

PATH = "superset_assets/templates/charts/total.yaml.j2"
BRANCH = "runtime-export/dev"
MOMENT = "2026-03-01T10:00:05+00:00"
REJECTED = ((Way.VARIABLE, "no variable holds it"),)
_SPACE = uuid.UUID("11111111-1111-4111-8111-111111111111")


def changed(
    name: str,
    after: object = "Births",
    *,
    by: str = "Ann Lee",
    at: str = MOMENT,
    page: str = "https://superset.example.com/explore/?slice_id=3",
    way: Way = Way.LITERAL,
    rejected: tuple[tuple[Way, str], ...] = REJECTED,
) -> AssetTranslation:
    """One chart whose name was changed, in all environments alike."""
    asset = AssetId(Kind.CHART, str(uuid.uuid5(_SPACE, name)))
    path = ("slice_name",)
    effect = Effect("prod", asset, path, name, after)
    edit = FieldEdit((path,), path, name, after, way, (Place(PATH, 3),), (effect,), rejected)
    return AssetTranslation(
        asset, name, State.DRIFT, PATH, Edited(by, at, page), fields=(edit,), texts={PATH: f"{name}\n{after}\n"}
    )


def digest_of(asset: AssetTranslation) -> str:
    return uuid.uuid5(_SPACE, f"{asset.name} {asset.fields[0].after}").hex[:12]


def translation(assets: Sequence[AssetTranslation]) -> Translation:
    return Translation("dev", Scope.PROMOTE, Sources({}), Sources({}), tuple(assets))


def commits(assets: Sequence[AssetTranslation]) -> list[KnownCommit]:
    """As they would be, without git."""
    made = drafts(translation(assets), {asset.id: digest_of(asset) for asset in assets})
    return [
        KnownCommit(f"{number:040x}", ("a",), "t", draft.message, draft.author, draft.at or 7, draft.at or 7, 7)
        for number, draft in enumerate(made)
    ]


def review(*assets: AssetTranslation, kept: Collection[int] = ()) -> Review:
    """The review of these edits; those of `kept` Superset does not show any more."""
    made = commits(assets)
    told = translation([asset for number, asset in enumerate(assets) if number not in kept])
    names = {asset.id.uuid: asset.name for asset in assets}
    return Review("dev", told_edits(made, {made[number].oid for number in kept}, told, names), told)


def init_bare(folder: Path) -> Path:
    """A bare repository whose main has one commit."""
    bare = folder / "boards.git"
    git(folder, "init", "-q", "--bare", "-b", "main", str(bare))
    tree = git(bare, "hash-object", "-w", "-t", "tree", "/dev/null")
    git(bare, "update-ref", "refs/heads/main", git(bare, "commit-tree", tree, "-m", "Begin"))
    return bare


def export(bare: Path, *assets: AssetTranslation, branch: str = BRANCH) -> Exported:
    """Make the branch of these edits in the bare repository, over main, as if it had been pushed there."""
    main = git(bare, "rev-parse", "main")
    tip, made = main, []
    for commit in commits(assets):
        blob = git(bare, "hash-object", "-w", "--stdin", stdin=commit.message)
        tree = git(bare, "mktree", stdin=f"100644 blob {blob}\tedit\n")
        person = {
            "GIT_AUTHOR_NAME": commit.author.name,
            "GIT_AUTHOR_DATE": f"{commit.authored} +0000",
            "GIT_COMMITTER_DATE": f"{commit.authored} +0000",
        }
        tip = git(bare, "commit-tree", tree, "-p", tip, stdin=commit.message, **person)
        made.append(KnownCommit(tip, commit.parents, tree, commit.message, commit.author, commit.authored, 1, 1))
    ref = f"refs/heads/{branch}"
    git(bare, "update-ref", *([ref, tip] if made else ["-d", ref]))
    names = {asset.id.uuid: asset.name for asset in assets}
    edits = []
    for commit, asset in zip(made, assets, strict=True):
        mark = mark_of(commit.message)
        assert mark is not None
        edits.append(ExportedEdit(commit, mark, asset.edited, (), overwritten=False, translated=asset))
    return Exported(
        environment="dev",
        branch=branch,
        base="main",
        main="origin/main",
        remote="origin",
        before="",
        tip=tip if made else "",
        edits=tuple(edits),
        pushed="origin",
        translation=translation(assets),
        problems=(),
        refused=(),
        closed=0,
        names=names,
        address="https://git.example.com/octo/boards.git",
    )


def git(folder: Path, *arguments: str, stdin: str = "", **variables: str) -> str:
    people = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "A Tester"), ("EMAIL", "tester@example.com"))
    }
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | people | variables
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environ, input=stdin, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
