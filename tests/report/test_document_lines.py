"""Documents as lines: YAML that says the whole document, one line a leaf, one line a line of text."""

from __future__ import annotations

import unicodedata
from typing import Any

import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from plans import unhurried, values

from superset_gitops.core.drift.compare import same
from superset_gitops.core.report.document_lines import document_lines

keys = st.text("ab:#-\n\t '", max_size=5)
blocks = st.text("a \n\t#:-|", max_size=20)


def lines(document: dict[str, Any], **names: str) -> list[str]:
    return [line.text for line in document_lines(document, names)]


def with_returns(value: Any) -> Any:
    """What was read, with the carriage returns that are shown as a sign of their own."""
    if isinstance(value, dict):
        return {with_returns(key): with_returns(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [with_returns(entry) for entry in value]
    return value.replace("␍\n", "\r\n") if isinstance(value, str) else value


@unhurried
@given(st.dictionaries(keys, values | blocks, max_size=4))
def test_the_lines_say_the_document(document: dict[str, Any]) -> None:
    text = "\n".join(lines(document)) + "\n"
    assert all(char in "\t\n" or unicodedata.category(char) not in {"Cc", "Cs"} for char in text)
    assume("\\ud8" not in text)  # YAML has no half of a character, nor a way to write it
    assert same(with_returns(yaml.safe_load(text) or {}), document)


@unhurried
@given(st.dictionaries(keys, values | blocks, max_size=3), st.dictionaries(keys, values | blocks, max_size=3))
def test_documents_that_differ_have_other_lines(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert same(one, other) == (lines(one) == lines(other))


def test_numbers_are_those_of_json() -> None:
    assert lines({"a": [1.0, 1, True, 0.5, -0.0, 1e300]}) == lines({"a": [1, 1.0, True, 0.5, 0, 1e300]})
    assert lines({"a": 1}) != lines({"a": True}) != lines({"a": "true"}) != lines({"a": "1"})


def test_many_lines_stay_lines_whatever_stands_at_their_ends() -> None:
    assert lines({"sql": "SELECT 1  \n\tFROM t\n", "css": "a {\r\n}\r\n", "text": "  two\nlines"}) == [
        "css: |",
        "  a {␍",
        "  }␍",
        "sql: |",
        "  SELECT 1  ",
        "  \tFROM t",
        "text: |2-",
        "    two",
        "  lines",
    ]


def test_what_steers_a_terminal_is_an_escape() -> None:
    assert lines({"css": "\x1b[31m\nb\u202e\n"}) == ['css: "\\u001b[31m\\nb\\u202e\\n"']


def test_a_uuid_has_its_name_beside_it() -> None:
    assert lines({"charts": ["u-1", "u-2"], "by": {"u-1": {"x": 1}}}, **{"u-1": "Births\n"}) == [
        "by:",
        "  u-1:  # Births\\n",
        "    x: 1",
        "charts:",
        "  - u-1  # Births\\n",
        "  - u-2",
    ]


def test_each_line_knows_where_it_stands() -> None:
    found = document_lines({"a": [{"b": "x\ny"}, [1]]}, {})
    assert [(line.text, ".".join(line.path)) for line in found] == [
        ("a:", "a"),
        ("  - b: |-", "a.0.b"),
        ("      x", "a.0.b"),
        ("      y", "a.0.b"),
        ("  - - 1", "a.1.0"),
    ]
