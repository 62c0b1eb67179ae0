"""Errors stand at the template's own line and column, wherever the broken text came from."""

from __future__ import annotations

import pytest

from fixtures.small_project import (
    CHART,
    DASHBOARD,
    DATASET,
    LOOK,
    MACROS,
    OTHER_CHART,
    edited,
    only_problem,
    problems,
    small_project,
    told,
    with_template,
)
from superset_gitops.model.sources import Sources


def place(sources: Sources) -> str:
    problem = only_problem(sources)
    return f"{problem.path.removeprefix('superset_assets/templates/')}:{problem.line}:{problem.col} {problem.rule}"


def test_the_sample_has_no_problems() -> None:
    assert problems(small_project()) == ()


def test_an_undefined_variable_is_told_with_close_matches_in_its_environment() -> None:
    sources = edited(OTHER_CHART, "{{ limit }}", "{{ limti }}")
    assert told(sources, "dev", "prod") == (
        f"{OTHER_CHART}:8:17: [error] 'limti' is not defined (did you mean 'limit'?) (undefined-variable)"
    )


def test_a_variable_that_one_environment_lacks_names_that_environment() -> None:
    path = "superset_assets/environments/staging.yaml"
    sources = small_project().with_texts({path: "suffix: x\nschema: y\n"})
    assert told(sources).startswith(f"{OTHER_CHART}:8:17: [error] [staging] 'limit' is not defined")


def test_all_undefined_variables_of_a_template_are_told_at_once() -> None:
    sources = edited(OTHER_CHART, "row_limit: {{ limit }}", "row_limit: {{ one }}\n  other: {{ two }}")
    assert [(p.line, p.col) for p in problems(sources)] == [(8, 17), (9, 13)]


def test_an_undefined_variable_inside_a_macro_and_an_include() -> None:
    assert place(edited(MACROS, "{{ title }}", "{{ titel }}")) == f"{MACROS}:2:16 undefined-variable"
    assert place(edited(LOOK, '",d"', "{{ formatt }}")) == f"{LOOK}:1:21 undefined-variable"


def test_an_undefined_attribute_lists_what_is_there() -> None:
    path = "superset_assets/environments/dev.yaml"
    sources = edited(OTHER_CHART, "{{ limit }}", "{{ limits.rows }}")
    sources = sources.with_texts({path: "suffix: x\nschema: y\nlimits: {row: 1}\n"})
    assert told(sources, "dev") == (
        f"{OTHER_CHART}:8:24: [error] 'dict object' has no attribute 'rows' (did you mean 'row'?) (undefined-variable)"
    )


@pytest.mark.parametrize(
    ("broken", "where"),
    [
        ("row_limit: {{ limit", "8:17"),
        ("row_limit: {{ limit | nofilter }}", "8:25"),
        ("row_limit: {{ limit limit }}", "8:23"),
        ("row_limit: {% if limit %}1", "8:14"),
        ("row_limit: {{ limit + }}", "8:25"),
    ],
)
def test_a_template_s_own_syntax(broken: str, where: str) -> None:
    assert place(edited(OTHER_CHART, "row_limit: {{ limit }}", broken)) == f"{OTHER_CHART}:{where} template-syntax"


def test_a_runtime_error_in_an_expression() -> None:
    assert place(edited(OTHER_CHART, "{{ limit }}", "{{ limit / 0 }}")) == f"{OTHER_CHART}:8:14 template-error"


def test_an_unknown_reference_is_told_at_the_call_with_close_matches() -> None:
    sources = edited(DASHBOARD, 'ref("charts/by_name") }}, width', 'ref("charts/by_nam") }}, width')
    assert told(sources) == (
        f"{DASHBOARD}:10:26: [error] there is no template 'charts/by_nam' to refer to "
        "(did you mean 'charts/by_name' or 'charts/total'?) (unknown-reference)"
    )


