"""Writing to a real Superset: refusals have reasons, and nothing that people stored is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from running_superset import Server
from sample_assets import as_yaml, dashboard, dataset

from superset_gitops.edges.superset import SupersetClient
from superset_gitops.edges.superset.bundle_document import documents_of
from superset_gitops.edges.superset.diagnose_import import PROBE, diagnose_import
from superset_gitops.edges.superset.guard_connections import MASK
from superset_gitops.edges.superset.rejection import ImportHalfDone, ImportRejected
from superset_gitops.edges.superset.secrets import ConnectionSecrets
from superset_gitops.model.asset import AssetId, Kind

Connect = Callable[..., SupersetClient]
Documents = dict[str, dict[str, Any]]


def as_files(documents: Documents) -> dict[str, bytes]:
    return {path: as_yaml(document) for path, document in documents.items()}


def test_a_schema_error_names_asset_and_field_of_every_file(client: SupersetClient, server: Server) -> None:
    sample = server.sample()
    documents = sample.documents
    documents[f"charts/{sample.tag}.yaml"]["cache_timeout"] = "many"
    documents[f"datasets/{sample.tag}/t.yaml"]["columns"][1]["nope"] = 1
    before = client.changes()
    with pytest.raises(ImportRejected) as caught:
        client.import_assets(as_files(documents))
    assert [(one.path, one.field, one.name) for one in caught.value.problems] == [
        (f"charts/{sample.tag}.yaml", "cache_timeout", f"Рождения {sample.tag}"),
        (f"datasets/{sample.tag}/t.yaml", "columns.1.nope", f"t_{sample.tag}"),
    ]
    assert "cache_timeout: Not a valid integer" in str(caught.value)
    assert "500 Import failed" in str(caught.value), "what was tried is told"
    assert caught.value.exit_code == 3
    assert client.changes() == before


def test_asking_for_the_reason_writes_nothing(client: SupersetClient, server: Server) -> None:
    """Not even for a bundle that is in order, with a new database and a renamed one: those are committed early."""
    known, new = server.sample(), server.sample()
    client.import_assets(known.files)
    before = client.changes()
    documents = known.documents | new.documents
    documents[f"databases/{known.tag}.yaml"]["database_name"] = f"renamed {known.tag}"
    files = as_files(documents)
    problems, tried = diagnose_import(client._session, files, ConnectionSecrets(), documents_of(files))
    assert problems == ()
    assert "422, 0 found" in tried[0]
    assert client.changes() == before
    assert PROBE not in files


@pytest.mark.parametrize(
    ("path", "break_it", "field"),
    [
        ("charts/{}.yaml", lambda chart: chart.pop("params"), "params"),
        ("databases/{}.yaml", lambda database: database.pop("extra"), "extra"),
        ("dashboards/{}.yaml", lambda shown: shown["position"]["CHART-1"]["meta"].pop("chartId"), "chartId"),
        ("dashboards/{}.yaml", lambda shown: shown["metadata"].update(expanded_slices={"77": True}), "expanded_slices"),
    ],
)
def test_what_the_importer_needs_but_does_not_check_is_named(
    client: SupersetClient, server: Server, path: str, break_it: Callable[[dict[str, Any]], Any], field: str
) -> None:
    sample = server.sample()
    client.import_assets(sample.files)
    documents = sample.documents
    break_it(documents[path.format(sample.tag)])
    with pytest.raises(ImportRejected) as caught:
        client.import_assets(as_files(documents))
    assert any(field in problem.field for problem in caught.value.problems), str(caught.value)


def test_a_file_that_breaks_the_servers_validation_is_found(client: SupersetClient, server: Server) -> None:
    sample = server.sample()
    documents = sample.documents
    documents[f"databases/{sample.tag}.yaml"].pop("uuid")
    documents = {path: document for path, document in documents.items() if path.startswith("databases")}
    other = server.sample().documents
    documents |= {path: document for path, document in other.items() if path.startswith("databases")}
    with pytest.raises(ImportRejected) as caught:
        client.import_assets(as_files(documents))
    assert [problem.path for problem in caught.value.problems] == [f"databases/{sample.tag}.yaml"]


def test_missing_parents_are_named_before_anything_is_sent(client: SupersetClient, server: Server) -> None:
    sample = server.sample()
    files = sample.files
    alone = {path: data for path, data in files.items() if path.startswith(("charts", "dashboards"))}
    with pytest.raises(ImportRejected, match="does not exist") as caught:
        client.import_assets(alone)
    assert [problem.field for problem in caught.value.problems] == ["dataset_uuid"]
    client.import_assets({path: data for path, data in files.items() if path.startswith("data")})
    with pytest.raises(ImportRejected, match="was not sent") as caught:
        client.import_assets({path: data for path, data in files.items() if path.startswith("dashboards")})
    assert [problem.field for problem in caught.value.problems] == ["position.CHART-1"]
    client.import_assets(alone)


def test_a_chart_alone_is_imported_when_its_parents_are_there(client: SupersetClient, server: Server) -> None:
    sample = server.sample()
    client.import_assets(sample.files)
    path = f"charts/{sample.tag}.yaml"
    before = client.changes()
    client.import_assets({path: as_yaml(sample.documents[path] | {"slice_name": f"new {sample.tag}"})})
    after = client.changes()
    assert {key for key in after if after[key] != before[key]} == {AssetId(Kind.CHART, sample.chart_uuid)}


def test_a_dataset_that_moves_is_refused_and_the_kept_database_is_told(client: SupersetClient, server: Server) -> None:
    old, new = server.sample(), server.sample()
    client.import_assets(old.files)
    moved = {
        f"databases/{new.tag}.yaml": new.documents[f"databases/{new.tag}.yaml"],
        f"datasets/{new.tag}/t.yaml": dataset(f"t_{old.tag}", new.database_uuid, old.dataset_uuid),
    }
    with pytest.raises(ImportHalfDone, match="kept the databases") as caught:
        client.import_assets(as_files(moved))
    assert caught.value.exit_code == 5
    assert [problem.field for problem in caught.value.problems] == ["database_uuid"]
    assert AssetId(Kind.DATABASE, new.database_uuid) in client.changes()


def test_a_database_without_a_driver_is_named(client: SupersetClient, server: Server) -> None:
    sample = server.sample()
    path = f"databases/{sample.tag}.yaml"
    document = sample.documents[path] | {"sqlalchemy_uri": "trino://u@h:8080/c"}
    with pytest.raises(ImportRejected, match="no driver for 'trino'"):
        client.import_databases({path: as_yaml(document)})


def masked(server: Server) -> str:
    head, _, host = server.data_uri.rpartition("@")
    return f"{head.rpartition(':')[0]}:{MASK}@{host}"


def test_a_new_database_needs_its_password_and_takes_it_from_the_secrets(
    client: SupersetClient, server: Server
) -> None:
    sample = server.sample()
    path = f"databases/{sample.tag}.yaml"
    files = {path: as_yaml(sample.documents[path] | {"sqlalchemy_uri": masked(server)})}
    with pytest.raises(ImportRejected, match="Must provide a password"):
        client.import_databases(files)
    password = server.data_uri.rpartition("@")[0].rpartition(":")[2]
    client.import_databases(files, ConnectionSecrets(passwords={path: password}))
    assert connects(client, server, sample.database_uuid)
    client.import_databases(files)
    assert connects(client, server, sample.database_uuid), "the stored password stays"


def connects(client: SupersetClient, server: Server, uuid: str) -> bool:
    """Whether Superset itself can list the schemas with the password that it has stored."""
    numeric_id = client.changes()[AssetId(Kind.DATABASE, uuid)].id
    url = f"{server.base_url}/api/v1/database/{numeric_id}/schemas/"
    return server.api().get(url, params={"q": "(force:!t)"}, timeout=60).status_code == 200


def test_a_uri_without_a_password_does_not_erase_the_stored_one(client: SupersetClient, server: Server) -> None:
    sample = server.sample()
    path = f"databases/{sample.tag}.yaml"
    client.import_databases({path: sample.files[path]})
    bare = as_yaml(sample.documents[path] | {"sqlalchemy_uri": masked(server).replace(f":{MASK}", "")})
    with pytest.raises(ImportRejected, match="erases the stored password") as caught:
        client.import_databases({path: bare})
    assert caught.value.problems[0].field == "sqlalchemy_uri"
    password = server.data_uri.rpartition("@")[0].rpartition(":")[2]
    client.import_databases({path: bare}, ConnectionSecrets(passwords={path: password}))
    assert connects(client, server, sample.database_uuid)


def test_a_masked_tunnel_password_does_not_overwrite_the_stored_one(connect: Connect, generous: Server) -> None:
    client = connect(generous.base_url)
    sample = generous.sample()
    path = f"databases/{sample.tag}.yaml"
    tunnel = {"server_address": "ssh.example", "server_port": 22, "username": "u", "password": MASK}
    document = sample.documents[path] | {"ssh_tunnel": tunnel}
    client.import_databases({path: as_yaml(document)}, ConnectionSecrets(ssh_tunnel_passwords={path: "tp"}))
    stored = "SELECT password FROM ssh_tunnels ORDER BY id DESC LIMIT 1"
    before = generous.metadata(stored)
    client.import_databases({path: as_yaml(document | {"cache_timeout": 7})})
    assert generous.metadata(stored) == before
    live = client.export_assets().assets[AssetId(Kind.DATABASE, sample.database_uuid)].document
    assert (live["ssh_tunnel"], live["cache_timeout"]) == (tunnel, 7)
    moved = document | {"ssh_tunnel": tunnel | {"server_address": "other.example"}}
    with pytest.raises(ImportRejected, match="needs its password or private key"):
        client.import_databases({path: as_yaml(moved)})
    with pytest.raises(ImportRejected, match="a tunnel that the file does not have"):
        client.import_databases({path: sample.files[path]}, ConnectionSecrets(ssh_tunnel_passwords={path: "tp"}))


def test_a_dashboard_without_charts_keeps_its_theme_and_its_filters_dataset(
    client: SupersetClient, server: Server
) -> None:
    sample = server.sample()
    client.import_assets(sample.files)
    uuid = str(uuid4())
    target = {"datasetUuid": sample.dataset_uuid, "column": {"name": "year"}}
    native = {"id": "NATIVE_FILTER-1", "name": "Year", "type": "NATIVE_FILTER", "filterType": "filter_select"}
    native |= {"targets": [target], "scope": {"rootPath": ["ROOT_ID"], "excluded": []}, "controlValues": {}}
    bare = dashboard(f"bare {sample.tag}", [], uuid, metadata={"native_filter_configuration": [native]})
    path = f"dashboards/bare-{sample.tag}.yaml"
    nowhere = "SELECT count(*) FROM dashboard_slices WHERE slice_id IS NULL OR dashboard_id IS NULL"
    rows = server.metadata(nowhere)
    client.import_assets({path: as_yaml(bare)})
    assert server.metadata(nowhere) == rows, "the import of all kinds leaves a row of NULLs for such a dashboard"
    key = AssetId(Kind.DASHBOARD, uuid)
    theme = server.api().post(
        f"{server.base_url}/api/v1/theme/", json={"theme_name": sample.tag, "json_data": "{}"}, timeout=60
    )
    dashboard_url = f"{server.base_url}/api/v1/dashboard/{client.changes()[key].id}"
    server.api().put(dashboard_url, json={"theme_id": theme.json()["id"]}, timeout=60).raise_for_status()
    before = client.changes()
    client.import_assets({path: as_yaml(bare | {"css": "a {}", "theme_uuid": None})})
    after = client.changes()
    assert {one for one in after if after[one] != before[one]} == {key}
    live = client.export_assets().assets[key].document
    assert live["css"] == "a {}"
    assert live["theme_uuid"]
    assert live["metadata"]["native_filter_configuration"][0]["targets"][0]["datasetUuid"] == sample.dataset_uuid


def test_what_hangs_on_a_dataset_is_told(client: SupersetClient, server: Server) -> None:
    sample = server.sample()
    client.import_assets(sample.files)
    numeric_id = client.changes()[AssetId(Kind.DATASET, sample.dataset_uuid)].id
    assert client.related_objects(Kind.DATASET, numeric_id)["charts"]["count"] == 1
