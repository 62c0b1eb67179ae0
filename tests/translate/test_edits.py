"""What translating does to the files, case by case; each result is also checked by compiling all environments."""

from __future__ import annotations

import copy

import pytest
from drifted import only_file, translated, ways

from fixtures import small_project as project
from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.core.normal_form import normalize
from superset_gitops.core.report.translation_text import translation_lines
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.sources import Sources
from superset_gitops.model.translation import Scope, Translation, Way

CHART_UUID = "66666666-6666-4666-8666-666666666666"
HEAD = f"uuid: {CHART_UUID}\ndataset_uuid: {{{{ ref('datasets/main/births') }}}}\nviz_type: table\n"


def with_chart(body: str, variables: str = "", newline: str = "\n", **parts: str) -> Sources:
    """The small project with one more chart, and more variables in all environments."""
    sources = project.with_template("charts/it.yaml.j2", (HEAD + body).replace("\n", newline))
    for name, text in parts.items():
        sources = project.with_template(f"_parts/{name}.j2", text, sources)
    texts = {
        sources.environment_path(env): sources.texts[sources.environment_path(env)] + variables
        for env in sources.environments
    }
    return sources.with_texts(texts)


def chart(done: Translation) -> str:
    """The chart's template after the translation, without its head."""
    return done.after.texts["superset_assets/templates/charts/it.yaml.j2"].replace("\r\n", "\n").removeprefix(HEAD)


def put(**values: object) -> object:
    def doing(normal: Document) -> None:
        for name, value in values.items():
            (normal if name in normal else normal["params"])[name] = value

    return doing


def params(**values: object) -> object:
    return lambda normal: normal["params"].update(values)


