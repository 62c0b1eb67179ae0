"""What adopted templates say: as little as it takes, secrets as placeholders, variables where policy lists them."""

from __future__ import annotations

import pytest
from runtimes import chart, dashboard, database, dataset, empty_project, out_of_sync, small_runtime, uuid

from superset_gitops.core.adopt.adopt import adopt
from superset_gitops.core.adopt.request import Request
from superset_gitops.model.adoption import Adoption
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.translation import Scope

Runtime = dict[AssetId, Document]


def text(done: Adoption, name: str) -> str:
    return done.after.texts[f"superset_assets/templates/{name}.yaml.j2"]


def test_a_small_runtime_becomes_four_small_templates() -> None:
    done = adopt(empty_project("dev"), Request("dev", small_runtime()))
    assert [each.template.removeprefix("superset_assets/templates/") for each in done.adopted] == [
        "databases/main.yaml.j2",
        "datasets/main/births.yaml.j2",
        "charts/births.yaml.j2",
        "dashboards/overview.yaml.j2",
    ]
    assert (
        text(done, "databases/main")
        == f"""\
uuid: {uuid(1)}
database_name: Main
sqlalchemy_uri: postgresql://reader:${{MAIN_PASSWORD}}@db.example.com/births
configuration_method: dynamic_form
"""
    )
    assert (
        text(done, "charts/births")
        == f"""\
uuid: {uuid(3)}
slice_name: Births
dataset_uuid: {{{{ ref("datasets/main/births") }}}}
viz_type: table
params:
  groupby: [name]
  metrics: [count]
"""
    )
    assert (
        text(done, "dashboards/overview")
        == f"""\
uuid: {uuid(4)}
dashboard_title: Overview
published: true
metadata:
  color_scheme: supersetColors
position:
  ROW-1:
    children: [CHART-3]
  CHART-3:
    meta: {{uuid: {{{{ ref("charts/births") }}}}, width: 4, height: 50}}
"""
    )


def test_what_explore_filled_in_is_left_out_and_what_somebody_chose_stays() -> None:
    live = small_runtime()
    key, document = chart(3)
    params = {"extra_form_data": {}, "color_pn": True, "server_page_length": 10}
    live[key] = document | {"params": document["params"] | params | {"row_limit": 7}}
    done = adopt(empty_project("dev"), Request("dev", live))
    assert (
        text(done, "charts/births").partition("params:\n")[2]
        == "  groupby: [name]\n  metrics: [count]\n  row_limit: 7\n"
    )
    assert out_of_sync(done.after, "dev", live) == []


def test_long_texts_are_blocks_and_superset_s_own_jinja_is_kept_raw() -> None:
    sql = "SELECT *\nFROM dev_data.births\nWHERE {{ filter_values('x')[0] }} = 1\n"
    live = small_runtime() | dict([dataset(sql=sql), dashboard(css=".a {\n  b: c;\n}\n")])
    done = adopt(empty_project("dev", schema="dev_data"), Request("dev", live, variables={"schema": ("schema", "sql")}))
    assert (
        "sql: |\n  SELECT *\n  FROM {{ schema }}.births\n"
        "  {%+ raw %}WHERE {{ filter_values('x')[0] }} = 1{% endraw +%}\n"
    ) in text(done, "datasets/main/births")
    assert "schema: {{ schema }}\n" in text(done, "datasets/main/births")
    assert "css: |\n  .a {\n    b: c;\n  }\n" in text(done, "dashboards/overview")
    assert out_of_sync(done.after, "dev", live) == []


