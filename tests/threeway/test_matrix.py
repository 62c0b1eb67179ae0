"""Every row of the three-way table, for every kind, on a real Superset and a real ledger; prints the matrix."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from fixtures.printed_tables import PrintedTable
from superset_gitops.core.compile.complete_asset import complete_asset
from superset_gitops.core.documents.write_yaml import write_yaml
from superset_gitops.core.normal_form import digest, normalize
from superset_gitops.edges.postgres.lease import Lease
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.edges.superset import SupersetClient
from superset_gitops.edges.superset.credentials import PasswordLogin
from superset_gitops.edges.superset.secrets import ConnectionSecrets
from superset_gitops.errors import DriftRefused
from superset_gitops.model.asset import Asset, AssetId, Bundle, Document, Kind
from superset_gitops.model.consent import Consent
from superset_gitops.model.ledger import DeploymentStart
from superset_gitops.model.plan import State
from superset_gitops.model.policy import Gate
from superset_gitops.workflows.apply import Applying, apply_survey
from superset_gitops.workflows.gate import refuse_drift
from superset_gitops.workflows.survey import Survey, survey
from superset_gitops.workflows.wanted import resolve_bundle

# base (ledger), desired (Git), live (Superset): one value of a field, or None where the asset is not there.
ROWS: list[tuple[int | None, int | None, int | None, State]] = [
    (1, 1, 1, State.IN_SYNC),
    (2, 1, 1, State.IN_SYNC),
    (None, 1, 1, State.IN_SYNC),
    (1, 2, 1, State.PENDING),
    (1, 1, 2, State.DRIFT),
    (1, 2, 3, State.CONFLICT),
    (None, 1, None, State.CREATE),
    (None, 1, 2, State.UNADOPTED),
    (1, None, 1, State.PRUNE),
    (1, None, 2, State.PRUNE_DRIFT),
    (1, None, None, State.FORGET),
    (1, 1, None, State.DELETED),
    (1, 2, None, State.DELETED_CONFLICT),
    (None, None, 1, State.UNMANAGED),
]


@dataclass
class Bench:
    """One Superset with a fixed database, dataset and chart, and a ledger; each case adds one asset of its own."""

    client: SupersetClient
    ledger: Ledger
    lease: Lease
    uri: str
    password: str
    fixed: dict[Kind, str] = field(default_factory=lambda: {kind: str(uuids.uuid4()) for kind in Kind})
    results: dict[tuple[State, Any], dict[Kind, str]] = field(default_factory=dict)

    def document(self, kind: Kind, uuid: str, value: int) -> Document:
        name = f"{kind} {uuid[:8]}"
        sources: dict[Kind, Document] = {
            Kind.DATABASE: {"database_name": name, "sqlalchemy_uri": self.uri, "cache_timeout": value},
            Kind.DATASET: {
                "table_name": name,
                "database_uuid": self.fixed[Kind.DATABASE],
                "cache_timeout": value,
                "columns": [{"column_name": "year", "type": "INTEGER"}],
            },
            Kind.CHART: {
                "slice_name": name,
                "dataset_uuid": self.fixed[Kind.DATASET],
                "viz_type": "table",
                "cache_timeout": value,
                "params": {"all_columns": ["year"]},
            },
            Kind.DASHBOARD: {
                "dashboard_title": name,
                "css": f"p {{margin: {value}px}}",
                "position": {
                    "ROW-1": {"children": ["CHART-1"]},
                    "CHART-1": {"meta": {"uuid": self.fixed[Kind.CHART]}},
                },
            },
        }
        return complete_asset(kind, {"uuid": uuid, **sources[kind]}, {})

    def put_live(self, kind: Kind, uuid: str, value: int) -> None:
        path = f"{kind.folder}/{uuid}.yaml"
        document = self.document(kind, uuid, value)
        if kind is Kind.DATABASE:
            document["sqlalchemy_uri"] = document["sqlalchemy_uri"].replace(self.password, "XXXXXXXXXX")
        files = {path: write_yaml(document).encode()}
        if kind is Kind.DATABASE:
            self.client.import_databases(files, ConnectionSecrets(passwords={path: self.password}))
        else:
            self.client.import_assets(files)

    def read(self, key: AssetId, desired: int | None) -> Survey:
        assets = {}
        if desired is not None:
            document = self.document(key.kind, key.uuid, desired)
            assets[key] = Asset(key, "case", document, f"{key.kind.folder}/{key.uuid}.yaml", "templates/case.yaml.j2")
        wanted = resolve_bundle(Bundle("dev", assets), {}.get)
        return survey("dev", wanted, self.ledger, self.client, ignore=())


@pytest.fixture(scope="module")
def bench(superset: Any, postgres: Any, printed_table: PrintedTable) -> Iterator[Bench]:
    variables = superset.variables
    login = PasswordLogin(variables["SUPERSET_ADMIN_USER"], variables["SUPERSET_ADMIN_PASS"])
    uri = variables["SUPERSET_DATA_URL"]
    password = uri.split(":")[2].split("@")[0]
    url = postgres.new_database()
    with (
        SupersetClient(superset.base_url, login) as client,
        Ledger.open(url, "dev") as ledger,
        Lease.acquire(url, "dev", "the matrix", 0, print) as lease,
    ):
        made = Bench(client, ledger, lease, uri, password)
        for kind in (Kind.DATABASE, Kind.DATASET, Kind.CHART):
            made.put_live(kind, made.fixed[kind], 1)
        yield made
        changes = client.changes()
        for kind in reversed(Kind):
            for key, change in changes.items():
                if key.kind is kind:
                    client.delete(kind, change.id)
    printed_table("Three-way matrix", matrix(made))


def matrix(bench: Bench) -> str:
    lines = [f"{'base':>5} {'Git':>5} {'live':>5}  {'it is':<38}" + "".join(f"{kind!s:<11}" for kind in Kind)]
    for base, desired, live, state in ROWS:
        sides = " ".join(f"{'–' if side is None else side:>5}" for side in (base, desired, live))
        row = bench.results.get((state, (base, desired, live)), {})
        lines.append(f"{sides}  {state.value:<38}" + "".join(f"{row.get(kind, 'not run'):<11}" for kind in Kind))
    return "\n".join(line.rstrip() for line in lines)


@pytest.mark.parametrize("kind", Kind, ids=str)
@pytest.mark.parametrize(("base", "desired", "live", "state"), ROWS)
def test_row(bench: Bench, kind: Kind, base: int | None, desired: int | None, live: int | None, state: State) -> None:
    key = AssetId(kind, str(uuids.uuid4()))
    if live is not None:
        bench.put_live(kind, key.uuid, live)
    if base is not None:
        normal = base_normal(bench, key, base)
        bench.ledger.record(key, normal, digest(normal), None, "templates/case.yaml.j2", None)
    try:
        found = bench.read(key, desired)
        mine = [item for item in found.plan.items if item.id == key]
        assert (mine[0].state if mine else State.UNMANAGED) is state

        strict_refuses = False
        try:
            refuse_drift(found.plan, Gate.FAIL, Consent(), lambda _: None, branch="")
        except DriftRefused:
            strict_refuses = True
        assert strict_refuses == state.is_drift

        number = bench.ledger.start_deployment(DeploymentStart("the matrix", None, None, {}, "0"))
        work = Applying(
            client=bench.client,
            ledger=bench.ledger,
            lease=bench.lease,
            deployment=number,
            commit=None,
            git_wins=True,
            keep_query_context=False,
            progress=lambda _: None,
        )
        apply_survey(found, work)

        after = bench.read(key, desired)
        again = [item for item in after.plan.items if item.id == key]
        if desired is not None:
            assert again[0].state is State.IN_SYNC
            assert again[0].base == again[0].live
        else:
            assert (key in after.live.assets) == (live is not None)
            assert (key in bench.ledger.applied()) == (state in {State.PRUNE, State.PRUNE_DRIFT})
        saved = bench.ledger.saved_copies(key)
        assert bool(saved) == (state.is_drift and live is not None)
    finally:
        bench.ledger.forget(key)
    bench.results.setdefault((state, (base, desired, live)), {})[kind] = "ok"


def base_normal(bench: Bench, key: AssetId, value: int) -> Document:
    """What the ledger holds after an apply of this value."""
    normal = normalize(key.kind, bench.document(key.kind, key.uuid, value))
    if key.kind is Kind.DASHBOARD:
        normal["charts"] = [bench.fixed[Kind.CHART]]
    return normal
