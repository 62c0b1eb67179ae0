"""What an apply sends: the live value in ignored fields, Git's in all others, for each kind."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.small_project import compiled, small_project
from superset_gitops.core.connection_secrets import DatabaseSecrets
from superset_gitops.core.ignore import Ignoring, ignoring_of, keep_live, keep_secrets, watched, without_dead_charts
from superset_gitops.core.ignore.overlay import overlay
from superset_gitops.core.normal_form import normalize, project
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.policy import IgnoreRule

TOTAL = "33333333-3333-4333-8333-333333333333"
BY_NAME = "44444444-4444-4444-8444-444444444444"
THEIRS = "77777777-7777-4777-8777-777777777777"
GIT = {key.kind: asset.document for key, asset in compiled(small_project(), "dev")["dev"].bundle.assets.items()}
UUID = {kind: str(document["uuid"]) for kind, document in GIT.items()}
# The fields that may be ignored, some of each shape, and a live value that is nowhere in Git.
FIELDS: dict[Kind, tuple[str, ...]] = {
    Kind.DATABASE: ("cache_timeout", "extra", "extra.metadata_cache_timeout", "allow_csv_upload", "sqlalchemy_uri"),
    Kind.DATASET: (
        "description", "columns", "columns.*.verbose_name", "columns.year.is_dttm", "metrics", "metrics.*.d3format",
        "extra.certification", "schema",
    ),
    Kind.CHART: ("cache_timeout", "params", "params.row_limit", "params.y_axis_*", "viz_type", "params.extra.x"),
    Kind.DASHBOARD: (
        "css", "slug", "dashboard_title", "position", "position.*.meta.height", "metadata", "metadata.color_scheme",
        "metadata.expanded_slices", "metadata.timed_refresh_immune_slices", "metadata.native_filters",
        "metadata.native_filters.by_id.*.name", "metadata.chart_configuration", "metadata.label_colors.x",
    ),
}  # fmt: skip


def exported(kind: Kind) -> Document:
    """What the server exports after an import of Git's document: other numbers, another order."""
    live = copy.deepcopy(GIT[kind])
    if kind is Kind.CHART:
        live["params"] |= {"datasource": "7__table", "slice_id": 3}
        live["query_context"] = '{"datasource": {"id": 7}, "queries": [{}]}'
    if kind is Kind.DATASET:
        live["columns"].reverse()
        live["metrics"][0]["d3format"] = None
    if kind is Kind.DASHBOARD:
        renumber(live, 100)
    return live


def renumber(dashboard: Document, by: int) -> None:
    for node in dashboard["position"].values():
        if isinstance(node, dict) and node.get("type") == "CHART":
            node["meta"]["chartId"] += by
    metadata = dashboard["metadata"]
    metadata["expanded_slices"] = {str(int(key) + by): value for key, value in metadata["expanded_slices"].items()}
    metadata["timed_refresh_immune_slices"] = [number + by for number in metadata["timed_refresh_immune_slices"]]
    for each in metadata["native_filter_configuration"]:
        each["scope"]["excluded"] = [number + by for number in each["scope"]["excluded"]]
        each["chartsInScope"] = [101, 102]


def by_hand(kind: Kind, live: Document) -> Iterator[Any]:
    """The edits that a person may do, each a callable."""
    if kind is Kind.DATABASE:
        yield lambda: live.update(cache_timeout=7)
        yield lambda: live.update(extra={"metadata_cache_timeout": {"schema_cache_timeout": 9}})
        yield lambda: live.update(allow_csv_upload=True)
        yield lambda: live.update(sqlalchemy_uri="postgresql://me:XXXXXXXXXX@elsewhere/births")
    elif kind is Kind.DATASET:
        yield lambda: live.update(description="by hand", schema="elsewhere")
        yield lambda: live["columns"][0].update(verbose_name="By hand", is_dttm=None, groupby=None)
        yield lambda: live["columns"].append({"column_name": "theirs", "expression": "1", "verbose_name": "Theirs"})
        yield lambda: live["metrics"][0].update(d3format=",d", expression="SUM(1)")
        yield lambda: live.update(extra={"certification": {"certified_by": "Ann"}})
    elif kind is Kind.CHART:
        yield lambda: live.update(cache_timeout=7)
        yield lambda: live["params"].update(row_limit=7, y_axis_format="by hand", extra={"x": 1, "y": 2})
        yield lambda: (live.update(viz_type="pie"), live["params"].update(viz_type="pie"))
    else:
        yield lambda: live.update(css="by hand", slug="by-hand", dashboard_title="By hand")
        yield lambda: add_chart(live)
        yield lambda: [n["meta"].update(height=99) for n in live["position"].values() if "CHART" in str(n)[:20]]
        yield lambda: live["metadata"].update(color_scheme="by hand", label_colors={"x": "red", "y": "blue"})
        yield lambda: live["metadata"].update(expanded_slices={}, timed_refresh_immune_slices=[101, 102])
        yield lambda: live["metadata"]["native_filter_configuration"][0].update(name="By hand")
        yield lambda: live["metadata"].update(
            chart_configuration={
                "101": {"id": 101, "crossFilters": {"scope": {"rootPath": ["ROOT_ID"], "excluded": [102]}}}
            }
        )