def test_references_survive_jinja_above_and_below_them() -> None:
    filters = [
        {
            "id": f"NATIVE_FILTER-{name}",
            "name": name,
            "description": f"{{{{ {name} }}}}",
            "type": "NATIVE_FILTER",
            "filterType": "filter_select",
            "targets": [{"column": {"name": "name"}, "datasetUuid": uuid(2)}],
            "scope": {"rootPath": ["ROOT_ID"], "excluded": [uuid(3)]},
        }
        for name in ("name", "second")
    ]
    live = small_runtime() | dict([dashboard(metadata={"native_filter_configuration": filters})])
    done = adopt(empty_project("dev"), Request("dev", live))
    said = text(done, "dashboards/overview")
    assert uuid(2) not in said
    assert uuid(3) not in said
    assert '      {%+ raw %}description: "{{ name }}"{% endraw +%}\n' in said
    assert said.count('datasetUuid: {{ ref("datasets/main/births") }}\n') == 2
    assert out_of_sync(done.after, "dev", live) == []


def test_a_dashboard_without_a_chart_has_an_empty_layout() -> None:
    identifier, document = dashboard(name="Nothing yet", charts=())
    document["position"].pop("ROW-1")
    document["position"]["GRID_ID"]["children"] = []
    live = {identifier: document}
    done = adopt(empty_project("dev"), Request("dev", live))
    assert [each.reason for each in done.refused] == []
    assert out_of_sync(done.after, "dev", live) == []


@pytest.mark.parametrize(
    ("variables", "listed", "said"),
    [
        ({"schema": "dev_data"}, {}, "schema: dev_data"),  # policy lists nothing
        ({"schema": "dev_data"}, {"schema": ("description",)}, "schema: dev_data"),  # another field
        ({"schema": "other"}, {"schema": ("schema",)}, "schema: dev_data"),  # another value
        ({"schema": "dev_data"}, {"schema": ("schema",)}, "schema: {{ schema }}"),
        ({"a": "dev_data", "b": "dev_data"}, {"a": ("schema",), "b": ("schema",)}, "schema: dev_data"),  # which one?
        ({"schema": "dev"}, {"schema": ("schema",)}, "schema: dev_data"),  # part of a word
    ],
)
def test_a_variable_comes_back_only_where_policy_says_and_nothing_is_to_choose(
    variables: dict[str, str], listed: dict[str, tuple[str, ...]], said: str
) -> None:
    done = adopt(empty_project("dev", **variables), Request("dev", small_runtime(), variables=listed))
    assert f"{said}\n" in text(done, "datasets/main/births")
    assert not done.refused


def test_a_variable_that_another_environment_lacks_is_not_put_back() -> None:
    project = empty_project("dev", schema="dev_data")
    project = project.with_texts({"superset_assets/environments/staging.yaml": "other: 1\n"})
    listed = {"schema": ("schema",)}
    done = adopt(project, Request("dev", small_runtime(), variables=listed))
    assert "schema: dev_data\n" in text(done, "datasets/main/births")
    alone = adopt(project, Request("dev", small_runtime(), variables=listed, scope=Scope.ONLY_HERE))
    assert text(alone, "datasets/main/births").startswith('{% if env == "dev" %}\n')
    assert "schema: {{ schema }}\n" in text(alone, "datasets/main/births")


def test_numbers_and_flags_come_back_as_what_they_are() -> None:
    live = small_runtime() | dict([chart(params={"viz_type": "table", "row_limit": 100, "page": "100", "shown": True})])
    project = empty_project("dev", limit="100", page='"100"', shown="true")
    listed = {"limit": ("params.*",), "page": ("params.*",), "shown": ("params.shown",)}
    done = adopt(project, Request("dev", live, variables=listed))
    assert text(done, "charts/births").partition("params:\n")[2] == (
        "  row_limit: {{ limit }}\n  page: {{ page | tojson }}\n  shown: {{ shown }}\n"
    )
    assert out_of_sync(done.after, "dev", live) == []


def test_titles_give_the_files_names_without_what_variables_say_in_them() -> None:
    live = small_runtime() | dict([database(name="Main [dev]"), dashboard(name="Births [dev]")])
    project = empty_project("dev", suffix='" [dev]"')
    done = adopt(project, Request("dev", live, variables={"suffix": ("database_name", "dashboard_title")}))
    assert "database_name: Main{{ suffix }}\n" in text(done, "databases/main")
    assert "${MAIN_PASSWORD}" in text(done, "databases/main")
    assert "dashboard_title: Births{{ suffix }}\n" in text(done, "dashboards/births")


