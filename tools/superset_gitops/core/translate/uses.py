"""Owns what each asset's template is made of: the templates that it uses, the names that they read, its own uuid."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

import jinja2.meta

from superset_gitops.core.compile.asset_templates import declared_uuid, is_asset
from superset_gitops.core.compile.template_environment import TemplateEnvironment


@dataclass(frozen=True, slots=True)
class Use:
    """One asset's template.

    Attributes:
        used: it and all that it includes and imports, directly or not; None where a name is only known at run time.
        read: the names that these read and do not define; None likewise.
        uuid: that it declares literally.
    """

    used: frozenset[str] | None = field(repr=False)
    read: frozenset[str] | None = field(repr=False)
    uuid: str | None

    def may_use(self, edited: frozenset[str]) -> bool:
        """Whether an edit of these templates can change what it renders to."""
        return self.used is None or not edited.isdisjoint(self.used)

    def may_read(self, names: frozenset[str]) -> bool:
        """Whether other values of these variables can."""
        return bool(names) and (self.read is None or not names.isdisjoint(self.read))


def uses_of(templates: Mapping[str, str]) -> dict[str, Use]:
    """Asset's template → what it is made of, in the order of the templates."""
    return {name: _use(name, templates) for name in templates if is_asset(name)}


def uses_after(
    uses: Mapping[str, Use], before: Mapping[str, str], after: Mapping[str, str], edited: frozenset[str]
) -> dict[str, Use]:
    """The same after templates were edited, came or went: `before` and `after` are all texts."""
    reshaped = frozenset(
        n for n in edited if n not in before or n not in after or _shape(before[n]) != _shape(after[n])
    )
    names = dict.fromkeys([*(name for name in uses if name in after), *filter(is_asset, sorted(edited & after.keys()))])
    return {
        n: uses[n] if n in uses and n not in edited and not uses[n].may_use(reshaped) else _use(n, after) for n in names
    }


def same_uuids(before: Mapping[str, Use], after: Mapping[str, Use]) -> bool:
    """Whether all assets are the same and declare the same uuids, all of them literally."""
    if before is after:
        return all(use.uuid for use in after.values())
    pairs = ((use, before.get(name)) for name, use in after.items())
    same = all(old is not None and use.uuid and use.uuid == old.uuid for use, old in pairs)
    return same and len(before) == len(after)


def used_templates(name: str, templates: Mapping[str, str]) -> frozenset[str] | None:
    """A template and all that it includes and imports, directly or not; None where a name is only known at run time."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each in found:
            continue
        found.add(each)
        used = _referenced(templates.get(each, ""))
        if used is None:
            return None
        waiting += used
    return frozenset(found)


@functools.lru_cache(maxsize=4096)
def names_read(text: str) -> frozenset[str]:
    """The names that a template reads and does not define: variables, `env`, `ref`; none where it cannot be parsed."""
    return _shape(text)[1]


def _referenced(text: str) -> tuple[str, ...] | None:
    return _shape(text)[0]


@functools.lru_cache(maxsize=4096)
def _shape(text: str) -> tuple[tuple[str, ...] | None, frozenset[str]]:
    """The templates that a text names, None where not all are known, and the names that it reads."""
    try:
        tree = TemplateEnvironment({}, {}).parse(text)
        names = list(jinja2.meta.find_referenced_templates(tree))
        read = frozenset(jinja2.meta.find_undeclared_variables(tree))
    except jinja2.TemplateError:
        return (), frozenset()
    return (None if None in names else tuple(name for name in names if name is not None)), read


def _use(name: str, templates: Mapping[str, str]) -> Use:
    used = used_templates(name, templates)
    read = None if used is None else frozenset[str]().union(*(names_read(templates.get(each, "")) for each in used))
    return Use(used, read, declared_uuid(templates[name]))
