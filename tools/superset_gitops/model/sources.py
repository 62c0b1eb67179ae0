"""Owns `Sources`: every text that compile and validate read, as one value; editing a file makes another value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from superset_gitops.model.problem import Problem

TEMPLATE_SUFFIX = ".yaml.j2"


@dataclass(frozen=True, slots=True)
class Sources:
    """The project's texts.

    Attributes:
        texts: path relative to the project's root (forward slashes) → text with its own newlines.
        assets_dir: the folder that holds `templates/` and `environments/`, relative to the root.
        unreadable: findings about files that are no texts; those are not in `texts`.
    """

    texts: Mapping[str, str]
    assets_dir: str = "superset_assets"
    unreadable: tuple[Problem, ...] = ()

    @property
    def templates(self) -> Mapping[str, str]:
        """Name inside `templates/`, e.g. `charts/births.yaml.j2` → text; assets, macros and includes."""
        return self._below(f"{self.assets_dir}/templates/")

    @property
    def environments(self) -> Mapping[str, str]:
        """Environment's name → text of its variables file."""
        found = self._below(f"{self.assets_dir}/environments/").paths
        return _Below(self.texts, {name.removesuffix(".yaml"): path for name, path in found.items() if "/" not in name})

    def template_path(self, name: str) -> str:
        """The path of a template, relative to the root."""
        return f"{self.assets_dir}/templates/{name}"

    def environment_path(self, environment: str) -> str:
        """The path of an environment's variables, relative to the root."""
        return f"{self.assets_dir}/environments/{environment}.yaml"

    def with_texts(self, changed: Mapping[str, str]) -> Sources:
        """The same sources with these files' texts added or replaced."""
        return replace(self, texts={**self.texts, **changed})

    def _below(self, prefix: str) -> _Below:
        return _Below(self.texts, {path[len(prefix) :]: path for path in sorted(self.texts) if path.startswith(prefix)})


class _Below(Mapping[str, str]):
    """Some of the texts under names of their own; a text that is never asked for is never read."""

    def __init__(self, texts: Mapping[str, str], paths: Mapping[str, str]) -> None:
        self._texts = texts
        self.paths = paths

    def __getitem__(self, name: str) -> str:
        return self._texts[self.paths[name]]

    def __contains__(self, name: object) -> bool:
        return name in self.paths

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)
