"""Owns which environments a command is about: those that were asked for, or all."""

from __future__ import annotations

from collections.abc import Sequence

from superset_gitops.core.documents.suggest import did_you_mean
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.sources import Sources


def chosen_environments(sources: Sources, names: Sequence[str] | None) -> list[str]:
    """The environments that were asked for, each once; None means all that have a variables file.

    Raises:
        ConfigurationError: one of them has none; names those that do.
    """
    known = list(sources.environments)
    if names is None:
        return known
    for name in names:
        if name not in known:
            has = f"known are: {', '.join(known)}" if known else f"add {sources.environment_path(name)}"
            raise ConfigurationError(f"there is no environment {name!r}{did_you_mean(name, known)}", remedy=has)
    return list(dict.fromkeys(names))