def add_chart(live: Document) -> None:
    meta = {"uuid": THEIRS, "chartId": 500, "width": 4, "height": 50}
    live["position"]["CHART-theirs"] = {"type": "CHART", "id": "CHART-theirs", "children": [], "meta": meta}
    live["position"]["ROW-1"]["children"] = [*live["position"]["ROW-1"]["children"], "CHART-theirs"]


def ignoring(kind: Kind, *fields: str) -> Ignoring:
    return ignoring_of([IgnoreRule(fields=fields)] if fields else [], AssetId(kind, UUID[kind]), "any")


@st.composite
def cases(draw: st.DrawFn) -> tuple[Kind, Document, Ignoring]:
    kind = draw(st.sampled_from(Kind))
    live = exported(kind)
    edits = list(by_hand(kind, live))
    for number in draw(st.lists(st.integers(0, len(edits) - 1), unique=True)):
        edits[number]()
    return kind, live, ignoring(kind, *draw(st.lists(st.sampled_from(FIELDS[kind]), unique=True)))


@settings(max_examples=400)
@given(cases())
def test_ignored_fields_are_the_live_ones_and_all_others_git_s(case: tuple[Kind, Document, Ignoring]) -> None:
    kind, live, kept = case
    before = copy.deepcopy((GIT[kind], live))
    sent = keep_live(kind, GIT[kind], live, kept)
    assert (GIT[kind], live) == before, "an argument was changed"

    def seen(document: Document) -> Document:
        return project(kind, normalize(kind, document), normalize(kind, GIT[kind]))

    git, shown, now = seen(GIT[kind]), seen(sent), seen(live)
    expected = overlay(git, now, kept.patterns)
    assert watched(shown, kept) == watched(git, kept)
    assert shown == expected
    # What was sent and read back is kept as it is.
    assert normalize(kind, keep_live(kind, GIT[kind], sent, kept)) == normalize(kind, sent)


@given(st.sampled_from(Kind), st.data())
def test_without_rules_exactly_git_s_document_is_sent(kind: Kind, data: st.DataObject) -> None:
    live = exported(kind)
    edits = list(by_hand(kind, live))
    for number in data.draw(st.lists(st.integers(0, len(edits) - 1), unique=True)):
        edits[number]()
    assert keep_live(kind, GIT[kind], live, ignoring(kind)) == GIT[kind]


@pytest.mark.parametrize("kind", Kind, ids=str)
def test_what_nobody_changed_is_sent_as_git_s(kind: Kind) -> None:
    if kind is Kind.DASHBOARD:
        # The browser's lists of charts come along with a filter, and mean what they meant.
        kept = ignoring(kind, "position.*.meta.height", "metadata.color_scheme", "css")
    else:
        kept = ignoring(kind, *FIELDS[kind])
    sent = keep_live(kind, GIT[kind], exported(kind), kept)
    if kind is Kind.CHART:
        sent["params"] = {name: sent["params"][name] for name in GIT[kind]["params"]}
    if kind is Kind.DATASET:
        sent["columns"] = sorted(sent["columns"], key=lambda column: str(column["column_name"]) != "year")
        assert normalize(kind, sent) == normalize(kind, GIT[kind])
        return
    assert sent == GIT[kind]


