"""Owns the picture of a project: what every template renders to and means in every environment, and that after an edit.

Only what an edit can touch is rendered again, when it is looked at. Rendering is the plain one: nothing that makes
edits has a part in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from superset_gitops.core.compile.overlays import Overlay, read_overlays
from superset_gitops.core.compile.references import find_uuids, make_ref
from superset_gitops.core.compile.render_asset import render_asset
from superset_gitops.core.compile.template_environment import TemplateEnvironment
from superset_gitops.core.compile.template_failure import Failure
from superset_gitops.core.compile.trace import Trace
from superset_gitops.core.compile.traced_environment import trace_render
from superset_gitops.core.compile.variables import read_variables
from superset_gitops.core.documents.read_yaml import read_yaml
from superset_gitops.core.same import same
from superset_gitops.core.translate.uses import Use, same_uuids, uses_after, uses_of
from superset_gitops.core.translate.view import View, Views, view_of
from superset_gitops.model.asset import AssetId
from superset_gitops.model.problem import Level
from superset_gitops.model.sources import Sources

# What texts that were rendered for one edit mean: environments share most of them.
_Meanings = dict[tuple[str, str], View]


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
    views: Views = field(repr=False)
    fault: str = ""

    def template_of(self, asset: AssetId) -> str | None:
        """The template that gives an asset here."""
        return next((name for name, view in self.views.items() if view.id == asset), None)


@dataclass(frozen=True, slots=True)
class Picture:
    """All environments of a project.

    Attributes:
        templates: of the sources.
        uses: asset's template → what it is made of.
    """

    sources: Sources = field(repr=False)
    frames: Mapping[str, Frame]
    templates: Mapping[str, str] = field(repr=False)
    uses: Mapping[str, Use] = field(repr=False)

    @classmethod
    def of(cls, sources: Sources) -> Picture:
        """Render everything."""
        templates = dict(sources.templates)
        uses = uses_of(templates)
        step = _Step(sources, templates, uses, frozenset(templates), (), same_assets=False, same_uuids=False)
        return cls(sources, {name: _frame(step, name, None) for name in sources.environments}, templates, uses)

    def after(self, changed: Mapping[str, str | None]) -> Picture:
        """The picture after files got new texts; None removes a file."""
        texts = {path: text for path, text in {**self.sources.texts, **changed}.items() if text is not None}
        sources = replace(self.sources, texts=texts)
        prefix = sources.template_path("")
        edited = frozenset(path.removeprefix(prefix) for path in changed if path.startswith(prefix))
        templates, uses = self.templates, self.uses
        if edited:
            templates = dict(sources.templates)
            uses = uses_after(uses, self.templates, templates, edited)
        step = _Step(
            sources,
            templates,
            uses,
            edited,
            tuple(changed),
            same_assets=uses.keys() == self.uses.keys(),
            same_uuids=same_uuids(self.uses, uses),
        )
        return Picture(sources, {n: _frame(step, n, frame) for n, frame in self.frames.items()}, templates, uses)

    def trace(self, environment: str, template: str) -> Trace | None:
        """Where every character of a rendered template came from; None where tracing would change the text."""
        frame = self.frames[environment]
        return trace_render(template, frame.views[template].text, self.templates, frame.scope)


@dataclass(frozen=True, slots=True)
class _Step:
    """The step to other sources, for all environments.

    Attributes:
        uses: after it.
        edited: the templates that were edited, came or went.
        paths: all files of that kind.
        same_assets: no asset's template came or went.
        same_uuids: `ref()` gives the same uuids as before, whatever the variables are.
        meanings: of what was rendered for it.
    """

    sources: Sources
    templates: Mapping[str, str]
    uses: Mapping[str, Use]
    edited: frozenset[str]
    paths: tuple[str, ...]
    same_assets: bool
    same_uuids: bool
    meanings: _Meanings = field(default_factory=dict)

    def touches(self, start: str) -> bool:
        """Whether a file was edited whose path begins like this."""
        return any(path.startswith(start) for path in self.paths)


def _frame(step: _Step, environment: str, before: Frame | None) -> Frame:
    sources, templates = step.sources, step.templates
    own = sources.environment_path(environment)
    laid_anew = before is None or not step.same_assets
    laid_anew = laid_anew or step.touches(f"{sources.assets_dir}/overlays/{environment}/")
    if before is not None and not step.edited and own not in step.paths and not laid_anew:
        return before
    overlays = read_overlays(sources, environment)[0] if before is None or laid_anew else before.overlays
    variables, fault = _variables(sources, environment, before if own not in step.paths else None)
    if fault:
        return Frame(variables, {}, {}, overlays, Views({}, (), _nothing), fault)
    scope: dict[str, Any] = {**variables, "env": environment}
    uuids = before.uuids if before is not None and step.same_uuids else find_uuids(templates, scope)
    failures: list[Failure] = []
    scope["ref"] = make_ref(uuids, templates, failures)
    known: Mapping[str, View] = {}
    again: Iterable[str] = step.uses
    if before is not None and not before.fault and before.uuids == uuids:
        known = before.views.all()
        known = known if step.same_assets else {name: view for name, view in known.items() if name in step.uses}
        moved = _moved(before.variables, variables)
        laid = {n for n in step.uses if before.overlays.get(n) != overlays.get(n)} if laid_anew else frozenset()
        touched = (n for n, use in step.uses.items() if use.may_use(step.edited) or use.may_read(moved))
        again = dict.fromkeys([*touched, *laid])
        remembered = {name: known[name] for name in again if name in known and name not in laid}
    else:
        remembered = {}
    jinja = TemplateEnvironment(templates, scope)
    looks = _Looks(jinja, templates, scope, failures, overlays, remembered, step.meanings)
    return Frame(variables, scope, uuids, overlays, Views(known, again, looks.look))


def _variables(sources: Sources, environment: str, before: Frame | None) -> tuple[Mapping[str, Any], str]:
    """The variables, and what is wrong with them; those of a frame whose file is the same."""
    if before is not None:
        return before.variables, before.fault
    variables, problems = read_variables(sources, environment)
    return variables, next((str(problem) for problem in problems if problem.level is Level.ERROR), "")


def _nothing(name: str) -> View:
    raise KeyError(name)


def _moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[str]:
    """The variables that have another value, or came or went."""
    if before is after:
        return frozenset()
    names = before.keys() | after.keys()
    return frozenset(n for n in names if not (n in before and n in after and same(before[n], after[n])))


@dataclass(frozen=True, slots=True)
class _Looks:
    """What it takes to render and understand the templates of one environment."""

    jinja: TemplateEnvironment
    templates: Mapping[str, str]
    scope: Mapping[str, Any]
    failures: list[Failure]
    overlays: Mapping[str, Overlay]
    remembered: Mapping[str, View]
    meanings: _Meanings

    def look(self, name: str) -> View:
        """Render a template; a text that is known from before, or from another environment, is not parsed again."""
        self.failures.clear()
        text, failed = render_asset(self.jinja, name, self.templates, self.scope)
        failed = (*failed, *self.failures)
        if text is None or failed:
            return View("", read_yaml(""), fault=failed[0].message if failed else "it does not render")
        old = self.remembered.get(name)
        if old is not None and old.text == text:
            return old
        overlay = self.overlays.get(name)
        if overlay is not None:
            return view_of(name, text, overlay)
        found = self.meanings.get((name, text))
        if found is None:
            found = self.meanings[name, text] = view_of(name, text, None)
        return found
