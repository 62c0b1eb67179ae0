"""Overlays: what one environment shows differently, laid over what a template renders to."""

from __future__ import annotations

from fixtures import small_project as project
from superset_gitops.core.compile.overlays import read_overlays
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.sources import Sources

FOLDER = "superset_assets/overlays"


def with_overlay(path: str, text: str) -> Sources:
    return project.small_project().with_texts({f"{FOLDER}/{path}": text})


def document(sources: Sources, env: str, kind: Kind, digit: str) -> Document:
    """The compiled document of the asset whose uuid is made of this digit."""
    assets = project.compiled(sources, env)[env].bundle.assets
    return assets[AssetId(kind, f"{digit * 8}-{digit * 4}-4{digit * 3}-8{digit * 3}-{digit * 12}")].document


def test_an_overlay_changes_its_environment_alone() -> None:
    text = "# why\nset:\n  params: {row_limit: 7, new: {a: [1]}}\nremove:\n  - [params, groupby]\n"
    sources = with_overlay("dev/charts/by_name.yaml", text)
    params = document(sources, "dev", Kind.CHART, "4")["params"]
    assert (params["row_limit"], params["new"], "groupby" in params) == (7, {"a": [1]}, False)
    assert document(sources, "prod", Kind.CHART, "4") == document(project.small_project(), "prod", Kind.CHART, "4")
    assert project.told(sources).startswith("superset_assets/overlays/dev/charts/by_name.yaml:1:1: [warning] ")


def test_columns_and_filters_are_named() -> None:
    text = "set:\n  columns: {num: {verbose_name: N}}\nremove: [[columns, name]]\n"
    dataset = with_overlay("dev/datasets/main/births.yaml", text)
    columns = document(dataset, "dev", Kind.DATASET, "2")["columns"]
    assert [(c["column_name"], c["verbose_name"]) for c in columns] == [("year", None), ("num", "N")]
    text = "set:\n  metadata: {native_filters: {by_id: {NATIVE_FILTER-name: {name: Who}}}}\n"
    board = document(with_overlay("dev/dashboards/births.yaml", text), "dev", Kind.DASHBOARD, "5")
    assert [each["name"] for each in board["metadata"]["native_filter_configuration"]] == ["Who"]


def test_what_an_overlay_breaks_is_told_at_the_template() -> None:
    sources = with_overlay("dev/charts/by_name.yaml", "set: {cache_timeout: soon}\n")
    told = [str(problem) for problem in project.problems(sources)]
    assert any("charts/by_name.yaml.j2" in line and "cache_timeout" in line and "[error]" in line for line in told)


def test_an_overlay_of_nothing_and_one_that_says_nothing_are_errors() -> None:
    nothing = with_overlay("dev/charts/gone.yaml", "set: {slice_name: x}\n")
    assert "there is no template charts/gone.yaml.j2 to lay it over" in project.only_problem(nothing).message
    for text in ("", "a: 1\n", "set: [1]\n", "remove: [columns]\n", "- 1\n"):
        assert "an overlay is a mapping" in project.only_problem(with_overlay("dev/charts/total.yaml", text)).message
    broken = project.problems(with_overlay("dev/charts/total.yaml", "set: {a: 1, a: 2}\n"))
    assert "yaml-duplicate-key" in {problem.rule for problem in broken}
    assert read_overlays(project.small_project(), "dev") == ({}, ())