LITERALS = [
    # (body before, what happened, body after)
    ("slice_name: One  # said\nparams: {}\n", put(slice_name="Two"), "slice_name: Two  # said\nparams: {}\n"),
    ("slice_name: 'It''s'\n", put(slice_name="It's all"), "slice_name: 'It''s all'\n"),
    ('slice_name: "A \\"b\\""\n', put(slice_name='A "c"'), 'slice_name: "A \\"c\\""\n'),
    ("slice_name: One\n", put(slice_name="One: two"), 'slice_name: "One: two"\n'),
    ("slice_name: One\n", put(slice_name="2024-01-01"), 'slice_name: "2024-01-01"\n'),
    ("slice_name: One\n", put(slice_name="no"), 'slice_name: "no"\n'),
    ("slice_name: One\n", put(slice_name="null"), 'slice_name: "null"\n'),
    ("slice_name: One\n", put(slice_name="Größe 😀"), "slice_name: Größe 😀\n"),
    ("slice_name: One\ndescription: >\n  Long text\n  folded.\n", put(description="Long words\nfolded.\n"), None),
    ("slice_name: a\nparams:\n  n: 10\n", params(n=11), "slice_name: a\nparams:\n  n: 11\n"),
    ("slice_name: a\nparams:\n  n: 1\n", params(n="1"), 'slice_name: a\nparams:\n  n: "1"\n'),
    ("slice_name: a\nparams: {n: 1, m: [a, b]}\n", params(m=["a", "c", "b"]),
     "slice_name: a\nparams: {n: 1, m: [a, c, b]}\n"),
    ("slice_name: a\nparams:\n  m:\n    - a  # first\n    - b\n", params(m=["a"]),
     "slice_name: a\nparams:\n  m:\n    - a  # first\n"),
    ("slice_name: a\nparams:\n  n: 1", params(o=2), "slice_name: a\nparams:\n  n: 1\n  o: 2"),
    ("slice_name: a\ndescription: x\n", put(description=None), "slice_name: a\n"),
    ("slice_name: a\n", put(description="x"), "slice_name: a\ndescription: x\n"),
    (
        "slice_name: a\nparams:\n  q: |\n    SELECT 1\n    FROM {{ schema }}.t\n    WHERE a\n",
        params(q="SELECT 1, 2\nFROM dev_data.t\nWHERE b\n"),
        "slice_name: a\nparams:\n  q: |\n    SELECT 1, 2\n    FROM {{ schema }}.t\n    WHERE b\n",
    ),
    (
        "slice_name: a\nparams:\n  q: |\n    one\n",
        params(q="one\nuser = {{ current_user() }}\n"),
        "slice_name: a\nparams:\n  q: |\n    one\n    {%+ raw %}user = {{ current_user() }}{% endraw +%}\n",
    ),
    (
        "slice_name: a\nparams:\n  q: |\n    {% raw %}\n    x = {{ f(1) }}\n    {% endraw %}\n",
        params(q="\nx = {{ f(2) }}\n"),
        "slice_name: a\nparams:\n  q: |\n    {% raw %}\n    x = {{ f(2) }}\n    {% endraw %}\n",
    ),
    (
        "slice_name: a\nparams:\n  q: |\n    {% raw %}\n    x = {{ f(1) }}\n    {% endraw %}\n",
        params(q="\nx = {{ f(1) }}\ny = {{ g(1) }}\n"),
        "slice_name: a\nparams:\n  q: |\n    {% raw %}\n    x = {{ f(1) }}\n    y = {{ g(1) }}\n    {% endraw %}\n",
    ),
    ("slice_name: a\nparams:\n  q: |-\n    one\n", params(q="one\n"), "slice_name: a\nparams:\n  q: |\n    one\n"),
    (
        "slice_name: a\nparams:\n  q: '[\"place\", true]'\n",
        params(q='["place", false]'),
        "slice_name: a\nparams:\n  q: '[\"place\", false]'\n",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("body", "doing", "wanted"), LITERALS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_literals_are_edited_where_they_stand(body: str, doing: object, wanted: str | None, newline: str) -> None:
    sources = with_chart(body, newline=newline)
    done = translated(sources, {"charts/it": doing})
    assert ways(done) == [Way.LITERAL]
    text = only_file(done)
    if wanted is not None:
        assert chart(done) == wanted
    assert ("\n" in text.replace("\r\n", "")) is (newline == "\n")


def test_a_variable_of_one_asset_is_changed_in_its_file() -> None:
    sources = with_chart("slice_name: {{ title }}\n", 'title: "One"  # said\nother: 1\n')
    done = translated(sources, {"charts/it": put(slice_name="Two")})
    assert ways(done) == [Way.VARIABLE]
    assert list(done.files) == ["superset_assets/environments/dev.yaml"]
    assert 'title: "Two"  # said\nother: 1\n' in only_file(done)


def test_a_shared_variable_is_changed_only_where_all_who_read_it_changed() -> None:
    sources = with_chart("slice_name: a\nparams: {row_limit: {{ limit }}}\n")
    alone = translated(sources, {"charts/it": params(row_limit=7)})
    assert ways(alone) == [Way.OVERRIDE]
    assert "{{ it_limit | default(limit) }}" in chart(alone)
    both = translated(sources, {"charts/it": params(row_limit=7), "charts/by_name": params(row_limit=7)})
    assert ways(both) == [Way.VARIABLE, Way.TOGETHER]
    assert "limit: 7\n" in only_file(both)


def test_a_constant_inside_an_expression_is_changed_there() -> None:
    done = translated(project.small_project(), {"charts/total": put(slice_name="All children [dev]")})
    assert ways(done) == [Way.CONSTANT]
    assert '{{ head("All children" ~ suffix) }}' in only_file(done)


def test_a_value_that_another_environment_has_of_its_own_is_never_replaced() -> None:
    """In dev this prints 1, in prod 11: another constant would make 13 of it."""
    sources = with_chart("slice_name: a\nparams: {n: {{ limit - 30 + 1 }}}\n")
    done = translated(sources, {"charts/it": params(n=3)})
    assert ways(done) == [Way.OVERRIDE]
    (asset,) = done.assets
    assert asset.fields[0].effects == ()
    assert any("has a value of its own" in fault for _, fault in asset.fields[0].rejected)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("params:\n  groupby:\n{% for n in names %}\n    - {{ n }}\n{% endfor %}\n", "names: [a, c, d]"),
        ("params: {groupby: {{ names }}}\n", "names: [a, c, d]"),
        ("params:\n  groupby: [{{ names | join(', ') }}]\n", "names: [a, c, d]"),
    ],
)
def test_a_list_that_a_loop_made_is_edited_at_its_source(body: str, wanted: str) -> None:
    sources = with_chart(f"slice_name: a\n{body}", "names: [a, b, c]\n")
    done = translated(sources, {"charts/it": params(groupby=["a", "c", "d"])})
    assert ways(done) == [Way.VARIABLE]
    assert wanted in only_file(done)


