"""What a run says about a branch besides its commits."""

from __future__ import annotations

from superset_gitops.core.report.branch_text import noted_refusals
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.runtime_branch import Refusal

ONE, OTHER = (AssetId(Kind.CHART, f"{number}3333333-3333-4333-8333-333333333333") for number in (1, 2))


def test_refusals_are_told_by_the_place_and_the_person() -> None:
    page, branch = "https://github.example/octo/boards/pull/100", "runtime-export/dev at origin"
    refusals = [Refusal(ONE, "a" * 12, "ada", page), Refusal(OTHER, "b" * 12, "ada", page)]
    assert list(noted_refusals([*refusals, Refusal(ONE, "c" * 12, "Rita", branch)])) == [
        f"{page} was closed by ada: that refuses 2 edits",
        f"{branch} had commits taken off by Rita: that refuses 1 edit",
    ]
