"""A plan as a comment: found by its first line, whole where it fits, and never longer than a forge takes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from superset_gitops.core.report.comment_text import LONGEST, comment_text, environment_of, plan_marker
from superset_gitops.core.report.plan_markdown import plan_markdown
from superset_gitops.model.plan import Plan

MARKER = plan_marker("dev")
LINES = st.lists(st.sampled_from(["text", "```diff", "```", "````", "<details><summary>s</summary>", "</details>", ""]))


def test_what_drift_plan_prints_is_known_by_its_marker() -> None:
    printed = plan_markdown(Plan("runtime-1", ()))
    assert environment_of(printed) == "runtime-1"
    assert environment_of("### Plan for `dev`") is None
    assert comment_text(printed, "runtime-1").count("<!--") == 1


def test_the_marker_comes_first_wherever_it_stood() -> None:
    assert comment_text(f"### Plan\n{MARKER}\nrow\n", "dev", commit="0123456789abcdef") == (
        f"{MARKER}\n### Plan\n\nrow\n\n<sub>commit 0123456789ab</sub>\n"
    )


def test_a_long_plan_is_cut_between_lines_and_says_so() -> None:
    rows = [f"| row {number} |" for number in range(20_000)]
    text = comment_text("\n".join([MARKER, *rows]), "dev", run="https://github.example/run")
    assert LONGEST - 300 < len(text) <= LONGEST
    assert "the whole of it is in the run's summary" in text
    assert set(text.split("\n\n…")[0].split("\n")[1:]) < set(rows)
    assert text.endswith("[run](https://github.example/run)</sub>\n")


@given(LINES, st.integers(600, 1500))
def test_a_cut_text_is_no_longer_than_asked_and_leaves_no_fence_open(lines: list[str], longest: int) -> None:
    text = comment_text("\n".join([MARKER, *lines * 40]), "dev", longest=longest)
    assert text.startswith(MARKER)
    fence = ""
    for line in text.split("\n"):
        if not fence and line.startswith("```"):
            fence = line.rstrip("dif")
        elif fence and line.startswith(fence) and not line.strip("`"):
            fence = ""
        assert not (fence and line.startswith("… the plan is longer"))
    assert len(text) <= longest