def test_what_an_include_says_becomes_a_parameter_for_one_asset() -> None:
    body = 'slice_name: {}\nparams:\n  a: 1\n{{% include "_parts/look2.j2" %}}\n'
    sources = with_chart(body.format("one"), look2="  color: red\n  size: {{ size | default(1) }}\n")
    other = (HEAD + body.format("two")).replace(CHART_UUID, CHART_UUID.replace("6", "7"))
    sources = project.with_template("charts/other.yaml.j2", other, sources)
    done = translated(sources, {"charts/it": params(color="blue", size=2)})
    assert ways(done) == [Way.PARAMETER, Way.PARAMETER]
    assert '{% set color = "blue" %}\n{% set size = 2 %}\n{% include' in chart(done)
    shared = done.after.templates["_parts/look2.j2"]
    assert shared == '  color: {{ color | default("red") }}\n  size: {{ size | default(1) }}\n'


def test_only_here_leaves_all_others_as_they_are() -> None:
    sources = with_chart("slice_name: One\nparams:\n  metrics: [a]\n")
    doing = {"charts/it": put(slice_name="Two", metrics=["a", "b"])}
    done = translated(sources, doing, "prod", Scope.ONLY_HERE)
    assert ways(done) == [Way.GUARD, Way.OVERRIDE]
    assert 'slice_name: {{ it_slice_name | default("One") }}\n' in chart(done)
    assert '  {% if env == "prod" %}\n  metrics: [a, b]\n  {% else %}\n  metrics: [a]\n  {% endif %}\n' in chart(done)


def test_what_only_one_environment_sees_needs_no_guard() -> None:
    sources = with_chart('slice_name: One\nparams:\n  m: 1\n  {% if env == "prod" %}\n  n: 1\n  {% endif %}\n')
    done = translated(sources, {"charts/it": params(n=2)}, "prod", Scope.ONLY_HERE)
    assert ways(done) == [Way.LITERAL]


def test_an_overlay_keeps_what_no_template_can_say() -> None:
    body = "slice_name: a\nparams:\n  {% for n in [1, 2] %}\n  k{{ n }}: {{ n * 10 }}\n  {% endfor %}\n"
    done = translated(with_chart(body), {"charts/it": params(k2=21)})
    assert ways(done) == [Way.OVERLAY]
    assert list(done.files) == ["superset_assets/overlays/dev/charts/it.yaml"]
    assert only_file(done).endswith("set:\n  params:\n    k2: 21\n")
    again = translated(done.after, {"charts/it": params(k2=22)})
    assert only_file(again).endswith("set:\n  params:\n    k2: 22\n")
    told = [str(p) for p in project.problems(again.after)]
    assert len(told) == 1
    assert told[0].startswith("superset_assets/overlays/dev/charts/it.yaml:1:1: [warning]")


def test_pending_stays_and_conflicts_are_the_reviewers() -> None:
    deployed = with_chart("slice_name: One\ndescription: old\nparams: {n: 1, m: 1}\n")
    sources = with_chart("slice_name: One\ndescription: new in Git\nparams: {n: 5, m: 1}\n")
    doing = {"charts/it": put(slice_name="Two", description="new in Superset", m=2)}
    done = translated(sources, doing, base=deployed)
    assert chart(done) == "slice_name: Two\ndescription: new in Git\nparams: {n: 5, m: 2}\n"
    (asset,) = done.assets
    assert [each.shown for each in asset.unsettled] == [("description",)]


def test_nothing_drifted_changes_nothing() -> None:
    pending = project.edited(project.CHART, "metric: births", "metric: other")
    done = translated(pending, {}, base=project.small_project())
    assert done.files == {}
    assert done.assets == ()


def test_columns_metrics_and_filters_are_edited_by_name() -> None:
    def columns(normal: Document) -> None:
        normal["columns"]["num"]["verbose_name"] = "Births"
        del normal["columns"]["name"]
        normal["columns"]["state"] = {**normal["columns"]["num"], "type": "TEXT", "verbose_name": "State"}
        normal["metrics"]["births"]["expression"] = "SUM(num) * 2"

    sources = project.small_project()
    done = translated(sources, {"datasets/main/births": columns})
    assert set(ways(done)) == {Way.LITERAL}
    assert """\
columns:
  - {column_name: year, type: DATE, is_dttm: true}
  - {column_name: num, type: INTEGER, verbose_name: Births}
  - {column_name: state, verbose_name: State}
metrics:
  - {metric_name: births, expression: SUM(num) * 2}
""" in only_file(done).replace(", type: TEXT}", "}")

    def filters(normal: Document) -> None:
        normal["metadata"]["native_filters"]["by_id"]["NATIVE_FILTER-name"]["name"] = "Given name"
        normal["position"]["CHART-total"]["meta"]["width"] = 3

    done = translated(sources, {"dashboards/births": filters})
    assert set(ways(done)) == {Way.LITERAL}
    assert "      name: Given name\n" in only_file(done)


