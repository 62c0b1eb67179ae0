"""The law of recompiling: after any edits, what is found from memory is what a look at everything finds."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from fixtures.small_project import (
    CHART,
    DASHBOARD,
    DATABASE,
    DATASET,
    LOOK,
    MACROS,
    OTHER_CHART,
    problems,
    small_project,
)
from superset_gitops.core.compile.overlays import overlay_hashes
from superset_gitops.core.compile.references import find_uuids
from superset_gitops.core.compile.variables import read_variables
from superset_gitops.core.hooks.compile_units import Environment
from superset_gitops.core.hooks.memory import Memory
from superset_gitops.core.hooks.recompile import Recompiled, recompile
from superset_gitops.core.hooks.unit import Units, digest
from superset_gitops.core.validate.merge_problems import merge_problems
from superset_gitops.model.problem import Problem
from superset_gitops.model.sources import Sources

STAGING = "superset_assets/environments/staging.yaml"
PROD = "superset_assets/environments/prod.yaml"


def through_json(units: Units) -> Units:
    return Memory.of(json.loads(json.dumps(Memory(units).document()))).units


@dataclass
class Committer:
    """Somebody who commits one state of the sources after another."""

    units: Units = field(default_factory=dict)

    def commit(self, sources: Sources) -> tuple[tuple[Problem, ...], Recompiled]:
        templates = sources.templates
        hashes = {path: hashlib.sha256(text.encode()).hexdigest() for path, text in sources.texts.items()}
        oids = {name: hashes[sources.template_path(name)] for name in templates} | overlay_hashes(sources, hashes)
        environments = []
        for name in sources.environments:
            variables, _ = read_variables(sources, name)
            uuids = find_uuids(templates, {**variables, "env": name})
            digests = {variable: digest(value) for variable, value in variables.items()}
            environments.append(Environment(name, variables, digests, uuids))
        done = recompile(sources, oids, environments, self.units, None)
        self.units = through_json(done.units)
        return merge_problems(done.problems, list(sources.environments)), done


def of_templates(found: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Without those of a text by itself, which are none of recompiling."""
    return tuple(p for p in found if p.rule != "stray-file" and "in an address in clear text" not in p.message)


EDITS = [
    (OTHER_CHART, "44444444-4444-4444-8444-444444444444", "33333333-3333-4333-8333-333333333333"),
    (OTHER_CHART, "44444444-4444-4444-8444-444444444444", "66666666-6666-4666-8666-666666666666"),
    (OTHER_CHART, "44444444", "{{ limit }}444444"),
    (OTHER_CHART, "groupby: [name]", "groupby: [nam]"),
    (OTHER_CHART, "groupby: [name]", "groupby: [name"),
    (OTHER_CHART, "row_limit: {{ limit }}", "row_limit:   {{ limit }} "),
    (OTHER_CHART, "viz_type: table", "viz_type: dist_bar"),
    (OTHER_CHART, "metrics: [births]", "metrics: [{{ metric | default('births') }}]"),
    (DATASET, "  - {column_name: name, type: VARCHAR}\n", ""),
    (DATASET, "metric_name: births", "metric_name: babies"),
    (DATASET, "  - {column_name: num", "  - {column_name: year}\n  - {column_name: num"),
    (DATASET, "table_name: births", "table_name: birth"),
    (DATASET, "schema: {{ schema }}", "schema: null"),
    (DATASET, "uuid: 2", "uuid: 9"),
    (DATASET, "uuid: 2", "{% if env != 'prod' %}\nuuid: 2"),
    (DATABASE, "database_name: Main", "database_name: Other"),
    (DATABASE, "${DATA_PASSWORD}", "opensesame"),
    (DATABASE, "uuid: 1", "uuid: 5"),
    (CHART, "metric: births", "metric: deaths"),
    (CHART, "{% include", "{% include 'x' ignore missing %}\n{% include"),
    (DASHBOARD, 'ref("charts/total") }}, width', 'ref("charts/totl") }}, width'),
    (DASHBOARD, "width: 8", "width: 9"),
    (DASHBOARD, "column: {name: name}", "column: {name: year}"),
    (DASHBOARD, "slug: births", "slug: {{ schema }}"),
    (DASHBOARD, 'excluded: [{{ ref("charts/total") }}]', "excluded: [12]"),
    (MACROS, "slice_name: {{ title }}", "slice_name: {{ title }}{{ suffix }}"),
    (MACROS, "datasets/main/births", "datasets/main/deaths"),
    (LOOK, 'y_axis_format: ",d"', "y_axis_format: {{ format }}"),
    (STAGING, "limit:", "limits:"),
    (STAGING, "schema: staging_data", "schema: [staging_data]"),
    (PROD, "limit: 40", "limit: 41"),
    (PROD, "suffix:", "format: x\nsuffix:"),
]
EXTRA = {
    "charts/again.yaml.j2": "slice_name: Again\nuuid: 44444444-4444-4444-8444-444444444444\n"
    'dataset_uuid: {{ ref("datasets/main/births") }}\nviz_type: table\n',
    "datasets/main/other.yaml.j2": "table_name: births\nuuid: 77777777-7777-4777-8777-777777777777\n"
    'schema: dev_data\ndatabase_uuid: {{ ref("databases/main") }}\n',
    "x": "  a: 1\n",
    "datasets/main/third.yaml.j2": "table_name: births\nuuid: 88888888-8888-4888-8888-888888888888\n"
    "schema: dev_data\ndatabase_uuid: 11111111-1111-4111-8111-111111111111\n",
}
NOT_IN_PROD = [f"{name} in prod" for name in (DATASET, DATABASE, CHART)]
steps = st.lists(
    st.one_of(
        st.sampled_from(range(len(EDITS))),
        st.sampled_from([OTHER_CHART, DATASET, DATABASE, LOOK, *NOT_IN_PROD, *EXTRA]),
    ),
    min_size=1,
    max_size=5,
)


