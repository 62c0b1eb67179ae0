"""Runtimes as values: what a Superset could export, made up from a few of each kind; nobody's server is needed."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.core.drift import Named, make_plan
from superset_gitops.core.translate.live_normals import live_normals, normal_of
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import State
from superset_gitops.model.problem import Level
from superset_gitops.model.sources import Sources

POLICY = """\
db: {mode: none, migrations_dir: db/migrations, seed_dir: db/seed}
apply:
  dev: {mode: overwrite_git_wins, drift_gate: warn}
  staging: {mode: strict_fail_on_drift, drift_gate: fail}
export: {format: superset_cli_yaml}
deploy: {mode: script_with_retry, steps: [apply_assets, drift_check]}
"""
OFFSET = 0x1000000  # between a uuid of the made-up runtimes and its counterpart elsewhere
Runtime = Mapping[AssetId, Document]


def empty_project(*environments: str, **variables: str) -> Sources:
    """A project with no template; each environment's file has these variables, `ENV` in them being its name."""
    text = "".join(f"{name}: {value}\n" for name, value in variables.items())
    files = {f"superset_assets/environments/{name}.yaml": text.replace("ENV", name) for name in environments}
    return Sources({"policy.yaml": POLICY, **files})


def uuid(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


def database(number: int = 1, name: str = "Main", **fields: Any) -> tuple[AssetId, Document]:
    uri = "postgresql://reader:XXXXXXXXXX@db.example.com/births"
    document: Document = {
        "database_name": name,
        "sqlalchemy_uri": uri,
        "configuration_method": "dynamic_form",
        "extra": {},
        "uuid": uuid(number),
        "version": "1.0.0",
    }
    return AssetId(Kind.DATABASE, uuid(number)), document | fields


def dataset(number: int = 2, name: str = "births", parent: int = 1, **fields: Any) -> tuple[AssetId, Document]:
    columns = [{"column_name": each, "type": "VARCHAR"} for each in ("name", "state")]
    document: Document = {
        "table_name": name,
        "schema": "dev_data",
        "database_uuid": uuid(parent),
        "columns": columns,
        "metrics": [{"metric_name": "count", "expression": "COUNT(*)"}],
        "uuid": uuid(number),
        "version": "1.0.0",
    }
    return AssetId(Kind.DATASET, uuid(number)), document | fields


def chart(number: int = 3, name: str = "Births", parent: int = 2, **fields: Any) -> tuple[AssetId, Document]:
    document: Document = {
        "slice_name": name,
        "viz_type": "table",
        "params": {"groupby": ["name"], "metrics": ["count"], "viz_type": "table", "datasource": "7__table"},
        "dataset_uuid": uuid(parent),
        "uuid": uuid(number),
        "version": "1.0.0",
    }
    return AssetId(Kind.CHART, uuid(number)), document | fields


def dashboard(
    number: int = 4, name: str = "Overview", charts: tuple[int, ...] = (3,), **fields: Any
) -> tuple[AssetId, Document]:
    placed = {
        f"CHART-{each}": {
            "type": "CHART",
            "id": f"CHART-{each}",
            "children": [],
            "parents": ["ROOT_ID", "GRID_ID", "ROW-1"],
            "meta": {"uuid": uuid(each), "chartId": each, "sliceName": "", "width": 4, "height": 50},
        }
        for each in charts
    }
    position: Document = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": ["ROW-1"], "parents": ["ROOT_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": name}},
        "ROW-1": {
            "type": "ROW",
            "id": "ROW-1",
            "children": list(placed),
            "parents": ["ROOT_ID", "GRID_ID"],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        },
    }
    document: Document = {
        "dashboard_title": name,
        "published": True,
        "position": position | placed,
        "metadata": {"color_scheme": "supersetColors", "native_filter_configuration": []},
        "uuid": uuid(number),
        "version": "1.0.0",
    }
    return AssetId(Kind.DASHBOARD, uuid(number)), document | fields


def small_runtime() -> dict[AssetId, Document]:
    return copy.deepcopy(dict([database(), dataset(), chart(), dashboard()]))


def elsewhere(runtime: Runtime, offset: int = OFFSET) -> dict[AssetId, Document]:
    """The same assets in another Superset, each under another uuid."""
    mapping = {key.uuid: uuid(int(key.uuid[:8], 16) + offset) for key in runtime}

    def moved(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: moved(entry) for key, entry in value.items()}
        return [moved(entry) for entry in value] if isinstance(value, list) else mapping.get(value, value)

    return {AssetId(key.kind, mapping[key.uuid]): moved(document) for key, document in runtime.items()}


def out_of_sync(sources: Sources, environment: str, runtime: Runtime) -> list[str]:
    """What a first plan shows of what templates and runtime both have, by plain compiling."""
    result = compile_bundle(sources, environment)
    errors = [str(problem) for problem in result.problems if problem.level is Level.ERROR]
    assert not errors, "\n".join(errors)
    desired = {k: Named(normal_of(k.kind, a.document), a.name) for k, a in result.bundle.assets.items() if k in runtime}
    live = {key: Named(normal) for key, normal in live_normals(runtime, runtime).items()}
    items = make_plan({}, desired, live, {})
    return [f"{i.id} {[c.dotted for c in i.fields]}" for i in items if i.state is not State.IN_SYNC]


# Text as people and machines put it into titles and queries.
ODD = st.sampled_from(
    ["{{ filter_values('x')[0] }}", "{% if x %}a{% endif %}", "{# no #}", "yes", "1e3", "2024-01-01", "null", "a: b",
     "- a", "Größe ☃", "'", '"', "a\nb\n", "\n a", "x\n\n\ny", "#1", "a # b", "%", "${HOME}", "C:\\dir", "\tx", " x ",
     "dev_data.births", "a\r\nb", "{{", "}}", "|", ">", "&a", "*b", "!c", "@d", "`e`"]
)  # fmt: skip
TEXTS = st.one_of(ODD, st.text(max_size=30), st.lists(ODD, min_size=2, max_size=3).map(" ".join))
TITLES = st.one_of(
    st.sampled_from(["Births", "births", "Births!", "__", "日本", "Größe", "a/b"]), st.text(min_size=1, max_size=12)
)


@st.composite
def runtimes(draw: st.DrawFn) -> dict[AssetId, Document]:
    """A database or two, some datasets, charts and dashboards on them, with odd texts in them."""
    found: dict[AssetId, Document] = {}
    bases = [1 + n for n in range(draw(st.integers(1, 2)))]
    for number in bases:
        found |= [database(number, f"Main {number}", cache_timeout=draw(st.sampled_from([None, 60])))]
    tables = [0x10 + n for n in range(draw(st.integers(1, 3)))]
    for number in tables:
        sql = draw(st.one_of(st.none(), TEXTS))
        table = f"table {number} {draw(TITLES)}"
        description = draw(st.one_of(st.none(), TEXTS))
        found |= [dataset(number, table, draw(st.sampled_from(bases)), sql=sql, description=description)]
    slices = [0x100 + n for n in range(draw(st.integers(0, 4)))]
    for number in slices:
        params = {"viz_type": "table", "row_limit": draw(st.sampled_from([10, 1000])), "note": draw(TEXTS)}
        found |= [chart(number, draw(TITLES), draw(st.sampled_from(tables)), params=params)]
    for number in range(draw(st.integers(0, 2))):
        shown = tuple(draw(st.lists(st.sampled_from(slices), unique=True, max_size=3))) if slices else ()
        found |= [dashboard(0x1000 + number, draw(TITLES), shown, css=draw(st.one_of(st.none(), TEXTS)))]
    return found