def test_a_deleted_chart_leaves_layout_filters_and_templates() -> None:
    sources = project.small_project()
    uuid = "33333333-3333-4333-8333-333333333333"

    def unlink(normal: Document) -> None:
        normal["charts"].remove(uuid)

    done = translated(sources, {"charts/total": None, "dashboards/births": unlink})
    assert ways(done) == [Way.DROPPED, Way.DELETED]
    assert done.files["superset_assets/templates/charts/total.yaml.j2"] is None
    board = done.files["superset_assets/templates/dashboards/births.yaml.j2"]
    assert board is not None
    assert "total" not in board
    assert "ROW-1: {children: [CHART-name]}" in board
    assert project.problems(done.after) == ()


def test_a_layout_saved_after_a_deletion_loses_the_dead_element_and_gets_the_new_chart() -> None:
    """Superset keeps the deleted chart's element when the layout is saved, with no chart in it (measured in 6.1.0)."""
    sources = project.small_project()
    gone, new = "33333333-3333-4333-8333-333333333333", AssetId(Kind.CHART, "99999999-9999-4999-8999-999999999999")
    document: Document = {
        "slice_name": "Mine", "viz_type": "table", "uuid": new.uuid, "version": "1.0.0",
        "params": {"viz_type": "table"}, "dataset_uuid": "22222222-2222-4222-8222-222222222222",
    }  # fmt: skip
    bundle = compile_bundle(sources, "dev").bundle
    (board,) = [asset for asset in bundle.assets.values() if asset.id.kind is Kind.DASHBOARD]
    saved = copy.deepcopy(board.document)
    saved["position"]["CHART-total"]["meta"] |= {"uuid": None, "chartId": 7}
    saved["position"]["ROW-1"]["children"].append("CHART-mine")
    meta = {"uuid": new.uuid, "width": 4, "height": 30}
    saved["position"]["CHART-mine"] = {"type": "CHART", "children": [], "meta": meta}

    def save(normal: Document) -> None:
        normal.update(normalize(Kind.DASHBOARD, saved))
        normal["charts"] = sorted({*normal["charts"], new.uuid} - {gone})

    done = translated(sources, {"charts/total": None, "dashboards/births": save}, live={new: document})
    assert [each for asset in done.assets for each in asset.unsettled] == []
    assert done.files["superset_assets/templates/charts/total.yaml.j2"] is None
    text = done.files["superset_assets/templates/dashboards/births.yaml.j2"]
    assert text is not None
    assert "total" not in text
    assert "ROW-1: {children: [CHART-name, CHART-mine]}" in text
    assert 'meta: {uuid: {{ ref("charts/mine") }}, width: 4, height: 30}' in text
    assert project.problems(done.after) == ()
    # Merged, Git says what Superset shows: nothing is left to decide on.
    (after,) = [a for a in compile_bundle(done.after, "dev").bundle.assets.values() if a.id == board.id]
    assert normalize(Kind.DASHBOARD, after.document)["position"] == normalize(Kind.DASHBOARD, saved)["position"]


def test_a_deleted_chart_that_is_still_used_is_the_reviewers() -> None:
    done = translated(project.small_project(), {"charts/total": None})
    assert done.files == {}
    (asset,) = done.assets
    assert "dashboards/births.yaml.j2 still refers to it" in asset.unsettled[0].reason


