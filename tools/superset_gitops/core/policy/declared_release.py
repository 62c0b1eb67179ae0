"""Owns the release of Superset that a policy declares for an environment, also where other things are wrong with it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from superset_gitops.core.documents.read_yaml import read_yaml
from superset_gitops.core.versions import Release, find_release
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.sources import Sources

POLICY = "policy.yaml"


def declared_release(sources: Sources, environment: str) -> Release | None:
    """The release of `apply.<environment>.superset_version`; None where policy declares none that there is."""
    version = _versions(sources.texts.get(POLICY, "")).get(environment)
    try:
        return find_release(version)[0] if version else None
    except ConfigurationError:
        return None  # a problem of the policy, told as that


@functools.lru_cache(maxsize=4)
def _versions(policy: str) -> Mapping[str, str]:
    # Most policies say nothing about it: they are not parsed for each environment that is compiled.
    value = read_yaml(policy).value if "superset_version" in policy else None
    apply: Any = value.get("apply") if isinstance(value, Mapping) else None
    if not isinstance(apply, Mapping):
        return {}
    said = {str(name): each.get("superset_version") for name, each in apply.items() if isinstance(each, Mapping)}
    return {name: version for name, version in said.items() if isinstance(version, str)}
