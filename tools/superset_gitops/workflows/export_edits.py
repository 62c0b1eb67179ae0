"""Owns putting an environment's open edits on branches: one that starts from main, and one for each other branch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from superset_gitops.edges.git.branch_tips import Tips, read_tips
from superset_gitops.edges.git.remote_access import access_to
from superset_gitops.edges.git.said import git_said
from superset_gitops.edges.git.tree import contains, open_repository
from superset_gitops.errors import ConfigurationError, Unavailable
from superset_gitops.model.progress import Progress
from superset_gitops.model.runtime_branch import branch_of
from superset_gitops.model.runtime_edit import Placed, RuntimeEdit
from superset_gitops.workflows.export_branch import Exported, Exporting, export_branch
from superset_gitops.workflows.pull_request import refusals_of
from superset_gitops.workflows.runtime_edits import Sides

if TYPE_CHECKING:
    import git
    from superset_gitops.edges.forge import PullRequests
    from superset_gitops.edges.postgres.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Publishing:
    """How far the branches go.

    Attributes:
        push: to the remote; otherwise they stay in this repository.
        fetch: what the remote has; otherwise what this clone last saw of it counts.
        propose: ask a remote that opens merge requests itself to do so.
        forge: where pull requests are: asked for what people refused, and told where a branch goes away.
        environ: has the tokens that a remote may be reached with.
    """

    push: bool = False
    fetch: bool = True
    propose: bool = False
    forge: PullRequests | None = field(default=None, repr=False)
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)


def export_edits(
    root: Path,
    sides: Sides,
    ledger: Ledger,
    progress: Progress,
    publishing: Publishing,
    main_branch: str,
    *,
    sandboxed: bool,
) -> tuple[Exported, ...]:
    """Bring every branch of an environment to the ledger's open edits; the first one is the one that main is to get.

    Raises:
        SourceProblems: the sources that a branch starts from have errors.
        ConfigurationError: no repository, no main branch, foreign commits on a branch, or it is checked out.
        LeaseLost: somebody else deploys by now.
        Unavailable: the ledger, git or (to push) the remote cannot do it.
    """
    import git

    repository = open_repository(root)
    if repository is None:
        raise ConfigurationError("this is no git repository", where=str(root), remedy="run it in a clone")
    with closing(repository):
        try:
            finder = _Bases(repository, sides.environment, main_branch, progress, publishing, sandboxed=sandboxed)
            edits, placed = ledger.edits.kept(), ledger.edits.placed()
            work = Exporting(repository, root, sides, ledger, placed, progress, publishing.push, publishing.forge)
            return tuple(_one(work, tips, of_base, publishing) for tips, of_base in finder.sorted_out(edits, placed))
        except git.GitCommandError as error:
            raise Unavailable(
                f"git: {git_said(error)}",
                where=str(root),
                remedy="see whether the repository may be written to and is whole (git fsck), and run it again",
            ) from error


def _one(work: Exporting, tips: Tips, edits: tuple[RuntimeEdit, ...], publishing: Publishing) -> Exported:
    refusals = refusals_of(publishing.forge, tips.branch, _unheard) if work.push else ()
    return export_branch(work, tips, edits, refusals)


def _unheard(_: str) -> None:
    """Of what was refused before nobody is told again; what is new is told when it is noted."""


class _Bases:
    """The branches that edits may go to, each asked for once."""

    def __init__(
        self,
        repository: git.Repo,
        environment: str,
        main_branch: str,
        progress: Progress,
        publishing: Publishing,
        *,
        sandboxed: bool,
    ) -> None:
        self._repository = repository
        self._environment = environment
        self._progress = progress
        self._publishing = publishing
        self._sandboxed = sandboxed
        self._known: dict[str, Tips | None] = {}
        self._main_branch = main_branch
        self.main = self._read(main_branch, branch_of(environment))

    def sorted_out(
        self, edits: Iterable[RuntimeEdit], placed: Iterable[Placed]
    ) -> list[tuple[Tips, tuple[RuntimeEdit, ...]]]:
        """Each branch with the edits that go to it; one that edits have left for another one has none."""
        groups: dict[str, tuple[Tips, list[RuntimeEdit]]] = {self.main.branch: (self.main, [])}
        for edit in edits:
            tips = self._of(edit)
            groups.setdefault(tips.branch, (tips, []))[1].append(edit)
        for branch in dict.fromkeys(each.branch for each in placed):
            if branch not in groups:
                groups[branch] = (self._read(self._main_branch, branch), [])
        return [(tips, tuple(of_base)) for tips, of_base in groups.values()]

    def _of(self, edit: RuntimeEdit) -> Tips:
        """Where an edit goes: to the branch that its base was deployed from, unless that is main, or on main by now."""
        commit, branch = edit.seen.commit, edit.seen.branch
        if not commit or branch in ("", self._main_branch) or contains(self._repository, self.main.main, commit):
            return self.main
        if branch not in self._known:
            self._known[branch] = self._find(branch)
        return self._known[branch] or self.main

    def _find(self, branch: str) -> Tips | None:
        try:
            return self._read(branch, branch_of(self._environment, branch))
        except ConfigurationError:  # there is no such branch
            self._progress(
                f"{branch}, from which some of it was deployed, is gone here and at the remote: its edits go to "
                f"{self.main.main_name}"
            )
            return None

    def _read(self, base: str, branch: str) -> Tips:
        how = self._publishing
        access = access_to(self._repository, how.environ, self._environment, base=base, ask=how.propose)
        tips = read_tips(
            self._repository, base, branch, self._progress, must_reach=how.push, fetch=how.fetch, access=access
        )
        # What the remote has is about another Superset of the same name.
        return replace(tips, there="") if self._sandboxed else tips