def test_an_unknown_reference_inside_a_macro_is_told_once_for_all_who_call_it() -> None:
    assert place(edited(MACROS, "datasets/main/births", "datasets/births")) == f"{MACROS}:3:23 unknown-reference"


def test_an_include_that_does_not_exist() -> None:
    sources = edited(CHART, "_parts/look", "_parts/lok")
    assert place(sources) == f"{CHART}:7:13 template-not-found"


def test_yaml_that_is_broken_by_a_value() -> None:
    sources = edited(OTHER_CHART, '"Births by name"', '"Births: by name"')
    assert place(sources) == f"{MACROS}:2:13 yaml-syntax"


def test_yaml_that_is_broken_in_an_include() -> None:
    assert place(edited(LOOK, '  y_axis_format: ",d"', ' y_axis_format: ",d"')) == f"{LOOK}:1:2 yaml-syntax"


def test_yaml_that_is_broken_inside_a_loop() -> None:
    loop = "{% for n in [1, 2] %}\n  key{{ n }}: [{{ n }}\n{% endfor %}\n"
    assert place(edited(OTHER_CHART, "  row_limit: {{ limit }}\n", loop)) == f"{OTHER_CHART}:9:15 yaml-syntax"


def test_a_duplicate_key_of_an_include() -> None:
    sources = edited(LOOK, '",d"\n', '",d"\n  y_axis_format: ""\n')
    assert place(sources) == f"{LOOK}:2:3 yaml-duplicate-key"


def test_a_schema_error_of_a_leaf_that_an_expression_gave() -> None:
    sources = edited(DASHBOARD, "width: 4,", "width: {{ 12 + 88 }},")
    assert place(sources) == f"{DASHBOARD}:8:52 dashboard-schema"


def test_a_schema_error_of_a_leaf_inside_a_macro() -> None:
    sources = edited(MACROS, "slice_name: {{ title }}", "slice_name: 5")
    found = problems(sources)
    assert {(p.path, p.line, p.col, p.rule) for p in found} == {
        (f"superset_assets/templates/{MACROS}", 2, 13, "chart-schema")
    }


def test_an_unknown_key_is_told_at_the_key() -> None:
    sources = edited(DATASET, "main_dttm_col", "main_dtm_col")
    assert told(sources) == (
        f"{DATASET}:5:1: [error] unknown key 'main_dtm_col' (did you mean 'main_dttm_col'?) (dataset-schema)"
    )


def test_places_hold_in_files_with_crlf() -> None:
    sources = edited(OTHER_CHART, "{{ limit }}", "{{ limti }}")
    path = sources.template_path(OTHER_CHART)
    sources = sources.with_texts({path: sources.texts[path].replace("\n", "\r\n")})
    assert place(sources) == f"{OTHER_CHART}:8:17 undefined-variable"
    sources = edited(DATASET, "main_dttm_col", "main_dtm_col")
    path = sources.template_path(DATASET)
    sources = sources.with_texts({path: sources.texts[path].replace("\n", "\r\n")})
    assert place(sources) == f"{DATASET}:5:1 dataset-schema"


def test_a_finding_in_text_that_cannot_be_traced_gets_the_best_line() -> None:
    broken = "slice_name: x\U00100000\nuuid: 66666666-6666-4666-8666-666666666666\nviz_type: 5\n"
    sources = with_template("charts/odd.yaml.j2", broken + 'dataset_uuid: {{ ref("datasets/main/births") }}\n')
    assert place(sources) == "charts/odd.yaml.j2:3:11 chart-schema"


def test_a_variables_file_has_its_own_lines() -> None:
    path = "superset_assets/environments/dev.yaml"
    sources = small_project().with_texts({path: "suffix: x\nschema: y\nref: 1\nday: 2020-01-01\n"})
    found = problems(sources, "dev")
    assert [(p.path, p.line, p.col, p.rule) for p in found] == [
        (path, 3, 1, "variables"),
        (path, 4, 6, "yaml-ambiguous"),
    ]
