"""How two versions of an asset differ, and how people name the asset that they mean."""

from __future__ import annotations

import pytest

from superset_gitops.core.choose_asset import choose_asset
from superset_gitops.core.drift import compare_fields
from superset_gitops.core.report.difference_text import difference_lines
from superset_gitops.model.asset import AssetId, Document, Kind

UUID = "0aab5f8e-54b1-4d2c-8a49-3f0d7a3a9c11"
CHART, DATASET = AssetId(Kind.CHART, UUID), AssetId(Kind.DATASET, UUID)


def lines(before: Document, after: Document) -> list[str]:
    return list(difference_lines(compare_fields(before, before, after)))


def test_a_field_stands_on_a_line_from_the_earlier_to_the_later_version() -> None:
    assert lines({"limit": 10, "name": "A"}, {"limit": None, "name": "A"}) == ["  limit: 10 → null"]
    assert lines({"a": {"x": 1}}, {"a": {"y": [2]}}) == ["  a.x: 1 → (absent)", "  a.y: (absent) → [2]"]


def test_many_lines_are_a_diff() -> None:
    assert lines({"sql": "SELECT 1\nFROM t\n"}, {"sql": "SELECT 2\nFROM t\n"}) == [
        "  sql:",
        "    @@ -1,2 +1,2 @@",
        "    -SELECT 1",
        "    +SELECT 2",
        "     FROM t",
    ]


def test_long_values_are_cut() -> None:
    (line,) = lines({"x": "a" * 500}, {"x": 1})
    assert len(line) < 100
    assert "…" in line


@pytest.mark.parametrize(
    "text", ["chart:Births: all of them", f"chart:{UUID}", UUID.upper(), f" Chart : {UUID.upper()} "]
)
def test_an_asset_is_meant_by_kind_and_name_or_by_uuid(text: str) -> None:
    assert choose_asset(text).matches(CHART, "Births: all of them")
    assert not choose_asset(text).matches(AssetId(Kind.CHART, UUID.replace("0", "1")), "Deaths")


def test_the_kind_counts_where_it_is_named() -> None:
    assert choose_asset(UUID).matches(DATASET, "Births")
    assert not choose_asset(f"chart:{UUID}").matches(DATASET, "Births")
    assert not choose_asset("chart:Births").matches(DATASET, "Births")
