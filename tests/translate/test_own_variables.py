"""What only one environment is to show, where a variable of its own can say it: no guard, and no overlay."""

from __future__ import annotations

import pytest
from drifted import translated, ways

from fixtures import small_project as project
from superset_gitops.model.asset import Document
from superset_gitops.model.sources import Sources
from superset_gitops.model.translation import Scope, Translation, Way

HEAD = "uuid: {uuid}\ndataset_uuid: {{{{ ref('datasets/main/births') }}}}\nviz_type: table\n"
ONE, OTHER = "66666666-6666-4666-8666-666666666661", "66666666-6666-4666-8666-666666666662"
PART = "params:\n  size: {{ size | default(0.4) }}\n  look: {{ look | default('table') }}\n"
MACRO = "{% macro entry(name, format='long') %}\n{name: {{ name }}, format: {{ format }}}\n{% endmacro %}\n"


def two_charts(one: str, other: str) -> Sources:
    """Two charts of the small project, with parts that both use."""
    sources = project.with_template("charts/one.yaml.j2", HEAD.format(uuid=ONE) + one)
    sources = project.with_template("charts/other.yaml.j2", HEAD.format(uuid=OTHER) + other, sources)
    sources = project.with_template("_parts/part.j2", PART, sources)
    return project.with_template("_parts/macro.j2", MACRO, sources)


def template(done: Translation, name: str) -> str:
    text = done.after.texts[f"superset_assets/templates/{name}.j2"]
    return text.partition("viz_type: table\n")[2] if name.startswith("charts/") else text


def added(done: Translation, environment: str) -> str:
    path = done.after.environment_path(environment)
    return done.after.texts[path].removeprefix(done.before.texts[path])


def params(**values: object) -> object:
    return lambda normal: normal["params"].update(values)


def title(text: str) -> object:
    def doing(normal: Document) -> None:
        normal["slice_name"] = text

    return doing


TITLES = [
    ("Girls{{ mark }}", "All girls [prod]", '{{ one_slice_name | default("Girls") }}{{ mark }}', "All girls"),
    ("'Girls{{ mark }}'", "Boys [prod]", "'{{ one_slice_name | default(\"Girls\") }}{{ mark }}'", "Boys"),
    ("Girls{{ mark }}, all", "Girls [prod], some", 'Girls{{ mark }}{{ one_slice_name | default(", all") }}',
     '", some"'),
    ("Girls{{ mark }}", "Girls [prod] more", "Girls{{ one_mark | default(mark) }}", '" [prod] more"'),
]  # fmt: skip


@pytest.mark.parametrize(("before", "shown", "after", "value"), TITLES)
def test_the_literal_part_of_a_text(before: str, shown: str, after: str, value: str) -> None:
    sources = two_charts(f"slice_name: {before}\n", "slice_name: Other{{ mark }}\n")
    texts = {
        sources.environment_path(env): f'{sources.texts[sources.environment_path(env)]}mark: " [{env}]"\n'
        for env in sources.environments
    }
    done = translated(sources.with_texts(texts), {"charts/one": title(shown)}, "prod", Scope.ONLY_HERE)
    assert ways(done) == [Way.OVERRIDE]
    assert template(done, "charts/one.yaml") == f"slice_name: {after}\n"
    assert added(done, "prod").partition(": ")[2] == f"{value}\n"


def test_what_an_included_part_prints_by_itself() -> None:
    sources = two_charts(*["slice_name: A\n{% include '_parts/part.j2' %}\n"] * 2)
    done = translated(sources, {"charts/one": params(size=0.9)}, "prod", Scope.ONLY_HERE)
    assert ways(done) == [Way.OVERRIDE]
    given = "{% set size = one_size | default(0.4) %}\n"
    assert template(done, "charts/one.yaml") == f"slice_name: A\n{given}{{% include '_parts/part.j2' %}}\n"
    assert template(done, "charts/other.yaml") == template(done, "charts/one.yaml").replace(given, "")
    assert added(done, "prod") == "one_size: 0.9\n"


def test_words_that_are_added_to_what_a_part_prints() -> None:
    """An insertion at the edge of an expression may be the expression's: the text beside it is everybody's."""
    sources = two_charts(*["slice_name: A\n{% include '_parts/part.j2' %}\n"] * 2)
    done = translated(sources, {"charts/one": params(look="table more")})
    assert ways(done) == [Way.PARAMETER]
    assert '{% set look = "table more" %}' in template(done, "charts/one.yaml")
    assert template(done, "_parts/part") == PART


def test_a_constant_that_a_macro_is_called_with() -> None:
    call = "slice_name: A\nparams:\n  one: {{ m.entry('Girls') | trim }}\n"
    sources = two_charts(f"{{% import '_parts/macro.j2' as m %}}\n{call}", "slice_name: B\n")
    done = translated(
        sources, {"charts/one": lambda normal: normal["params"]["one"].update(name="Boys")}, "prod", Scope.ONLY_HERE
    )
    assert ways(done) == [Way.OVERRIDE]
    assert "{{ m.entry(one_one_name | default('Girls')) | trim }}" in template(done, "charts/one.yaml")
    assert added(done, "prod") == "one_one_name: Boys\n"