def test_chart_numbers_follow_the_layout_that_is_kept() -> None:
    live = exported(Kind.DASHBOARD)
    add_chart(live)
    sent = keep_live(Kind.DASHBOARD, GIT[Kind.DASHBOARD], live, ignoring(Kind.DASHBOARD, "position"))
    metas = [node["meta"] for node in sent["position"].values() if isinstance(node, dict) and node["type"] == "CHART"]
    numbers = {meta["uuid"]: meta["chartId"] for meta in metas}
    assert numbers.keys() == {TOTAL, BY_NAME, THEIRS}
    assert len(set(numbers.values())) == 3
    assert sent["metadata"]["expanded_slices"] == {str(numbers[TOTAL]): True}
    assert sent["metadata"]["timed_refresh_immune_slices"] == [numbers[BY_NAME]]


def test_a_kept_connection_gets_no_password_of_git_s() -> None:
    secrets = DatabaseSecrets("secret", {"password": "tunnel"}, {"encrypted_extra": "{}"})
    kept = ignoring(Kind.DATABASE, "sqlalchemy_uri", "ssh_tunnel", "encrypted_extra")
    assert keep_secrets(secrets, kept) == DatabaseSecrets()
    assert keep_secrets(secrets, ignoring(Kind.DATABASE, "cache_timeout")) == secrets


def test_what_the_server_alone_knows_is_kept_by_saying_nothing() -> None:
    git = GIT[Kind.DATABASE] | {
        "masked_encrypted_extra": '{"a": "b"}',
        "ssh_tunnel": {"server_address": "git", "password": "XXXXXXXXXX"},
    }
    live = git | {"ssh_tunnel": {"server_address": "theirs", "password": "XXXXXXXXXX"}}
    sent = keep_live(Kind.DATABASE, git, live, ignoring(Kind.DATABASE, "encrypted_extra", "ssh_tunnel"))
    assert sent == GIT[Kind.DATABASE]
    chart = GIT[Kind.CHART] | {"query_context": "{}"}
    assert "query_context" not in keep_live(
        Kind.CHART, chart, exported(Kind.CHART), ignoring(Kind.CHART, "query_context")
    )


def test_a_kept_chart_type_stands_in_both_places() -> None:
    live = exported(Kind.CHART) | {"viz_type": "pie"}
    for field, kept in (("viz_type", "pie"), ("params", "big_number_total")):
        sent = keep_live(Kind.CHART, GIT[Kind.CHART], live, ignoring(Kind.CHART, field))
        assert sent["params"]["viz_type"] == sent["viz_type"] == kept


def test_a_null_that_means_a_default_is_not_sent_on() -> None:
    live = exported(Kind.DATASET)
    live["columns"][0].update(groupby=None, description=None)
    sent = keep_live(Kind.DATASET, GIT[Kind.DATASET], live, ignoring(Kind.DATASET, "columns"))
    assert (sent["columns"][0]["groupby"], sent["columns"][0]["description"]) == (True, None)


def test_a_chart_that_is_gone_leaves_the_layout() -> None:
    live = exported(Kind.DASHBOARD)
    add_chart(live)
    left = without_dead_charts(live, {TOTAL, BY_NAME})
    assert normalize(Kind.DASHBOARD, left) == normalize(Kind.DASHBOARD, exported(Kind.DASHBOARD))
    assert without_dead_charts(live, {TOTAL, BY_NAME, THEIRS}) == live


def test_a_kept_title_stands_in_the_header_too() -> None:
    live = exported(Kind.DASHBOARD) | {"dashboard_title": "By hand"}
    sent = keep_live(Kind.DASHBOARD, GIT[Kind.DASHBOARD], live, ignoring(Kind.DASHBOARD, "dashboard_title"))
    assert (sent["dashboard_title"], sent["position"]["HEADER_ID"]["meta"]["text"]) == ("By hand", "By hand")


def test_a_kept_setting_of_a_chart_names_it_by_the_number_of_what_is_sent() -> None:
    live = exported(Kind.DASHBOARD)
    scope = {"rootPath": ["ROOT_ID"], "excluded": [102]}
    live["metadata"]["chart_configuration"] = {"101": {"id": 101, "crossFilters": {"scope": scope}}}
    kept = ignoring(Kind.DASHBOARD, "metadata.chart_configuration")
    sent = keep_live(Kind.DASHBOARD, GIT[Kind.DASHBOARD], live, kept)
    here = {"1": {"id": 1, "crossFilters": {"scope": scope | {"excluded": [2]}}}}
    assert sent["metadata"]["chart_configuration"] == here
