"""Owns the proof of an attempt: compiled afresh, everything adopted is what is live, and nothing else has moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from superset_gitops.core.adopt.attempt import Attempted, live_sides, path_owners, resolved_normal
from superset_gitops.core.adopt.request import Request
from superset_gitops.core.adopt.runtime import Runtime
from superset_gitops.core.compile.compile_bundle import CompileResult, compile_bundle
from superset_gitops.core.drift.make_plan import Named, make_plan
from superset_gitops.core.validate import validate
from superset_gitops.errors import ConfigurationError, SourceProblems
from superset_gitops.model.asset import AssetId
from superset_gitops.model.plan import PlanItem, State
from superset_gitops.model.problem import Level, Problem
from superset_gitops.model.sources import Sources


@dataclass(frozen=True, slots=True)
class Compiled:
    """Sources in all environments.

    Attributes:
        results: environment → bundle.
        errors: what validation finds.
    """

    results: Mapping[str, CompileResult] = field(repr=False)
    errors: tuple[Problem, ...]

    @classmethod
    def of(cls, sources: Sources, request: Request) -> Compiled:
        """Compile and validate; the environment of the request for its own Superset's release."""
        home = request.environment
        results = {
            name: compile_bundle(sources, name, request.release if name == home else None)
            for name in sources.environments
        }
        errors = tuple(each for each in validate(results, sources) if each.level is Level.ERROR)
        return cls(results, errors)

    def text(self, environment: str, template: str) -> str | None:
        """What a template renders to; None where it does not."""
        rendered = self.results[environment].locator.rendered.get(template)
        return None if rendered is None else rendered.text


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with an attempt.

    Attributes:
        faults: asset → why it has to be left out.
        elsewhere: new assets that other environments cannot have.
        plan: the comparison of everything that templates say with what is live.
    """

    faults: Mapping[AssetId, str]
    elsewhere: frozenset[AssetId]
    plan: tuple[PlanItem, ...] = field(repr=False)


def prove(before: Compiled, after: Compiled, attempted: Attempted, request: Request, runtime: Runtime) -> Verdict:
    """Look at both ends, without what the edits were made or judged with.

    Raises:
        SourceProblems: an error that no adopted asset has brought; nothing may be written.
        ConfigurationError: another environment, or what was applied before, would render otherwise.
    """
    owners = path_owners(attempted)
    faults = dict(attempted.faults)
    elsewhere: set[AssetId] = set()
    told = {(each.path, each.rule, each.message) for each in before.errors}
    for problem in (each for each in after.errors if (each.path, each.rule, each.message) not in told):
        blamed = owners.get(problem.path) or next((a for path, a in owners.items() if path in problem.message), None)
        if blamed is None:
            raise SourceProblems((problem,), remedy="nothing was written")
        if _only_elsewhere(problem, request.environment) and blamed not in attempted.templates:
            elsewhere.add(blamed)
        else:
            faults.setdefault(blamed, f"validation refuses it: {problem.message} ({problem.rule})")
    plan = _plan(after, request, runtime)
    adopted = set(owners.values())
    for item in plan:
        if item.id in adopted and item.state is not State.IN_SYNC:
            where = ", ".join(change.dotted for change in item.fields[:3]) or item.state.value
            faults.setdefault(item.id, f"no edit was proven to say it: {where}")
    if not faults and not elsewhere:
        _refuse_moved(before, after, request, runtime)
    return Verdict(faults, frozenset(elsewhere), plan)


def _plan(after: Compiled, request: Request, runtime: Runtime) -> tuple[PlanItem, ...]:
    bundle = after.results[request.environment].bundle
    normals = runtime.normals
    desired = {
        key: Named(resolved_normal(key, asset.document, request, normals.get(key, {})), asset.name, asset.template)
        for key, asset in bundle.assets.items()
    }
    return make_plan({}, desired, live_sides(normals), {}, release=request.release)


def _only_elsewhere(problem: Problem, home: str) -> bool:
    return problem.environment != "" and home not in problem.environment.split(", ")


def _refuse_moved(before: Compiled, after: Compiled, request: Request, runtime: Runtime) -> None:
    moved = next(_moved(before, after, request, runtime), None)
    if moved is not None:
        raise ConfigurationError(
            f"to adopt this, {moved}, although that says already what it is to be",
            where=request.environment,
            remedy="nothing was written; where that template, or a uuid that it refers to, was edited since the last "
            "deployment, deploy that first or undo it, then adopt again; where it was not, please report it, with the "
            "templates and the export",
        )


def _moved(before: Compiled, after: Compiled, request: Request, runtime: Runtime) -> Iterator[str]:
    """Templates that were there and render otherwise where they must not."""
    applied = {name for asset, name in runtime.managed.items() if asset in request.applied}
    for environment, result in before.results.items():
        for template in result.locator.rendered:
            if environment == request.environment and template not in applied:
                continue
            if before.text(environment, template) != after.text(environment, template):
                yield f"{template} would change in {environment}"