def apply(state: frozenset[int | str]) -> Sources:
    """The sources with these edits made, these templates removed, and these added."""
    sources = small_project()
    texts = dict(sources.texts)
    for number in sorted(each for each in state if isinstance(each, int)):
        name, old, new = EDITS[number]
        path = name if name in texts else sources.template_path(name)
        texts[path] = texts[path].replace(old, new)
    for name in sorted(each for each in state if isinstance(each, str)):
        path = sources.template_path(name.removesuffix(" in prod"))
        if name.endswith(" in prod"):
            texts[path] = "{% if env != 'prod' %}\n" + texts.get(path, "") + "{% endif %}\n"
        elif name in EXTRA:
            texts[path] = EXTRA[name]
        else:
            texts.pop(path, None)
    return Sources(texts)


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@example([2, 8, 29])
@example([0])
@example([f"{DATASET} in prod"])
@example(["datasets/main/other.yaml.j2", "datasets/main/third.yaml.j2"])
@given(steps)
def test_memory_finds_what_a_look_at_everything_finds(walk: list[int | str]) -> None:
    somebody = Committer()
    somebody.commit(small_project())
    state: frozenset[int | str] = frozenset()
    for step in walk:
        state = state ^ {step}
        sources = apply(state)
        found, _ = somebody.commit(sources)
        expected = of_templates(problems(sources))
        assert found == expected, sorted(map(str, state))
        assert Committer().commit(sources)[0] == expected, "without a memory"


def renders(name: str, old: str, new: str) -> int:
    somebody = Committer()
    somebody.commit(small_project())
    sources = small_project()
    path = name if name in sources.texts else sources.template_path(name)
    changed = sources.with_texts({path: sources.texts[path].replace(old, new)})
    assert changed != sources
    return somebody.commit(changed)[1].renders


def test_only_what_can_have_changed_is_rendered() -> None:
    assert renders(CHART, "metric: births", "metric: births  # ours") == 3
    assert renders(PROD, "limit: 40", "limit: 41") == 1, "one chart reads it"
    assert renders(PROD, "suffix:", "unused: 1\nsuffix:") == 0
    assert renders(MACROS, "{{ title }}", "{{ title }} ") == 6, "two charts import it"
    assert renders(LOOK, ",d", ",f") == 3
    assert renders(DATASET, "type: VARCHAR", "type: TEXT") == 3, "charts do not depend on a column's type"


def test_an_overlay_that_comes_changes_or_goes_is_looked_at_and_nothing_else_is() -> None:
    committer, sources = Committer(), small_project()
    assert committer.commit(sources)[0] == ()
    path = "superset_assets/overlays/staging/charts/total.yaml"
    renders = []
    for text, wanted in (("set: {cache_timeout: soon}\n", 1), ("set: {cache_timeout: 60}\n", 0), (None, 0)):
        edited = sources.with_texts({path: text}) if text is not None else sources
        found, done = committer.commit(edited)
        assert [problem.rule for problem in found] == ["chart-schema"] * wanted
        renders.append(done.renders)
    assert renders == [2, 1, 1]  # a chart, and what shows it while it is broken; the whole project would be 15
