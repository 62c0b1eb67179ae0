"""Owns `Sources`: every text that compile and validate read, as one value; editing a file makes another value."""

from __future__ import annotations

from collections.abc import Mapping
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
    def templates(self) -> dict[str, str]:
        """Name inside `templates/`, e.g. `charts/births.yaml.j2` → text; assets, macros and includes."""
        return self._below(f"{self.assets_dir}/templates/")

    @property
    def environments(self) -> dict[str, str]:
        """Environment's name → text of its variables file."""
        found = self._below(f"{self.assets_dir}/environments/")
        return {name.removesuffix(".yaml"): text for name, text in found.items() if "/" not in name}

    def template_path(self, name: str) -> str:
        """The path of a template, relative to the root."""
        return f"{self.assets_dir}/templates/{name}"

    def environment_path(self, environment: str) -> str:
        """The path of an environment's variables, relative to the root."""
        return f"{self.assets_dir}/environments/{environment}.yaml"

    def with_texts(self, changed: Mapping[str, str]) -> Sources:
        """The same sources with these files' texts added or replaced."""
        return replace(self, texts={**self.texts, **changed})

    def _below(self, prefix: str) -> dict[str, str]:
        return {path[len(prefix) :]: self.texts[path] for path in sorted(self.texts) if path.startswith(prefix)}