def test_titles_that_make_one_name_get_the_head_of_their_uuid() -> None:
    live = small_runtime() | dict([chart(5, "births!"), chart(6, "Больше"), chart(7, "???")])
    done = adopt(empty_project("dev"), Request("dev", live))
    charts = {each.template.rsplit("/", 1)[-1] for each in done.adopted if each.id.kind is Kind.CHART}
    assert charts == {
        "births_00000003.yaml.j2", "births_00000005.yaml.j2", "больше.yaml.j2", "00000007.yaml.j2"
    }  # fmt: skip
    more = adopt(done.after, Request("dev", live | dict([chart(8, "Больше")])))
    assert list(more.files) == ["superset_assets/templates/charts/больше_00000008.yaml.j2"]


def test_masked_secrets_of_two_databases_never_share_a_placeholder() -> None:
    uri = "snowflake://me:XXXXXXXXXX@host/db?private_key_passphrase=XXXXXXXXXX&role=r"
    live = dict([database(1, "My DB"), database(2, "my-db", sqlalchemy_uri=uri), dataset(5, parent=2)])
    done = adopt(empty_project("dev"), Request("dev", live))
    uris = {
        t.partition("sqlalchemy_uri: ")[2].split("\n")[0] for n, t in done.files.items() if t and "/databases/" in n
    }
    assert uris == {
        "postgresql://reader:${MY_DB_PASSWORD}@db.example.com/births",
        (
            "snowflake://me:${MY_DB_00000002_PASSWORD}@host/db?"
            "private_key_passphrase=${MY_DB_00000002_PRIVATE_KEY_PASSPHRASE}&role=r"
        ),
    }
    assert not done.refused
    notes = [note for each in done.adopted for note in each.notes]
    assert notes[0].startswith("MY_DB_PASSWORD: set it in the environment of whoever deploys")


def test_what_a_connection_keeps_to_itself_is_told() -> None:
    tunnel = {"server_address": "bastion", "server_port": 22, "username": "me", "password": "XXXXXXXXXX"}
    live = dict([database(ssh_tunnel=tunnel, masked_encrypted_extra='{"key": "XXXXXXXXXX"}')])
    done = adopt(empty_project("dev"), Request("dev", live))
    assert "XXXXXXXXXX" not in text(done, "databases/main")
    assert [note.partition(" stays")[0] for note in done.adopted[0].notes[1:]] == [
        "its SSH tunnel",
        "its encrypted_extra",
    ]


def test_a_connection_that_keeps_nothing_to_itself_tells_nothing() -> None:
    live = dict([database(encrypted_extra="{}")])
    done = adopt(empty_project("dev"), Request("dev", live))
    assert not [note for note in done.adopted[0].notes if "encrypted_extra" in note]


def test_annotations_that_a_deployment_would_lose_are_told() -> None:
    layers = [{"name": "Holidays", "annotationType": "EVENT"}, {"name": "Line", "annotationType": "FORMULA"}]
    live = small_runtime() | dict([chart(params={"annotation_layers": layers})])
    done = adopt(empty_project("dev"), Request("dev", live))
    (notes,) = [each.notes for each in done.adopted if each.id.kind is Kind.CHART]
    assert notes == ("Superset's import drops its annotations: a deployment that writes this chart loses 'Holidays'",)


def test_datasets_go_where_those_of_their_database_are() -> None:
    done = adopt(empty_project("dev"), Request("dev", small_runtime()))
    prefix = "superset_assets/templates/datasets"
    texts = {k.replace(f"{prefix}/main/", f"{prefix}/raw/"): v for k, v in done.after.texts.items()}
    charts = {k: v.replace("datasets/main/", "datasets/raw/") for k, v in texts.items()}
    moved = empty_project("dev").with_texts(charts)
    more = adopt(moved, Request("dev", small_runtime() | dict([dataset(9, "deaths")])))
    assert list(more.files) == [f"{prefix}/raw/deaths.yaml.j2"]
