"""Owns bringing one branch to its open edits: what people took off it, what main has by now, what is on it then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from superset_gitops.core.report.branch_text import noted_refusals
from superset_gitops.core.runtime_branch.drafts import drafts, leaves_a_part
from superset_gitops.core.runtime_branch.marks import mark_for, mark_of_ours
from superset_gitops.core.runtime_branch.refusals import refused_by, taken_back, taken_off
from superset_gitops.edges.git.branch_commits import branch_commits, message_of, patch_of
from superset_gitops.edges.git.branch_tips import Tips, push_branch, set_branch
from superset_gitops.edges.git.build_branch import Parts, build_branch
from superset_gitops.edges.git.remote_access import remote_address
from superset_gitops.edges.git.tree import contains
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import AssetId
from superset_gitops.model.plan import Edited
from superset_gitops.model.problem import Problem
from superset_gitops.model.progress import Progress
from superset_gitops.model.runtime_branch import KnownCommit, Mark, Refusal
from superset_gitops.model.runtime_edit import EditState, Placed, RuntimeEdit
from superset_gitops.model.translation import AssetTranslation, Translation
from superset_gitops.workflows.pull_request import close_emptied
from superset_gitops.workflows.runtime_edits import Against, Sides, Translated, nothing_translated
from superset_gitops.workflows.translate import new_errors

if TYPE_CHECKING:
    import git
    from superset_gitops.edges.forge import PullRequests
    from superset_gitops.edges.postgres.ledger import Ledger


@dataclass(frozen=True, slots=True)
class ExportedEdit:
    """One asset's edits as a commit of the branch.

    Attributes:
        mark: environment, asset, kind of change and digest, as its trailers say them.
        edited: who saved the asset last, when, and its page in Superset.
        earlier_by: who else had a part in it.
        overwritten: whether Git has overwritten it in Superset.
        translated: what was edited where, with which candidates refused, and what that does to other environments.
    """

    commit: KnownCommit
    mark: Mark
    edited: Edited
    earlier_by: tuple[str, ...]
    overwritten: bool
    translated: AssetTranslation = field(repr=False)


@dataclass(frozen=True, slots=True)
class Exported:
    """What a branch is after a run.

    Attributes:
        environment: whose Superset was changed.
        branch: its short name.
        base: the short name of the branch that it is to be merged into.
        main: the same as people name it, with the remote.
        remote: its name; empty where there is none.
        before, tip: full hashes; empty where there is no such branch.
        edits: its commits, oldest first.
        pushed: where to; empty where it was not, or nothing was new.
        translation: of all open edits, also of those that are left to the reviewer and have no commit.
        problems: the errors that validation finds in the branch's sources and not in those before.
        refused: the edits that people refused and Superset shows still.
        closed: the number of edits that the base says by now.
        names: what people call each asset, by its uuid.
        address: the remote's, without anybody's password; empty without one.
        asked: whether the remote's server was told to open a merge request.
        heeded: the addresses of the closed pull requests whose refusals the ledger has by now.
    """

    environment: str
    branch: str
    base: str
    main: str
    remote: str
    before: str
    tip: str
    edits: tuple[ExportedEdit, ...]
    pushed: str
    translation: Translation
    problems: tuple[Problem, ...]
    refused: tuple[RuntimeEdit, ...]
    closed: int
    names: Mapping[str, str] = field(repr=False)
    address: str = ""
    asked: bool = False
    heeded: frozenset[str] = frozenset()

    @property
    def commits(self) -> tuple[KnownCommit, ...]:
        """The commits that the base does not have, oldest first."""
        return tuple(edit.commit for edit in self.edits)

    @property
    def carried(self) -> frozenset[str]:
        """The hashes of those whose edit Git has overwritten in Superset."""
        return frozenset(edit.commit.oid for edit in self.edits if edit.overwritten)


@dataclass(frozen=True, slots=True)
class Exporting:
    """What an export works with; `placed` is where the ledger's edits were before it."""

    repository: git.Repo
    root: Path
    sides: Sides
    ledger: Ledger
    placed: tuple[Placed, ...]
    progress: Progress
    push: bool
    forge: PullRequests | None = None


