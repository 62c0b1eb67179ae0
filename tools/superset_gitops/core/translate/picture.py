"""Owns the picture of a project: what every template renders to and means in every environment, and that after an edit.

Only what an edit can touch is rendered again. Rendering is the plain one: nothing that makes edits has a part in it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import jinja2.meta

from superset_gitops.core.compile.asset_templates import is_asset, kind_of, reference_name
from superset_gitops.core.compile.complete_asset import complete_asset
from superset_gitops.core.compile.overlays import Overlay, overlaid, read_overlays
from superset_gitops.core.compile.references import UNKNOWN_UUID, find_uuids, make_ref
from superset_gitops.core.compile.render_asset import render_asset
from superset_gitops.core.compile.template_environment import TemplateEnvironment
from superset_gitops.core.compile.template_failure import Failure
from superset_gitops.core.compile.trace import Trace
from superset_gitops.core.compile.traced_environment import trace_render
from superset_gitops.core.compile.variables import read_variables
from superset_gitops.core.documents.check_schema import check_schema
from superset_gitops.core.documents.read_yaml import Parsed, read_yaml
from superset_gitops.core.drift.compare import leaves
from superset_gitops.core.normal_form import layout_charts, normalize
from superset_gitops.core.same import same
from superset_gitops.model.asset import AssetId, Document
from superset_gitops.model.plan import FieldPath
from superset_gitops.model.problem import Level
from superset_gitops.model.sources import Sources


@dataclass(frozen=True, slots=True)
class View:
    """One template in one environment.

    Attributes:
        text: what it renders to; empty where it fails.
        parsed: that text, parsed.
        id: the asset; None where the template renders to nothing, or fails.
        document: the parsed document under its overlay.
        leaves: the normal form, leaf by leaf.
        fault: why it is no asset; empty where nothing is wrong.
    """

    text: str = field(repr=False)
    parsed: Parsed = field(repr=False)
    id: AssetId | None = None
    document: Document = field(default_factory=dict, repr=False)
    leaves: Mapping[FieldPath, Any] = field(default_factory=dict, repr=False)
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """One environment: what its templates see, and what they give.

    Attributes:
        variables: of its file.
        scope: what templates see: the variables, `env` and `ref`.
        uuids: what `ref()` takes → uuid.
        overlays: template → overlay.
        views: template → view.
        fault: why nothing can be rendered here.
    """

    variables: Mapping[str, Any]
    scope: Mapping[str, Any] = field(repr=False)
    uuids: Mapping[str, str] = field(repr=False)
    overlays: Mapping[str, Overlay] = field(repr=False)
    views: Mapping[str, View] = field(repr=False)
    fault: str = ""

    def template_of(self, asset: AssetId) -> str | None:
        """The template that gives an asset here."""
        return next((name for name, view in self.views.items() if view.id == asset), None)


@dataclass(frozen=True, slots=True)
class Picture:
    """All environments of a project."""

    sources: Sources = field(repr=False)
    frames: Mapping[str, Frame]

    @classmethod
    def of(cls, sources: Sources) -> Picture:
        """Render everything."""
        return cls(sources, {name: _frame(sources, name, None, None) for name in sources.environments})

    def after(self, changed: Mapping[str, str | None]) -> Picture:
        """The picture after files got new texts; None removes a file."""
        texts = {path: text for path, text in {**self.sources.texts, **changed}.items() if text is not None}
        sources = replace(self.sources, texts=texts)
        frames = {name: _frame(sources, name, frame, changed) for name, frame in self.frames.items()}
        return Picture(sources, frames)

    def trace(self, environment: str, template: str) -> Trace | None:
        """Where every character of a rendered template came from; None where tracing would change the text."""
        frame = self.frames[environment]
        return trace_render(template, frame.views[template].text, self.sources.templates, frame.scope)


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
def _referenced(text: str) -> tuple[str, ...] | None:
    try:
        names = list(jinja2.meta.find_referenced_templates(TemplateEnvironment({}, {}).parse(text)))
    except jinja2.TemplateError:
        return ()
    return None if None in names else tuple(name for name in names if name is not None)


@functools.lru_cache(maxsize=4096)
def names_read(text: str) -> frozenset[str]:
    """The names that a template reads and does not define: variables, `env`, `ref`; none where it cannot be parsed."""
    try:
        return frozenset(jinja2.meta.find_undeclared_variables(TemplateEnvironment({}, {}).parse(text)))
    except jinja2.TemplateError:
        return frozenset()


def _frame(sources: Sources, environment: str, before: Frame | None, changed: Mapping[str, str | None] | None) -> Frame:
    prefix = sources.template_path("")
    templates = sources.templates
    edited = {path.removeprefix(prefix) for path in changed or {} if path.startswith(prefix)}
    own = {sources.environment_path(environment)}
    if before is not None and changed is not None and not edited and not _concerns(changed, own, sources, environment):
        return before
    variables, problems = read_variables(sources, environment)
    errors = [problem for problem in problems if problem.level is Level.ERROR]
    overlays, _ = read_overlays(sources, environment)
    if errors:
        return Frame(variables, {}, {}, overlays, {}, str(errors[0]))
    scope: dict[str, Any] = {**variables, "env": environment}
    uuids = find_uuids(templates, scope)
    failures: list[Failure] = []
    scope["ref"] = make_ref(uuids, templates, failures)
    again = before is None or changed is None or before.uuids != uuids
    moved = _moved(before.variables, variables) if before is not None else frozenset()
    views: dict[str, View] = {}
    jinja = TemplateEnvironment(templates, scope)
    for name in filter(is_asset, templates):
        known = before.views.get(name) if before is not None and not again else None
        used = used_templates(name, templates)
        same_overlay = before is not None and before.overlays.get(name) == overlays.get(name)
        reads = moved and used is not None and any(moved & names_read(templates.get(each, "")) for each in used)
        if known is not None and used is not None and not used & edited and same_overlay and not reads:
            views[name] = known
        else:
            failures.clear()
            views[name] = _view(jinja, name, templates, scope, failures, overlays.get(name))
    return Frame(variables, scope, uuids, overlays, views)


def _moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[str]:
    """The variables that have another value, or came or went."""
    names = before.keys() | after.keys()
    return frozenset(n for n in names if not (n in before and n in after and same(before[n], after[n])))


def _concerns(changed: Mapping[str, str | None], own: set[str], sources: Sources, environment: str) -> bool:
    overlays = f"{sources.assets_dir}/overlays/{environment}/"
    return any(path in own or path.startswith(overlays) for path in changed)


def _view(
    jinja: TemplateEnvironment,
    name: str,
    templates: Mapping[str, str],
    scope: Mapping[str, Any],
    failures: list[Failure],
    overlay: Overlay | None,
) -> View:
    text, failed = render_asset(jinja, name, templates, scope)
    failed = (*failed, *failures)
    if text is None or failed:
        return View("", read_yaml(""), fault=failed[0].message if failed else "it does not render")
    parsed = read_yaml(text)
    kind = kind_of(name)
    if parsed.faults:
        return View(text, parsed, fault=parsed.faults[0].message)
    if parsed.empty or kind is None:
        return View(text, parsed)
    document = overlaid(parsed.value, overlay)
    for path, _, message in check_schema(kind.value, document):
        return View(text, parsed, fault=f"{'.'.join(map(str, path))}: {message}")
    complete = complete_asset(kind, document, {})
    normal = normalize(kind, complete)
    if "position" in complete:
        normal["charts"] = sorted(layout_charts(complete["position"]))
    uuid = str(document["uuid"])
    if uuid == UNKNOWN_UUID:
        return View(text, parsed, fault=f"{reference_name(name)} has no uuid")
    return View(text, parsed, AssetId(kind, uuid), document, dict(leaves(normal)))
