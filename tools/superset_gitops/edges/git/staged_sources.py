"""Owns choosing the project's sources among the staged files, and reading each of them only when it is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from superset_gitops.edges.files.project import LINT_FILES, POLICY_FILE
from superset_gitops.edges.git.staged import StagedTree
from superset_gitops.model.problem import Problem


def source_paths(tree: StagedTree, assets_dir: str) -> list[str]:
    """The files that the project's sources are read from; see `edges.files.project.read_sources`."""
    templates, environments = f"{assets_dir}/templates/", f"{assets_dir}/environments/"
    return [
        path
        for path in sorted(tree.files)
        if path.startswith(templates)
        or (path.startswith(environments) and path.endswith(".yaml") and "/" not in path[len(environments) :])
        or (path.startswith(f"{assets_dir}/overlays/") and path.endswith(".yaml"))
        or path in (POLICY_FILE, *LINT_FILES)
    ]


class StagedTexts(Mapping[str, str]):
    """Path → text of some staged files, read when it is first asked for; `read` gets many of them at once."""

    def __init__(self, tree: StagedTree, paths: Collection[str]) -> None:
        self._tree = tree
        self._paths = dict.fromkeys(paths)
        self._texts: dict[str, str] = {}

    def read(self, paths: Iterable[str]) -> list[Problem]:
        """Read these files; those that are no text, or a link, are no longer here, and are problems."""
        problems: list[Problem] = []
        wanted = [path for path in dict.fromkeys(paths) if path in self._paths and path not in self._texts]
        for path, content in self._tree.read(wanted):
            if self._tree.files[path].is_link:
                problems.append(Problem(path, 1, 1, "a link is not read out of a commit", "file"))
                del self._paths[path]
                continue
            try:
                self._texts[path] = content.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                problems.append(Problem(path, 1, 1, f"not UTF-8 at byte {error.start}", "file"))
                del self._paths[path]
        return problems

    def __getitem__(self, path: str) -> str:
        if path not in self._texts:
            if path not in self._paths:
                raise KeyError(path)
            self.read([path])
        return self._texts[path]

    def __contains__(self, path: object) -> bool:
        return path in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)