def export_branch(
    work: Exporting, tips: Tips, edits: Iterable[RuntimeEdit], refusals: Iterable[Refusal] = ()
) -> Exported:
    """Build one branch out of its open edits, move it here, and push it where that is asked for.

    Args:
        work: with what.
        tips: where the branch and its base stand.
        edits: the ledger's, open and refused, that go to it.
        refusals: what people refused at the forge.

    Raises:
        SourceProblems: the base's sources have errors.
        ConfigurationError: foreign commits are on the branch, or it is checked out.
        LeaseLost: somebody else deploys by now.
        Unavailable: the ledger, git or (to push) the remote cannot do it.
    """
    environment, refusals = work.sides.environment, tuple(refusals)
    edits = _with_what_was_taken_back(work, tuple(edits), refusals)
    known = _known(work, tips) if edits or not _left_behind(work, tips) else {}
    against = Against(work.root, tips.main, work.sides) if any(edit.is_open for edit in edits) else None
    contained = {*_merged(work, tips, edits), *(against.contained(edits) if against else ())}
    work.ledger.edits.close(contained, EditState.MERGED, where=f"{tips.main_name} {tips.main[:12]}")
    edits = tuple(edit for edit in edits if edit.number not in contained)
    edits = _with_refusals(work, tips, edits, known, refusals)
    made = against.translate(edits) if against else nothing_translated(environment)
    to_be = drafts(made.translation, made.digests, _edited(made), made.names, _earlier(made))
    before = tips.there or tips.here
    tip = build_branch(work.repository, Parts(work.root, tips.main, to_be, tuple(known), before))
    commits = branch_commits(work.repository, tips.main, tip)
    new = tip if commits else ""
    set_branch(work.repository, tips, new)
    exported = _exported(environment, tips, made, commits)
    asked = _place(work, tips, new, exported, made)
    return Exported(
        environment=environment,
        branch=tips.branch,
        base=tips.base,
        main=tips.main_name,
        remote=tips.remote,
        before=before,
        tip=new,
        edits=exported,
        pushed=tips.remote if work.push and new != tips.there else "",
        translation=made.translation,
        problems=new_errors(made.translation),
        refused=tuple(e for e in edits if e.state is EditState.REFUSED and e.overwritten_by is None),
        closed=len(contained),
        names=made.names,
        address=remote_address(work.repository),
        asked=asked,
        heeded=frozenset(refusal.where for refusal in refusals),
    )


def refuse_unmarked(repository: git.Repo, tips: Tips, environment: str) -> None:
    """Stop at commits that nobody can take for ours, before any server is asked.

    Raises:
        ConfigurationError: such a commit is on the branch.
    """
    for tip, where in ((tips.there, tips.remote), (tips.here, "")):
        for commit in branch_commits(repository, tips.main, tip):
            if mark_for(commit, environment) is None:
                raise _foreign(repository, tips, commit, where)


def _left_behind(work: Exporting, tips: Tips) -> bool:
    """Whether a branch is as we left it. What is below our commits may be a branch that is gone: that is not ours."""
    ours = {each.commit for each in work.placed if each.branch == tips.branch}
    return all(not tip or tip in ours for tip in (tips.here, tips.there))


def _known(work: Exporting, tips: Tips) -> dict[KnownCommit, Mark]:
    """The branch's commits here and at the remote, all of which are our own, by hash; also those that were rebased.

    Raises:
        ConfigurationError: somebody else's are among them.
    """
    environment = work.sides.environment
    patches = {each.patch for each in work.placed if each.branch == tips.branch}
    found: dict[KnownCommit, Mark] = {}
    for tip, where in ((tips.there, tips.remote), (tips.here, "")):
        for commit in branch_commits(work.repository, tips.main, tip):
            mark = mark_of_ours(commit, environment)
            if mark is None:
                mark = mark_for(commit, environment)
                if mark is None or patch_of(work.repository, commit) not in patches:
                    raise _foreign(work.repository, tips, commit, where)
            found[commit] = mark
    return found


def _with_refusals(
    work: Exporting,
    tips: Tips,
    edits: tuple[RuntimeEdit, ...],
    known: Mapping[KnownCommit, Mark],
    refusals: Iterable[Refusal],
) -> tuple[RuntimeEdit, ...]:
    """The edits as they are after what people refused was noted."""
    found = list(refused_by(edits, refusals))
    if tips.there and tips.reached:
        there = branch_commits(work.repository, tips.main, tips.there)
        marks = {commit: known[commit] for commit in there if commit in known}
        left = tuple(edit for edit in edits if not _is_in(work, tips, edit.placed.commit))  # merging takes off, too
        found += taken_off(left, tips.branch, marks, where=f"{tips.branch} at {tips.remote}")
    for refusal, numbers in found:
        work.ledger.edits.close(numbers, EditState.REFUSED, refusal.by, refusal.where)
    for line in noted_refusals(refusal for refusal, _ in found):
        work.progress(line)
    gone = {number for _, numbers in found for number in numbers}
    return _again(work, edits, gone)


def _with_what_was_taken_back(
    work: Exporting, edits: tuple[RuntimeEdit, ...], refusals: tuple[Refusal, ...]
) -> tuple[RuntimeEdit, ...]:
    """The edits as they are after somebody reopened the pull request that refused them."""
    back = taken_back(edits, refusals) if work.push and work.forge is not None else ()
    work.ledger.edits.reopen(back, answered=False)
    return _again(work, edits, back)


