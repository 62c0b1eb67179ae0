"""Hazards of Superset's HTTP and importer, shown as they are, and that the client is not bitten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from faulty_proxy import Answer, FaultyProxy, faulty_proxy
from running_superset import Server
from sample_assets import as_yaml, dataset

from superset_gitops.edges.superset import SupersetClient
from superset_gitops.edges.superset.archive import pack
from superset_gitops.edges.superset.rejection import ImportRejected
from superset_gitops.model.asset import AssetId, Kind

Connect = Callable[..., SupersetClient]
PUBLIC = "public, max-age=31536000"


def test_a_refusal_is_html_for_whoever_accepts_anything_and_has_its_reason_for_us(
    client: SupersetClient, server: Server
) -> None:
    sample = server.sample()
    path = f"databases/{sample.tag}.yaml"
    broken = as_yaml(sample.documents[path] | {"cache_timeout": "many"})
    metadata = b"version: 1.0.0\ntype: Database\n"
    upload = {"formData": ("bundle.zip", pack({path: broken, "metadata.yaml": metadata}), "application/zip")}
    answer = server.api().post(
        f"{server.base_url}/api/v1/database/import/", files=upload, headers={"Accept": "*/*"}, timeout=60
    )
    assert (answer.status_code, answer.headers["Content-Type"][:9]) == (500, "text/html"), "the trap is not set"
    with pytest.raises(ImportRejected, match="cache_timeout: Not a valid integer"):
        client.import_databases({path: broken})


@dataclass
class Caching(FaultyProxy):
    """A proxy that keeps what it is allowed to keep, as companies have them."""

    kept: dict[str, Answer] = field(default_factory=dict)

    def forward(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        fresh = "no-cache" in headers.get("Cache-Control", "")
        if method == "GET" and path in self.kept and not fresh:
            return self.kept[path]
        answer = super().forward(method, path, headers, body)
        if method == "GET" and "public" in answer.headers.get("Cache-Control", ""):
            self.kept[path] = answer
        return answer


@pytest.fixture
def caching(server: Server) -> Iterator[FaultyProxy]:
    with faulty_proxy(server.base_url, kind=Caching) as proxy:
        yield proxy


def test_an_export_is_read_past_a_cache_that_may_keep_it_for_a_year(
    connect: Connect, server: Server, caching: FaultyProxy
) -> None:
    sample = server.sample()
    client = connect(caching.base_url)
    client.import_assets(sample.files)
    url, mine = f"{caching.base_url}/api/v1/assets/export/", server.api()
    first = mine.get(url, timeout=60)
    assert first.headers["Cache-Control"] == PUBLIC, "the trap is not set"
    assert AssetId(Kind.CHART, sample.chart_uuid) in client.export_assets().assets
    path = f"charts/{sample.tag}.yaml"
    client.import_assets({path: as_yaml(sample.documents[path] | {"slice_name": f"new {sample.tag}"})})
    assert mine.get(url, timeout=60).content == first.content, "the proxy does not keep anything"
    assert client.export_assets().assets[AssetId(Kind.CHART, sample.chart_uuid)].name == f"new {sample.tag}"


def test_a_dataset_without_a_schema_would_take_over_one_that_has_one(client: SupersetClient, server: Server) -> None:
    """Why a comparison calls it a collision: the importer leaves a null out of the key that it looks for."""
    sample = server.sample()
    client.import_assets(sample.files)
    other = str(uuid4())
    path = f"datasets/{sample.tag}/t.yaml"
    client.import_assets({path: as_yaml(dataset(f"t_{sample.tag}", sample.database_uuid, other, schema=None))})
    live = client.changes()
    assert AssetId(Kind.DATASET, sample.dataset_uuid) not in live, "the trap is not set"
    assert AssetId(Kind.DATASET, other) in live
