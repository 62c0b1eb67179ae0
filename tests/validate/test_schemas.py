"""The schemas refuse what Superset would take and then fail on, or silently ignore; each at its place."""

from __future__ import annotations

import pytest

from fixtures.small_project import CHART, DASHBOARD, DATABASE, DATASET, edited, problems


@pytest.mark.parametrize(
    ("template", "old", "new", "part"),
    [
        (DATABASE, "uuid: 1111", "uuid: AAAA", "canonical form"),
        (DATABASE, "database_name: Main{{ suffix }}", 'database_name: ""', "some text"),
        (DATABASE, "database_name: Main{{ suffix }}", f"database_name: {'x' * 251}", "longer than 250"),
        (DATABASE, "uuid:", "extra: {disable_ssh_tunneling: true}\nuuid:", "unknown key"),
        (DATABASE, "uuid:", "extra: null\nuuid:", "expected a mapping, got null"),
        (DATABASE, "uuid:", 'extra: ""\nuuid:', "expected a mapping"),
        (DATABASE, "uuid:", 'allow_dml: "yes"\nuuid:', 'expected true or false, got "yes"'),
        (DATABASE, "uuid:", "is_managed_externally: null\nuuid:", "expected true or false, got null"),
        (DATABASE, "uuid:", "version: 1.0\nuuid:", "got 1.0"),
        (DATABASE, "uuid:", "cache_timeout: 60.0\nuuid:", "expected a whole number or null, got 60.0"),
        (DATABASE, "uuid:", "encrypted_extra: 'x'\nuuid:", "not a JSON object"),
        (DATABASE, "uuid:", "encrypted_extra: '{}'\nmasked_encrypted_extra: '{\"a\": 1}'\nuuid:", "not both"),
        (DATABASE, "sqlalchemy_uri", "sqlalchemy_url", "'sqlalchemy_uri' is missing"),
        (
            DATASET,
            "main_dttm_col:",
            "data: https://example.com/x.csv\nmain_dttm_col:",
            "not allowed: the server would fetch",
        ),
        (DATASET, "main_dttm_col:", "offset: null\nmain_dttm_col:", "expected a whole number, got null"),
        (DATASET, "main_dttm_col:", 'offset: "5"\nmain_dttm_col:', "expected a whole number"),
        (DATASET, "main_dttm_col:", 'template_params: ""\nmain_dttm_col:', "expected a mapping or null"),
        (DATASET, "is_dttm: true", "is_dttm: true, groupby: null", "expected true or false, got null"),
        (DATASET, "columns:", "column:", "'columns' is missing"),
        (DATASET, "is_dttm: true", "is_dttm: true, uuid: x", "takes no uuid for a column"),
        (DATASET, "expression: SUM(num)", 'expression: SUM(num), currency: "USD"', "expected a mapping or null"),
        (CHART, "params:", "query_context: {a: 1}\nparams:", "expected text or null, got a mapping"),
        (CHART, "params:", "tags: [a]\nparams:", "ignores tags"),
        (CHART, "params:", "datasource_type: table\nparams:", "unknown key"),
        (CHART, "  metric:", "  annotation_layers: [{annotationType: EVENT}]\n  metric:", "drops every annotation"),
        (CHART, "  metric:", "  deck_slices: [3]\n  metric:", "does not translate"),
        (DASHBOARD, "slug: births", 'slug: ""', "never empty"),
        (DASHBOARD, "published: true", "published: null", "expected true or false"),
        (DASHBOARD, "published: true", "theme_uuid: 11111111-1111-4111-8111-111111111111", "ignores theme_uuid"),
        (DASHBOARD, "published: true", "roles: [Alpha]", "unknown key"),
        (DASHBOARD, "metadata:\n", "metadata:\n  default_filters: '{\"a\": 1}'\n", "use native filters"),
        (DASHBOARD, "      filterType: filter_select\n", "", "'filterType' is missing"),
        (DASHBOARD, "- datasetUuid:", "- datasetId: 5\n          datasetUuid:", "another dataset elsewhere"),
        (DASHBOARD, "ROW-1: {", "ROW-1: {type: ROWW, ", "did you mean 'ROW'"),
        (DASHBOARD, "width: 8", "width: 13", "expected at most 12"),
    ],
)
def test_refused(template: str, old: str, new: str, part: str) -> None:
    found = problems(edited(template, old, new))
    assert any(part in problem.message for problem in found), found
    assert {problem.rule.removesuffix("-schema") for problem in found} <= {"database", "dataset", "chart", "dashboard"}
    assert {problem.path.rsplit("templates/", 1)[1] for problem in found} == {template}


def test_a_list_of_filters_must_not_be_null() -> None:
    text = "metadata:\n  native_filter_configuration: null\n  other:\n"
    found = problems(edited(DASHBOARD, "metadata:\n", text.replace("  other:\n", "")))
    assert {problem.rule for problem in found} == {"yaml-duplicate-key"}
    sources = edited(DASHBOARD, "native_filter_configuration:", "native_filter_configuration: null\n  kept_elsewhere:")
    assert ["null makes the import fail" in problem.message for problem in problems(sources)] == [True]