def _again(work: Exporting, edits: tuple[RuntimeEdit, ...], changed: Collection[int]) -> tuple[RuntimeEdit, ...]:
    """The edits with some read anew."""
    if not changed:
        return edits
    now = {edit.number: edit for edit in work.ledger.edits.kept()}
    return tuple(now.get(edit.number, edit) if edit.number in changed else edit for edit in edits)


def _merged(work: Exporting, tips: Tips, edits: Iterable[RuntimeEdit]) -> set[int]:
    """The numbers of those whose very commit the base has: what people made of it there was decided there.

    Not of those of which the commit left a part to the reviewer: that part is on no branch, and would be lost.
    """
    commits = {edit.placed.commit for edit in edits if edit.is_open}
    merged = {
        commit
        for commit in commits
        if _is_in(work, tips, commit) and not leaves_a_part(message_of(work.repository, commit))
    }
    return {edit.number for edit in edits if edit.is_open and edit.placed.commit in merged}


def _is_in(work: Exporting, tips: Tips, commit: str) -> bool:
    return bool(commit) and contains(work.repository, tips.main, commit)


def _edited(made: Translated) -> dict[AssetId, Edited]:
    return {asset: edits[-1].seen.edited for asset, edits in made.edits.items()}


def _earlier(made: Translated) -> dict[AssetId, tuple[str, ...]]:
    """Who had a part in an asset's edits beside the person who saved it last."""
    found = {}
    for asset, edits in made.edits.items():
        people = dict.fromkeys(by for edit in edits for by in (*edit.earlier_by, edit.seen.edited.by))
        found[asset] = tuple(by for by in people if by and by != edits[-1].seen.edited.by)
    return found


def _exported(
    environment: str, tips: Tips, made: Translated, commits: Iterable[KnownCommit]
) -> tuple[ExportedEdit, ...]:
    translated = {asset.id: asset for asset in made.translation.assets}
    edited, earlier, found = _edited(made), _earlier(made), []
    for commit in commits:
        mark = mark_for(commit, environment)
        if mark is None:
            raise AssertionError(f"{tips.branch}: {commit.oid} was just made without a mark")
        edits, asset = made.edits.get(mark.asset, ()), translated[mark.asset]
        overwritten = bool(edits) and edits[-1].overwritten_by is not None
        by = edited.get(mark.asset, asset.edited)
        found.append(ExportedEdit(commit, mark, by, earlier.get(mark.asset, ()), overwritten, asset))
    return tuple(found)


def _place(work: Exporting, tips: Tips, new: str, exported: Iterable[ExportedEdit], made: Translated) -> bool:
    """Push, and note where each edit is; returns whether the remote's server was told to open a merge request.

    What a push takes off the branch is noted as not published before it, what it brings as published after it: whenever
    this is cut short, nothing looks as if a human had taken it off.
    """
    placed: dict[int, Placed] = {}
    for each in exported:
        patch = patch_of(work.repository, each.commit)
        for edit in made.edits.get(each.mark.asset, ()):
            was = edit.placed
            kept = was.published and (was.branch, was.commit) == (tips.branch, each.commit.oid)
            placed[edit.number] = Placed(tips.branch, tips.base, each.commit.oid, patch, work.push or kept)
    work.ledger.edits.withdraw(tips.branch, placed, pushing=work.push)
    asked = False
    if work.push:
        if not new and tips.there:
            close_emptied(work.forge, tips.branch, work.progress)
        asked = push_branch(work.repository, tips, new)
    before = {edit.number: edit.placed for edits in made.edits.values() for edit in edits}
    work.ledger.edits.place({number: where for number, where in placed.items() if before[number] != where})
    return asked


def _foreign(repository: git.Repo, tips: Tips, commit: KnownCommit, remote: str) -> ConfigurationError:
    if str(repository.git.rev_parse("--is-shallow-repository")) == "true":
        return ConfigurationError(
            f"this shallow clone does not show where {tips.branch} leaves {tips.main_name}",
            where=str(repository.working_tree_dir),
            remedy="get the history: git fetch --unshallow (in a workflow: fetch-depth: 0)",
        )
    removal = f"git push {remote} --delete {tips.branch}" if remote else f"git branch -D {tips.branch}"
    return ConfigurationError(
        f"{tips.branch} has a commit that was not made by this command: {commit.oid[:12]} ({commit.subject}) "
        f"by {commit.author.name}. It is left as it is",
        where=f"remote {remote}" if remote else str(repository.working_tree_dir),
        remedy=f"merge the branch; or move that commit to a branch of its own, remove this one ({removal}), and run it "
        "again",
    )
