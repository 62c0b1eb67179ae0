"""The strict reader: what it reads is what Superset's own reader reads, and what surprises people it refuses."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from superset_gitops.core.documents.place import line_and_column, original_offset, with_unix_newlines
from superset_gitops.core.documents.read_yaml import read_yaml
from superset_gitops.core.documents.write_yaml import write_yaml

_text = st.text(st.characters(codec="utf-8"), max_size=20)
_scalar = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), _text)
_value = st.recursive(
    _scalar, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_text, inner, max_size=4))
)


@settings(max_examples=500)
@given(_value)
def test_what_is_written_is_read_again_by_us_and_by_superset(value: Any) -> None:
    text = write_yaml(value)
    parsed = read_yaml(text)
    assert parsed.faults == ()
    assert parsed.value == value
    assert yaml.safe_load(text) == value


@pytest.mark.parametrize(
    ("text", "offset", "rule"),
    [
        ("a: 1\na: 2", 5, "yaml-duplicate-key"),
        ("1: x", 0, "yaml-key"),
        ("? [a]\n: x", 2, "yaml-key"),
        ("a: yes", 3, "yaml-ambiguous"),
        ("a: 010", 3, "yaml-ambiguous"),
        ("a: 12:30", 3, "yaml-ambiguous"),
        ("a: 1_000", 3, "yaml-ambiguous"),
        ("a: 2024-01-01", 3, "yaml-ambiguous"),
        ("a: .nan", 3, "yaml-ambiguous"),
        ("a: -.inf", 3, "yaml-ambiguous"),
        ("a: !!python/object:os.system x", 3, "yaml-tag"),
        ("a: !!binary aGk=", 3, "yaml-tag"),
        ("a: &a [*a]", 3, "yaml-size"),
        ("a: 'x", 3, "yaml-syntax"),
        ("a: b\n---\nc: d", 5, "yaml-syntax"),
        ("a: \x01", 3, "yaml-syntax"),
        ("[" * 100_000, 0, "yaml-size"),
        ("- " * 100_000, 0, "yaml-size"),
        ('a: "\\ud800"', 6, "yaml-syntax"),
    ],
)
def test_what_surprises_people_is_refused_at_its_place(text: str, offset: int, rule: str) -> None:
    assert [(fault.offset, fault.rule) for fault in read_yaml(text).faults] == [(offset, rule)]


def test_aliases_that_blow_up_are_refused() -> None:
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    text += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    assert [fault.rule for fault in read_yaml(text).faults] == ["yaml-size"]


def test_merge_keys_and_aliases_within_bounds_are_read() -> None:
    text = "base: &b {x: 1, y: 2}\none: {<<: *b, y: 3}\ntwo: {<<: [*b, {x: 9, z: 4}]}\n"
    parsed = read_yaml(text)
    assert parsed.faults == ()
    assert parsed.value == yaml.safe_load(text)


def test_places_of_values_and_keys() -> None:
    text = "a:\n  - b: 1\n    'c d': [x, {e: f}]\n"
    parsed = read_yaml(text)
    assert text[parsed.offset(("a", 0, "c d", 1, "e")) :].startswith("f}")
    assert text[parsed.offset(("a", 0, "c d"), on_key=True) :].startswith("'c d'")
    assert text[parsed.offset(("a", 0, "missing", 7)) :].startswith("b: 1")
    assert parsed.range(("a", 0, "b")) == (text.index("1"), text.index("1") + 1)
    assert parsed.range(("a", 5)) is None


@given(st.text(alphabet="ab\r\n", max_size=20), st.integers(0, 20))
def test_offsets_survive_newline_normalisation(text: str, offset: int) -> None:
    unix = with_unix_newlines(text)
    offset = min(offset, len(unix))
    original = original_offset(text, offset)
    assert line_and_column(text, original) == line_and_column(unix, offset)
    if offset < len(unix) and unix[offset] != "\n":
        assert text[original] == unix[offset]
