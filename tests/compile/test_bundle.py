"""A bundle is complete, in Superset's export layout, and the same bytes every time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from fixtures.small_project import (
    CHART,
    DASHBOARD,
    DATABASE,
    DATASET,
    OTHER_CHART,
    TEMPLATES,
    compiled,
    edited,
    small_project,
    with_template,
)
from superset_gitops.core.compile.bundle_files import bundle_files, stale_files
from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.sources import Sources

UUIDS = {CHART: "3" * 8 + "-3333-4333-8333-" + "3" * 12, OTHER_CHART: "4" * 8 + "-4444-4444-8444-" + "4" * 12}


def document(sources: Sources, kind: Kind, environment: str = "dev") -> Document:
    result = compile_bundle(sources, environment)
    assert not result.problems, result.problems
    return next(iter(result.bundle.of_kind(kind))).document


def paths(sources: Sources) -> list[str]:
    return sorted(bundle_files(compile_bundle(sources, "dev").bundle))


def test_files_are_named_after_titles_without_numbers() -> None:
    assert paths(small_project()) == [
        "charts/All_births_dev.yaml",
        "charts/Births_by_name.yaml",
        "dashboards/Births_dev.yaml",
        "databases/Main_dev.yaml",
        "datasets/Main_dev/births.yaml",
        "manifest.json",
        "metadata.yaml",
    ]


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Geburten je Jahr: Mädchen/Jungen", "Geburten_je_Jahr_Mädchen_Jungen"),
        ("Рождения", "Рождения"),
        ("🎉", "44444444"),
        ("../../etc/passwd", "etc_passwd"),
        ("all births [DEV]", "all_births_DEV_44444444"),
        ("x" * 100, "x" * 60),
    ],
)
def test_titles_become_file_names_that_every_system_takes(title: str, stem: str) -> None:
    sources = edited(
        OTHER_CHART, '"Births by name"', json.dumps(json.dumps(title, ensure_ascii=False), ensure_ascii=False)
    )
    assert f"charts/{stem}.yaml" in paths(sources)


def test_the_manifest_names_asset_template_and_digest() -> None:
    files = bundle_files(compile_bundle(small_project(), "dev").bundle)
    manifest = json.loads(files["manifest.json"])
    assert manifest["environment"] == "dev"
    chart = next(a for a in manifest["assets"] if a["uuid"] == UUIDS[CHART])
    assert {key: chart[key] for key in ("kind", "name", "path", "template")} == {
        "kind": "chart",
        "name": "All births [dev]",
        "path": "charts/All_births_dev.yaml",
        "template": f"superset_assets/templates/{CHART}",
    }


def test_metadata_has_no_time_in_it() -> None:
    files = bundle_files(compile_bundle(small_project(), "dev").bundle)
    assert yaml.safe_load(files["metadata.yaml"]) == {"version": "1.0.0", "type": "assets"}


def test_every_field_is_named_and_no_defaulted_one_is_null() -> None:
    dataset = document(small_project(), Kind.DATASET)
    assert dataset["offset"] == 0
    assert dataset["cache_timeout"] is None
    assert dataset["columns"][1] == {
        "column_name": "name",
        "verbose_name": None,
        "is_dttm": False,
        "is_active": True,
        "type": "VARCHAR",
        "advanced_data_type": None,
        "groupby": True,
        "filterable": True,
        "expression": None,
        "description": None,
        "python_date_format": None,
        "extra": {},
    }
    database = document(small_project(), Kind.DATABASE)
    assert database["allow_csv_upload"] is False
    assert database["extra"] == {}


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (Kind.CHART, "query_context"),
        (Kind.DATABASE, "encrypted_extra"),
        (Kind.DATABASE, "masked_encrypted_extra"),
        (Kind.DATABASE, "ssh_tunnel"),
        (Kind.DATABASE, "password"),
    ],
)
def test_derived_fields_stay_out_unless_declared(kind: Kind, field: str) -> None:
    assert field not in document(small_project(), kind)


def test_declared_query_context_and_column_format_stay() -> None:
    sources = edited(CHART, "viz_type: big", "query_context: '{}'\nviz_type: big")
    assert (
        compile_bundle(sources, "dev").bundle.assets[AssetId(Kind.CHART, UUIDS[CHART])].document["query_context"]
        == "{}"
    )
    sources = edited(DATASET, "is_dttm: true", "is_dttm: true, datetime_format: '%Y'")
    assert document(sources, Kind.DATASET)["columns"][0]["datetime_format"] == "%Y"


def test_a_chart_s_params_say_its_type() -> None:
    params = document(small_project(), Kind.CHART)["params"]
    assert list(params) == ["metric", "y_axis_format", "subheader", "viz_type", "annotation_layers"]
    assert params["viz_type"] == "big_number_total"


def test_a_dashboard_gets_its_frame() -> None:
    position = document(small_project(), Kind.DASHBOARD)["position"]
    assert position["DASHBOARD_VERSION_KEY"] == "v2"
    assert position["ROOT_ID"]["children"] == ["GRID_ID"]
    assert position["GRID_ID"]["children"] == ["ROW-1"]
    assert position["HEADER_ID"]["meta"] == {"text": "Births [dev]"}
    assert position["CHART-total"] == {
        "type": "CHART",
        "id": "CHART-total",
        "children": [],
        "parents": ["ROOT_ID", "GRID_ID", "ROW-1"],
        "meta": {"width": 4, "height": 50, "uuid": UUIDS[CHART], "chartId": 2, "sliceName": "All births [dev]"},
    }


def test_metadata_refers_to_charts_by_the_layout_s_numbers() -> None:
    metadata = document(small_project(), Kind.DASHBOARD)["metadata"]
    assert metadata["expanded_slices"] == {"2": True}
    assert metadata["timed_refresh_immune_slices"] == [1]
    assert metadata["native_filter_configuration"][0]["scope"] == {"rootPath": ["ROOT_ID"], "excluded": [2]}
    assert metadata["native_filter_configuration"][0]["cascadeParentIds"] == []


def test_numbers_of_an_adopted_export_are_taken_too() -> None:
    sources = edited(DASHBOARD, 'ref("charts/total") }}, width', 'ref("charts/total") }}, chartId: 812, width')
    sources = edited(DASHBOARD, '{{ ref("charts/total") }}: true', '"812": true', sources)
    sources = edited(
        DASHBOARD,
        "metadata:\n",
        'metadata:\n  chart_configuration:\n    "812": {id: 812, crossFilters: {scope: global, chartsInScope: [9]}}\n',
        sources,
    )
    metadata = document(sources, Kind.DASHBOARD)["metadata"]
    assert metadata["expanded_slices"] == {"2": True}
    assert metadata["chart_configuration"] == {"2": {"id": 2, "crossFilters": {"scope": "global"}}}


def test_a_compiled_document_is_a_template_of_itself() -> None:
    """What an export holds can be adopted as it is: completing is idempotent."""
    bundle = compile_bundle(small_project(), "dev").bundle
    texts = {f"superset_assets/templates/{path}.j2": data.decode() for path, data in bundle_files(bundle).items()}
    texts = {path: text for path, text in texts.items() if path.endswith(".yaml.j2") and "metadata" not in path}
    texts["superset_assets/environments/dev.yaml"] = ""
    again = compile_bundle(Sources(texts), "dev")
    assert again.problems == ()
    assert {i: a.document for i, a in again.bundle.assets.items()} == {i: a.document for i, a in bundle.assets.items()}


def test_values_are_printed_as_yaml() -> None:
    variables = "suffix: ''\nschema: null\nlimit: [1, {a: null}]\nsubheader: \"a: 'b' é\"\n"
    sources = small_project().with_texts({"superset_assets/environments/dev.yaml": variables})
    assets = compile_bundle(sources, "dev").bundle.assets
    assert assets[AssetId(Kind.CHART, UUIDS[OTHER_CHART])].document["params"]["row_limit"] == [1, {"a": None}]
    assert assets[AssetId(Kind.CHART, UUIDS[CHART])].document["params"]["subheader"] == "a: 'b' é"
    assert document(sources, Kind.DATASET)["schema"] is None


def test_superset_s_own_jinja_stays() -> None:
    sql = "SELECT * FROM t WHERE x = '{{ filter_values(\"x\")[0] }}'"
    for text in (f"|{{% raw %}}\n  {sql}\n{{% endraw %}}\n", f"|\n  {{%+ raw %}}{sql}{{% endraw +%}}\n"):
        sources = edited(DATASET, "schema:", f"sql: {text}schema:")
        assert document(sources, Kind.DATASET)["sql"] == sql + "\n"


def test_a_template_that_renders_to_nothing_is_no_asset_of_this_environment() -> None:
    own = TEMPLATES[DATABASE].replace("1111-4111", "1111-4112").replace("Main", "Own")
    text = f"{{% if env == 'dev' %}}\n{own}{{% endif %}}\n# dev\n"
    results = compiled(with_template("databases/own.yaml.j2", text))
    assert [len(result.bundle.assets) for result in results.values()] == [6, 5, 5]
    assert all(not result.problems for result in results.values())


def test_a_computed_uuid_can_be_referred_to() -> None:
    sources = edited(DATABASE, "uuid: 1111", "{% set head = '1111' %}\nuuid: {{ head }}")
    assert document(sources, Kind.DATASET)["database_uuid"] == "11111111-1111-4111-8111-111111111111"


def test_no_time_no_chance_no_files() -> None:
    for text in (
        "{{ now() }}",
        "{{ [1, 2] | random }}",
        "{{ lipsum() }}",
        "{% include '/etc/passwd' %}",
        "{{ ref.x() }}",
    ):
        assert compile_bundle(with_template("charts/bad.yaml.j2", text), "dev").problems, text


@pytest.mark.parametrize(
    "text",
    [
        "{% for x in range(10 ** 9) %}x{% endfor %}",
        "{{ 'x' * 10 ** 10 }}",
        "{% for x in range(99999) %}{{ 'x' * 1000 }}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ ref.__globals__ }}",
        "[" * 50_000,
        "a: &a [*a]",
    ],
)
def test_hostile_templates_are_problems(text: str) -> None:
    result = compile_bundle(with_template("charts/bad.yaml.j2", text), "dev")
    assert {problem.path for problem in result.problems} == {"superset_assets/templates/charts/bad.yaml.j2"}
    assert len(result.bundle.assets) == len(TEMPLATES) - 2


_PRINT = """
import hashlib, sys
from fixtures.small_project import small_project
from superset_gitops.core.compile.bundle_files import bundle_files
from superset_gitops.core.compile.compile_bundle import compile_bundle
for name in ("dev", "prod"):
    for path, data in bundle_files(compile_bundle(small_project(), name).bundle).items():
        print(path, hashlib.sha256(data).hexdigest())
"""


def test_the_bytes_do_not_depend_on_the_process() -> None:
    tests = Path(__file__).parents[1]
    printed = set()
    for seed in ("0", "1", "4711"):
        path = os.pathsep.join((str(tests), str(tests.parent / "tools")))
        environ = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        run = subprocess.run([sys.executable, "-c", _PRINT], env=environ, check=True, capture_output=True, text=True)
        printed.add(run.stdout)
    assert len(printed) == 1
    assert "charts/All_births_dev.yaml" in printed.pop()


def test_only_files_that_a_manifest_names_are_stale() -> None:
    manifest = json.dumps(
        {"assets": [{"path": p} for p in ("charts/a.yaml", "charts/b.yaml", "charts/../../x.yaml", "y.txt", 5)]}
    )
    assert stale_files(manifest, ["charts/b.yaml"]) == ["charts/a.yaml"]
    assert stale_files("{", ["charts/b.yaml"]) == []
