"""The laws of leaving fields out of account."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from superset_gitops.core.ignore.overlay import overlay, strip
from superset_gitops.core.ignore.patterns import Pattern, below, path_pattern

names = st.sampled_from(["a", "ab", "b", "c"])
steps = st.sampled_from(["a", "a?", "b*", "*", "c"])
scalars = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "x"]) | st.just([1])
documents = st.dictionaries(
    names, st.recursive(scalars, lambda inner: st.dictionaries(names, inner, max_size=3), max_leaves=6), max_size=4
)
patterns = st.lists(st.lists(steps, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple)


def leaves(value: Any, path: Pattern = ()) -> dict[Pattern, Any]:
    if isinstance(value, dict) and value:
        return {key: leaf for name, entry in value.items() for key, leaf in leaves(entry, (*path, name)).items()}
    return {path: value}


def is_named(path: Pattern, named: tuple[Pattern, ...]) -> bool:
    for step in path:
        named = below(named, step)
        if () in named:
            return True
    return False


@given(documents, patterns)
def test_a_stripped_document_has_no_named_field_and_all_others(document: Any, named: Any) -> None:
    before, after = leaves(document), leaves(strip(document, named))
    if after == {(): {}}:
        after = {}
    assert not any(is_named(path, named) for path in after)
    # What is missing was named, or is the empty mapping around it.
    assert all(after.get(path) == leaf for path, leaf in before.items() if not is_named(path, named) and leaf != {})
    assert after.keys() <= before.keys()


@given(documents, documents, patterns)
def test_an_overlay_changes_only_named_fields(target: Any, source: Any, named: Any) -> None:
    assert strip(overlay(target, source, named), named) == strip(target, named)


@given(documents, documents)
def test_nothing_named_is_nothing_changed(target: Any, source: Any) -> None:
    assert overlay(target, source, ()) == target
    assert strip(target, ()) == target


@given(documents, documents, patterns)
def test_a_named_field_of_what_both_have_is_the_source_s(target: Any, source: Any, named: Any) -> None:
    merged, live = leaves(overlay(target, source, named)), leaves(source)
    named_in_live = [path for path in live if is_named(path, named)]
    both = [path for path in named_in_live if all(_mapping(target, path[:n]) for n in range(len(path)))]
    assert all(merged[path] == live[path] for path in both)


@given(documents, documents, patterns)
def test_an_overlay_is_stable(target: Any, source: Any, named: Any) -> None:
    once = overlay(target, source, named)
    assert overlay(once, source, named) == once


def _mapping(value: Any, path: Pattern) -> bool:
    for step in path:
        value = value.get(step, {}) if isinstance(value, dict) else None
    return isinstance(value, dict)


def test_a_thing_of_its_own_is_not_made_out_of_one_field() -> None:
    named = (path_pattern("metrics.*.d3format"),)
    git = {"metrics": {"old": {"d3format": "a", "expression": "1"}, "new": {"d3format": "b", "expression": "2"}}}
    live = {"metrics": {"old": {"d3format": "c", "expression": "3"}, "theirs": {"d3format": "d", "expression": "4"}}}
    assert overlay(git, live, named) == {
        "metrics": {"old": {"d3format": "c", "expression": "1"}, "new": {"d3format": "b", "expression": "2"}}
    }


@pytest.mark.parametrize(
    ("pattern", "name", "hit"),
    [
        ("*", "", True),
        ("Births*", "Births [dev]", True),
        ("Births [dev]", "Births [dev]", True),
        ("Births [dev]", "Births d", False),
        ("a?b", "a.b", True),
        ("births", "Births", False),
        ("a*", "ba", False),
        ("a*", "a\nb", True),
    ],
)
def test_only_a_star_and_a_question_mark_are_special(pattern: str, name: str, hit: bool) -> None:
    from superset_gitops.core.ignore.patterns import matches

    assert matches(pattern, name) is hit
