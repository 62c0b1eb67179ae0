"""Reading a real Superset: complete, stable, and never an error taken for emptiness."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
import yaml
from faulty_proxy import Answer, FaultyProxy
from running_superset import Server
from sample_assets import as_yaml, chart

from superset_gitops.edges.superset import SupersetClient
from superset_gitops.edges.superset.archive import pack
from superset_gitops.edges.superset.export_files import export_files
from superset_gitops.edges.superset.list_rows import _by_halves, list_rows
from superset_gitops.errors import Unavailable
from superset_gitops.model.asset import AssetId, Kind

Connect = Callable[..., SupersetClient]
EXPORT = "GET /api/v1/assets/export/"


def test_what_was_imported_is_exported_with_its_titles(client: SupersetClient, server: Server) -> None:
    sample = server.sample()
    client.import_assets(sample.files)
    live = client.export_assets().assets
    assert live[AssetId(Kind.DATABASE, sample.database_uuid)].name == f"Données {sample.tag}"
    assert live[AssetId(Kind.CHART, sample.chart_uuid)].name == f"Рождения {sample.tag}"
    shown = live[AssetId(Kind.DASHBOARD, sample.dashboard_uuid)]
    assert shown.name == f"出生 {sample.tag}"
    assert shown.document["position"]["CHART-1"]["meta"]["uuid"] == sample.chart_uuid
    assert yaml.safe_load(shown.raw_yaml) == shown.document


def test_databases_whose_file_names_collide_are_all_there(client: SupersetClient, server: Server) -> None:
    one, other = server.sample(), server.sample()
    names = [f"Same {one.tag}", f"Same_{one.tag}"]
    for sample, name in zip((one, other), names, strict=True):
        path, document = next(iter(sample.documents.items()))
        client.import_databases({path: as_yaml(document | {"database_name": name})})
    live = client.export_assets()
    assert [live.assets[AssetId(Kind.DATABASE, sample.database_uuid)].name for sample in (one, other)] == names
    files = export_files(live)
    assert {f"databases/Same_{one.tag}_{sample.database_uuid[:8]}.yaml" for sample in (one, other)} <= files.keys()


def test_an_export_is_the_same_bytes_again_without_ids_or_time(client: SupersetClient, server: Server) -> None:
    sample = server.sample()
    client.import_assets(sample.files)
    first = export_files(client.export_assets())
    assert first == export_files(client.export_assets())
    assert first["metadata.yaml"] == b"version: 1.0.0\ntype: assets\n"
    assert f"Рождения {sample.tag}".encode() in first[f"charts/Рождения_{sample.tag}.yaml"]


def test_exported_files_can_be_imported_as_they_are(client: SupersetClient, server: Server) -> None:
    sample = server.sample()
    client.import_assets(sample.files)
    live = client.export_assets()
    uuids = {sample.database_uuid, sample.dataset_uuid, sample.chart_uuid, sample.dashboard_uuid}
    ours = {path: data for path, data in export_files(live).items() if yaml.safe_load(data).get("uuid") in uuids}
    assert len(ours) == 4
    client.import_assets(ours)
    again = client.export_assets().assets
    assert {key: again[key].document for key in again} == {key: live.assets[key].document for key in live.assets}


def test_a_chart_saved_to_a_dashboard_does_not_make_every_export_differ(client: SupersetClient, server: Server) -> None:
    sample = server.sample()
    files = sample.files
    added = [str(uuid4()) for _ in range(3)]
    for number, uuid in enumerate(added):
        files[f"charts/{uuid}.yaml"] = as_yaml(chart(f"Added {number} {sample.tag}", sample.dataset_uuid, uuid))
    client.import_assets(files)
    changes = client.changes()
    dashboard = AssetId(Kind.DASHBOARD, sample.dashboard_uuid)
    for uuid in added:
        save = {"dashboards": [changes[dashboard].id]}
        url = f"{server.base_url}/api/v1/chart/{changes[AssetId(Kind.CHART, uuid)].id}"
        server.api().put(url, json=save, timeout=60).raise_for_status()
    first, second = (client.export_assets().assets[dashboard] for _ in range(2))
    assert first.raw_yaml != second.raw_yaml, "this Superset does not append in random order any more"
    assert first.document == second.document
    assert {f"CHART-{uuid}" for uuid in added} <= first.document["position"].keys()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html>all is well</html>", {"Content-Type": "text/html"}),
        Answer(200, b"{}", {"Content-Type": "application/json"}),
        Answer(200, pack({})),
        Answer(200, pack({"metadata.yaml": b"version: 1.0.0\ntype: assets\n"})),
        Answer(500, b'{"errors": [{"message": "no"}]}', {"Content-Type": "application/json"}),
        Answer(404, b"{}", {"Content-Type": "application/json"}),
        Answer(301, b"", {"Location": "https://elsewhere.example/"}),
        Answer(204),
    ],
)
def test_an_answer_that_is_no_export_is_an_error_and_not_an_empty_superset(
    connect: Connect, client: SupersetClient, proxy: FaultyProxy, server: Server, answer: Answer
) -> None:
    client.import_assets(server.sample().files)
    proxy.once(EXPORT, answer, times=3)
    with pytest.raises(Unavailable):
        connect(proxy.base_url).export_assets()


def test_a_list_that_lost_a_row_is_read_again(
    connect: Connect, client: SupersetClient, proxy: FaultyProxy, server: Server
) -> None:
    client.import_assets(server.sample().files)

    def without_the_last(answer: Answer) -> Answer:
        page = json.loads(answer.body)
        page["result"].pop()
        return Answer(answer.status, json.dumps(page).encode(), {"Content-Type": "application/json"})

    careful = connect(proxy.base_url)
    careful.probe()
    proxy.once("GET /api/v1/chart/?", without_the_last)
    assert careful.changes() == connect(proxy.base_url).changes()
    proxy.once("GET /api/v1/database/?", without_the_last, times=3)
    with pytest.raises(Unavailable, match="list of databases is incomplete"):
        careful.changes()


def test_more_rows_than_one_page_are_all_listed_by_pages_and_by_halves(client: SupersetClient, server: Server) -> None:
    sample = server.sample()
    files = {path: data for path, data in sample.files.items() if path.startswith("data")}
    uuids = {str(uuid4()) for _ in range(101)}
    files |= {f"charts/{uuid}.yaml": as_yaml(chart(uuid, sample.dataset_uuid, uuid)) for uuid in uuids}
    client.import_assets(files)
    assert uuids <= {row["uuid"] for row in list_rows(client._session, "chart", ["uuid"])}
    rows, counted = _by_halves(client._session, "chart", ["id", "uuid"], [])
    assert len(rows) == counted
    assert uuids <= {row["uuid"] for row in rows.values()}


@pytest.mark.parametrize("name", ["it's !(a,b):'x'", "ä&%+#", "", "!n", "-1", "12", "a b", "日本"])
def test_any_text_survives_the_way_into_a_filter(client: SupersetClient, server: Server, name: str) -> None:
    sample = server.sample()
    path, document = next(iter(sample.documents.items()))
    title = f"{name} {sample.tag}" if name else sample.tag
    client.import_databases({path: as_yaml(document | {"database_name": title})})
    found = list_rows(
        client._session,
        "database",
        ["database_name"],
        [{"col": "database_name", "opr": "eq", "value": title}],
    )
    assert [row["database_name"] for row in found] == [title]


def test_changes_tell_who_when_and_where(client: SupersetClient, server: Server) -> None:
    sample = server.sample()
    client.import_assets(sample.files)
    changes = client.changes()
    change = changes[AssetId(Kind.DASHBOARD, sample.dashboard_uuid)]
    assert change.changed_by
    assert change.changed_on_utc[:2] == "20"
    assert change.name == f"出生 {sample.tag}"
    assert change.url == f"{server.base_url}/superset/dashboard/{change.id}/"


def test_kinds_without_a_place_in_a_bundle_are_named(client: SupersetClient, server: Server) -> None:
    name = f"hybrid {uuid4()}"
    made = {"css_template": {"template_name": name, "css": "a {}"}, "annotation_layer": {"name": name}}
    for resource, body in made.items():
        url = f"{server.base_url}/api/v1/{resource}/"
        server.api().post(url, json=body, timeout=60).raise_for_status()
    unmanaged = client.unmanaged_kinds()
    assert all(name in unmanaged[resource] for resource in made)
