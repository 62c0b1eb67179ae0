"""An asset has the same uuid in every environment.

That is what lets a change be followed from one environment to the next. A template whose uuid is meant to differ says
so with a comment of its own: `{# uuid: per environment #}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from superset_gitops.core.compile.compile_bundle import CompileResult
from superset_gitops.core.compile.finding import Finding

ID = "same-uuid"
_DECLARED = re.compile(r"\{#-?\s*uuid:\s*per environment\s*-?#\}")


def may_vary(template: str) -> bool:
    """Whether a template's text declares that its uuid differs."""
    return _DECLARED.search(template) is not None


def check_across(results: Mapping[str, CompileResult]) -> Iterator[tuple[str, Finding]]:
    """The environment and the finding for each template whose uuid is another one than in an earlier environment."""
    first: dict[str, tuple[str, str]] = {}
    for environment, result in results.items():
        prefix = result.locator.sources.template_path("")
        templates = result.locator.sources.templates
        for asset in sorted(result.bundle.assets.values(), key=lambda asset: asset.template):
            name = asset.template.removeprefix(prefix)
            other, uuid = first.setdefault(name, (environment, asset.id.uuid))
            if uuid != asset.id.uuid and not may_vary(templates[name]):
                message = f"its uuid is {asset.id.uuid} here and {uuid} in {other}: write one for all environments"
                yield environment, Finding(name, ("uuid",), message, ID)
