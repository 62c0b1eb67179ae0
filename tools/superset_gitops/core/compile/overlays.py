"""Owns overlays: what one environment shows differently where no template says so yet, kept as a file of its own.

`overlays/ENV/charts/births.yaml` beside the templates changes what `charts/births.yaml.j2` renders to in that
environment. Its `set` and `remove` name fields as drift does: a dataset's columns and metrics by name, a dashboard's
filters by id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from superset_gitops.core.compile.asset_templates import kind_of
from superset_gitops.core.compile.put_back import Change, put_back
from superset_gitops.core.documents.place import line_and_column
from superset_gitops.core.documents.read_yaml import read_yaml
from superset_gitops.core.documents.write_yaml import write_yaml
from superset_gitops.core.drift.compare import leaves
from superset_gitops.model.asset import Document
from superset_gitops.model.plan import ABSENT, FieldPath
from superset_gitops.model.problem import Level, Problem
from superset_gitops.model.sources import TEMPLATE_SUFFIX, Sources

RULE = "overlay"
_HEAD = """\
# What {environment} shows differently from {template}.
# No small edit of the template was proven to say this: move it there, then delete this file.
"""


@dataclass(frozen=True, slots=True)
class Overlay:
    """The changes that one environment makes to one template's document."""

    template: str
    path: str
    changes: tuple[Change, ...]


def overlay_path(sources: Sources, environment: str, template: str) -> str:
    """The file of an overlay, relative to the project's root."""
    return f"{sources.assets_dir}/overlays/{environment}/{template.removesuffix(TEMPLATE_SUFFIX)}.yaml"


def read_as(environment: str, template: str) -> str:
    """What stands for a template's overlay among the names of the templates that a render read."""
    return f"../overlays/{environment}/{template.removesuffix(TEMPLATE_SUFFIX)}.yaml"


def overlay_hashes(sources: Sources, hashes: Mapping[str, str]) -> dict[str, str]:
    """The hashes of all overlays, by what stands for them."""
    prefix = f"{sources.assets_dir}/overlays/"
    return {
        f"../{path.removeprefix(f'{sources.assets_dir}/')}": hashes[path] for path in hashes if path.startswith(prefix)
    }


def read_overlays(sources: Sources, environment: str) -> tuple[dict[str, Overlay], tuple[Problem, ...]]:
    """Template → overlay of one environment; each overlay is a warning, a broken one an error."""
    found: dict[str, Overlay] = {}
    problems: list[Problem] = []
    prefix = f"{sources.assets_dir}/overlays/{environment}/"
    for path in [each for each in sources.texts if each.startswith(prefix)]:
        text = sources.texts[path]
        template = path.removeprefix(prefix).removesuffix(".yaml") + TEMPLATE_SUFFIX
        parsed = read_yaml(text)
        problems += [Problem(path, *line_and_column(text, f.offset), f.message, f.rule) for f in parsed.faults]
        changes = _changes(parsed.value)
        if sources.template_path(template) not in sources.texts:
            problems.append(Problem(path, 1, 1, f"there is no template {template} to lay it over: delete it", RULE))
        elif changes is None:
            message = "an overlay is a mapping with `set` (fields and values) and `remove` (a list of lists of names)"
            problems.append(Problem(path, 1, 1, message, RULE))
        else:
            found[template] = Overlay(template, path, changes)
            message = f"{template} is changed by this overlay: move it into the template or a variable"
            problems.append(Problem(path, 1, 1, message, RULE, Level.WARNING))
    return found, tuple(problems)


def overlaid(document: Any, overlay: Overlay | None) -> Any:
    """The document under its overlay."""
    kind = kind_of(overlay.template) if overlay is not None else None
    if overlay is None or kind is None or not isinstance(document, dict):
        return document
    return put_back(kind, document, overlay.changes)


def overlay_text(environment: str, template: str, before: Overlay | None, changes: Iterable[Change]) -> str:
    """The file of an overlay with some more changes."""
    known = dict(before.changes) if before is not None else {}
    for path, value in changes:
        flat = dict(leaves(value, path)) if isinstance(value, dict) and value else {path: value}
        for kept in [each for each in known if each[: len(path)] == path]:
            del known[kept]
        known |= flat
    told: Document = {}
    for path, value in known.items():
        if value is not ABSENT:
            _nest(told.setdefault("set", {}), path, value)
    removed = [list(path) for path, value in known.items() if value is ABSENT]
    if removed:
        told["remove"] = removed
    return _HEAD.format(environment=environment, template=template) + write_yaml(told)


def ordered(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Changes so that each finds what it needs: what goes first, an order of filters after the filters."""
    return tuple(sorted(changes, key=lambda change: (change[1] is not ABSENT, change[0][-1] == "order")))


def _nest(target: Document, path: FieldPath, value: Any) -> None:
    for name in path[:-1]:
        target = target.setdefault(name, {})
    target[path[-1]] = value


def _changes(value: Any) -> tuple[Change, ...] | None:
    if not isinstance(value, Mapping) or not value or set(value) - {"set", "remove"}:
        return None
    told, removed = value.get("set", {}), value.get("remove", [])
    if not isinstance(told, dict) or not isinstance(removed, list):
        return None
    if not all(isinstance(path, list) and path and all(isinstance(n, str) for n in path) for path in removed):
        return None
    return ordered([*leaves(told), *((tuple(path), ABSENT) for path in removed)])
