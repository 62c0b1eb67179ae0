"""Owns what the hooks of a commit share: everything that is wrong with the project as it is staged, found once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from superset_gitops.core.compile.asset_templates import declared_uuid, is_asset, stray_files
from superset_gitops.core.compile.compile_bundle import variables_are_broken
from superset_gitops.core.compile.overlays import overlay_hashes, read_overlays
from superset_gitops.core.compile.references import find_uuids
from superset_gitops.core.compile.variables import read_variables
from superset_gitops.core.hooks.compile_units import Environment
from superset_gitops.core.hooks.memory import Memory
from superset_gitops.core.hooks.recompile import Recompiled, recompile
from superset_gitops.core.hooks.unit import digest
from superset_gitops.core.policy.declared_release import declared_release
from superset_gitops.core.validate.lint_all import broken_config, lint_files
from superset_gitops.core.validate.merge_problems import merge_problems
from superset_gitops.core.validate.rules import clear_text_secret
from superset_gitops.core.versions import NEWEST
from superset_gitops.edges.files.project import LINT_FILES, POLICY_FILE
from superset_gitops.edges.git.staged import StagedTree
from superset_gitops.edges.git.staged_sources import StagedTexts, source_paths
from superset_gitops.model.problem import Problem
from superset_gitops.model.sources import Sources
from superset_gitops.workflows.compile_in_parallel import in_parallel
from superset_gitops.workflows.staged_policy import Layout, check_policy, check_sql


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with a staged project, each problem once, and what to remember of it.

    Attributes:
        renders: how many renders were made anew.
    """

    problems: tuple[Problem, ...]
    memory: Memory = field(repr=False)
    renders: int


def check_staged(tree: StagedTree, layout: Layout, memory: Memory) -> Checked:
    """Check a project that is staged; what the memory has an answer for is not looked at again."""
    paths = source_paths(tree, layout.assets_dir)
    texts = StagedTexts(tree, paths)
    hashes = {path: f"{tree.files[path].mode} {tree.files[path].oid}" for path in paths}
    changed = memory.unclean("text", hashes)
    sources = Sources(texts, layout.assets_dir)
    environments = sources.environments
    always = [*LINT_FILES, *map(sources.environment_path, environments)]
    problems = texts.read([*always, *changed, *_read_before(sources, memory, changed)])
    unreadable = [problem.path for problem in problems]
    memory.note_clean("text", {path: hashes[path] for path in changed}, unreadable)
    problems += stray_files(sources)
    problems += check_policy(tree, sources, memory)
    problems += check_sql(tree, layout, memory)
    problems += _check_secrets(sources, hashes, memory)
    lint, told = _check_style(sources, hashes, memory)
    problems += told
    found = _check_templates(sources, {path: hashes[path] for path in texts}, lint, memory)
    problems += found.problems
    kept = replace(memory, units=found.units, clean=_of_existing(memory.clean, tree))
    return Checked(merge_problems(problems, list(environments)), kept, found.renders)


def _read_before(sources: Sources, memory: Memory, changed: Iterable[str]) -> Iterable[str]:
    """What the changed templates read when they were last rendered: they will read it again."""
    prefix = sources.template_path("")
    for path in changed:
        for unit in memory.units.get(path.removeprefix(prefix), {}).values():
            yield from (sources.template_path(name) for name in unit["templates"])


def _check_secrets(sources: Sources, hashes: Mapping[str, str], memory: Memory) -> list[Problem]:
    """Secrets in the sources' own texts."""
    looked_at = memory.unclean("secrets", {path: hashes[path] for path in sources.texts})
    told = list(
        clear_text_secret.check_texts(replace(sources, texts={path: sources.texts[path] for path in looked_at}))
    )
    memory.note_clean("secrets", {path: hashes[path] for path in looked_at}, [problem.path for problem in told])
    return told


def _check_style(sources: Sources, hashes: Mapping[str, str], memory: Memory) -> tuple[str | None, list[Problem]]:
    """The project's own configuration of yamllint, and what is wrong with the style of policy and variables."""
    path = next((name for name in LINT_FILES if name in sources.texts), None)
    config = sources.texts[path] if path else None
    stamp = hashes[path] if path else ""
    if memory.unclean("lint", {"": stamp}):
        memory.units.clear()  # their style was judged by another configuration
    yaml = [POLICY_FILE, *map(sources.environment_path, sources.environments)]
    stamps = {path: f"{hashes[path]} {stamp}" for path in yaml if path in sources.texts}
    looked_at = memory.unclean("style", stamps)
    try:
        if config is not None and memory.unclean("lint", {"": stamp}):
            list(lint_files({"": ""}, config))
        told = list(lint_files({path: sources.texts[path] for path in looked_at}, config))
    except ValueError as error:
        return None, [broken_config(path or "", error)]
    memory.note_clean("lint", {"": stamp}, ())
    memory.note_clean("style", {path: stamps[path] for path in looked_at}, [problem.path for problem in told])
    return config, told


def _check_templates(
    sources: Sources, hashes: Mapping[str, str], lint_config: str | None, memory: Memory
) -> Recompiled:
    """What is wrong with what the templates compile to, and with the variables that they need for that."""
    templates = sources.templates
    prefix = sources.template_path("")
    oids = {name: hashes[prefix + name] for name in templates} | overlay_hashes(sources, hashes)
    literal = {name: uuid for name, (oid, uuid) in memory.literal.items() if oids.get(name) == oid}
    for name in filter(is_asset, templates):
        if name not in literal and (uuid := declared_uuid(templates[name])):
            literal[name] = uuid
    memory.literal.clear()
    memory.literal.update({name: [oids[name], uuid] for name, uuid in literal.items()})
    _forget_other_releases(sources, memory)
    environments: list[Environment] = []
    problems: list[Problem] = []
    for name in sources.environments:
        variables, told = read_variables(sources, name)
        problems += (*told, *read_overlays(sources, name)[1])
        if not variables_are_broken(told):
            uuids = find_uuids(templates, {**variables, "env": name}, literal)
            digests = {variable: digest(value) for variable, value in variables.items()}
            environments.append(Environment(name, variables, digests, uuids))
    compile_all = in_parallel(sources, oids, lint_config)
    found = recompile(sources, oids, environments, memory.units, lint_config, compile_all)
    # Those of an environment whose variables are broken now: they may be good again.
    for environment in set(sources.environments) - {each.name for each in environments}:
        for name, units in memory.units.items():
            if environment in units:
                found.units.setdefault(name, {})[environment] = units[environment]
    return replace(found, problems=(*problems, *found.problems))


def _forget_other_releases(sources: Sources, memory: Memory) -> None:
    """What was found for another release of Superset than policy names now."""
    releases = {name: str(declared_release(sources, name) or NEWEST) for name in sources.environments}
    for environment in memory.unclean("release", releases):
        for units in memory.units.values():
            units.pop(environment, None)
    memory.note_clean("release", releases, ())


def _of_existing(clean: Mapping[str, str], tree: StagedTree) -> dict[str, str]:
    return {
        key: stamp
        for key, stamp in clean.items()
        if key.startswith(("lint ", "names ", "release ")) or key.partition(" ")[2] in tree.files
    }
