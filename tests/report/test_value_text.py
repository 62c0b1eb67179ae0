"""Two values that differ never look the same."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from superset_gitops.core.report.value_text import difference
from superset_gitops.model.plan import ABSENT

scalars = st.none() | st.booleans() | st.integers() | st.text() | st.text("ab", min_size=60, max_size=200)
values = scalars | st.lists(scalars, max_size=6) | st.dictionaries(st.text("pq", max_size=2), scalars, max_size=4)


@given(values | st.just(ABSENT), values | st.just(ABSENT))
def test_a_difference_is_seen(before: Any, after: Any) -> None:
    assume(repr(before) != repr(after))
    told = difference(before, after)
    assert told
    if isinstance(told, str):
        half = told[: (len(told) - len(" → ")) // 2]
        assert told != f"{half} → {half}"


def test_long_values_are_shown_around_their_difference() -> None:
    line = difference("x" * 100 + "one", "x" * 100 + "two")
    assert isinstance(line, str)
    assert "one" in line
    assert "two" in line
    assert len(line) < 160


def test_an_element_that_differs_far_behind_is_shown() -> None:
    kept = {"clause": "WHERE", "comparator": ["a"] * 20}
    told = difference([kept, {**kept, "subject": "x"}], [kept, {**kept, "subject": "y"}])
    assert [line[0] for line in told] == ["-", "+"]