def test_a_new_chart_on_a_managed_dashboard_gets_a_template() -> None:
    sources = project.small_project()
    new = AssetId(Kind.CHART, "99999999-9999-4999-8999-999999999999")
    dataset = "22222222-2222-4222-8222-222222222222"
    document = {
        "slice_name": "Mine: first", "viz_type": "table", "uuid": new.uuid, "dataset_uuid": dataset, "version": "1.0.0",
        "description": None, "cache_timeout": None, "certified_by": None, "certification_details": None,
        "params": {"datasource": "7__table", "viz_type": "table", "row_limit": 10, "where": "x = {{ url_param('x') }}"},
        "query_context": None,
    }  # fmt: skip

    def place(normal: Document) -> None:
        element = {"type": "CHART", "children": [], "meta": {"uuid": new.uuid, "width": 4, "height": 30}}
        normal["position"]["CHART-mine"] = element
        normal["position"]["ROW-2"] = {
            "type": "ROW",
            "children": ["CHART-mine"],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        normal["position"]["GRID_ID"]["children"].append("ROW-2")
        normal["charts"] = sorted([*normal["charts"], new.uuid])

    done = translated(sources, {"dashboards/births": place}, live={new: document})
    assert ways(done)[0] is Way.CREATED
    assert (
        done.files["superset_assets/templates/charts/mine_first.yaml.j2"]
        == f"""\
uuid: {new.uuid}
slice_name: "Mine: first"
dataset_uuid: {{{{ ref("datasets/main/births") }}}}
viz_type: table
params:
  row_limit: 10
  {{%+ raw %}}where: x = {{{{ url_param('x') }}}}{{% endraw +%}}
"""
    )
    board = done.files["superset_assets/templates/dashboards/births.yaml.j2"]
    assert board is not None
    assert '    meta: {uuid: {{ ref("charts/mine_first") }}, width: 4, height: 30}\n' in board
    assert project.problems(done.after) == ()


def test_each_asset_s_texts_are_a_commit_of_their_own() -> None:
    sources = with_chart("slice_name: One\n")
    doings = {"charts/it": put(slice_name="Two"), "charts/by_name": put(slice_name="Other")}
    done = translated(sources, doings)
    texts = dict(sources.texts)
    for asset in done.assets:
        assert len(asset.texts) == 1
        texts |= {path: text for path, text in asset.texts.items() if text is not None}
    assert texts == done.after.texts


ONE_METRIC = "metrics:\n  - {metric_name: births, expression: SUM(num)}\n"


def dataset(done: Translation) -> str:
    return done.after.texts[f"superset_assets/templates/{project.DATASET}"]


def test_the_only_metric_goes_and_comes() -> None:
    sources = project.with_template(project.DATASET, project.TEMPLATES[project.DATASET])
    assert ONE_METRIC in project.TEMPLATES[project.DATASET]
    kept: Document = {}

    def emptied(normal: Document) -> None:
        kept.update(normal["metrics"])
        normal["metrics"] = {}

    def filled(normal: Document) -> None:
        normal["metrics"] = {"all": kept["births"]}

    gone = translated(sources, {"datasets/main/births": emptied})
    assert dataset(gone).endswith("metrics: []\n")
    come = translated(gone.after, {"datasets/main/births": filled})
    assert dataset(come).endswith("metrics: [{metric_name: all, expression: SUM(num)}]\n")


def test_the_only_metric_gets_another_name() -> None:
    def renamed(normal: Document) -> None:
        normal["metrics"] = {"all births": normal["metrics"]["births"]}

    done = translated(project.with_template(project.DATASET, project.TEMPLATES[project.DATASET]),
                      {"datasets/main/births": renamed})  # fmt: skip
    assert dataset(done) == project.TEMPLATES[project.DATASET].replace("metric_name: births", "metric_name: all births")


def test_all_columns_go() -> None:
    sources = project.with_template(project.DATASET, project.TEMPLATES[project.DATASET])

    def emptied(normal: Document) -> None:
        normal.update(columns={}, main_dttm_col=None)

    done = translated(sources, {"datasets/main/births": emptied})
    assert "columns: []\n" in dataset(done)
    assert [each for asset in done.assets for each in asset.unsettled] == []


def test_what_other_edits_made_of_a_change_that_cannot_be_said() -> None:
    """The layout's change cannot: what is no longer in a row is put below the rows. All else can, and is sound."""
    total = "33333333-3333-4333-8333-333333333333"

    def changed(normal: Document) -> None:
        normal["position"]["ROW-1"]["children"][1] = "CHART-none"
        normal["position"]["CHART-name"]["meta"]["uuid"] = total
        normal["metadata"]["timed_refresh_immune_slices"] = []
        normal["charts"] = [total]

    sources = project.with_template(project.DASHBOARD, project.TEMPLATES[project.DASHBOARD])
    done = translated(sources, {"dashboards/births": changed})
    (asset,) = done.assets
    assert [each.shown for each in asset.unsettled] == [("position",)]
    told = "\n".join(translation_lines(done))
    assert 'position.ROW-1.children: ["CHART-total", "CHART-name"] → ["CHART-total", "CHART-none"]\n' in told
    assert f'position.CHART-name.meta.uuid: "44444444-4444-4444-8444-444444444444" → "{total}"\n' in told
    assert "for the reviewer: not even an" in told
    assert ("metadata", "timed_refresh_immune_slices") in [each.shown for each in asset.fields]
