"""Edits of YAML texts: they say the new value, and lines that are not concerned stay as they are."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from superset_gitops.core.documents.read_yaml import read_yaml
from superset_gitops.core.documents.write_yaml import write_yaml
from superset_gitops.core.same import same
from superset_gitops.core.translate.hunks import apply_hunks, hunks
from superset_gitops.core.translate.scalar_text import char_map
from superset_gitops.core.translate.splice import CannotEdit, apply_splices
from superset_gitops.core.translate.write_node import document_text
from superset_gitops.core.translate.yaml_splices import yaml_splices

_texts = st.text(alphabet="ab 01:-#'\"\n\té😀{}[],&*!|>%@`~.\\", max_size=12)
_scalars = st.one_of(_texts, st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False, allow_infinity=False))
_keys = st.sampled_from(["a", "b", "c d", "10", "true", "é"])
_trees = st.recursive(
    _scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_keys, inner, max_size=3)),
    max_leaves=8,
)
_documents = st.dictionaries(_keys, _trees, min_size=1, max_size=4)


def _flow(value: Any) -> str:
    return yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=40)


def has_list_in_list(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(has_list_in_list, value.values()))
    return isinstance(value, list) and any(isinstance(item, list) or has_list_in_list(item) for item in value)


@settings(max_examples=300, deadline=None)
@given(_documents, _documents, st.sampled_from([write_yaml, _flow, document_text, yaml.safe_dump]), st.booleans())
def test_an_edited_text_says_the_new_value(old: Any, new: Any, write: Any, mix: bool) -> None:
    text = write(old)
    parsed = read_yaml(text)
    if mix:
        new = {**old, **dict(list(new.items())[:1])}
    if parsed.faults or not same(parsed.value, old):
        return  # what PyYAML writes is not always what strict reading takes
    try:
        changed = apply_splices(text, yaml_splices(text, parsed, new))
    except CannotEdit:
        # The two texts that have no place: nothing of the document stays, or a list stands behind a list's dash.
        assert not (old.keys() & new.keys()) or has_list_in_list(old)
        return
    assert same(read_yaml(changed).value, new), changed


@settings(max_examples=200, deadline=None)
@given(_documents)
def test_a_written_document_reads_back(document: dict[str, Any]) -> None:
    read = read_yaml(document_text(document))
    assert read.faults == ()
    assert same(read.value, document)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab \n.", max_size=30), st.text(alphabet="ab \n.", max_size=30), st.data())
def test_hunks_lead_from_the_old_text_to_the_new(old: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(old)))
    found = hunks(old, new, [(start, data.draw(st.integers(start, len(old))))])
    assert apply_hunks(old, found) == new
    long = "line one\nline two\n" * 40
    assert apply_hunks(long + old, hunks(long + old, long + new)) == long + new


@pytest.mark.parametrize(
    "text",
    [
        "k: plain text\n", "k: plain\n  of two lines\n\n  and a paragraph\n", "k: 'it''s\n  folded'\n",
        'k: "a\\u00e9 \\"b\\"\\n \\\n  c"\n', "k: |\n  one\n\n   two\n  three\n", "k: |-\n  one\n", "k: |+\n  one\n\n",
        "k: >\n  one\n  two\n\n  three\n   deeper\n  four\n", "k: >-\n  one\n\n\n  two\n",
    ],
)  # fmt: skip
def test_every_character_of_a_scalar_has_its_place(text: str) -> None:
    node = yaml.compose(text, Loader=yaml.CSafeLoader).value[0][1]
    places = char_map(text, node)
    assert places is not None
    assert len(places) == len(node.value)
    for char, (start, end) in zip(node.value, places, strict=True):
        assert text[start:end] == char or char in " \n" or text[start] in "\\'"
    starts = [start for start, _ in places]
    assert starts == sorted(starts)


@pytest.mark.parametrize("text", ["0\n ", "a\n  \nb", "a\n\t\nb\n", "a\n\nb"])
def test_lines_of_blanks_stay(text: str) -> None:
    assert read_yaml(document_text({"a": [text], "b": text})).value == {"a": [text], "b": text}


def test_comments_and_neighbours_stay() -> None:
    text = """\
# head
a: 1  # one
list:
  # about x
  - name: x
    deep: {k: [1, 2], l: "q"}  # flow
  - name: y

b: |
  text
# tail
"""
    old = read_yaml(text)
    new = copy.deepcopy(old.value)
    new["list"][0]["deep"]["k"] = [1, 3]
    new["list"][1]["more"] = {"a": [1], "b": "x\ny"}
    del new["a"]
    changed = apply_splices(text, yaml_splices(text, old, new))
    assert (
        changed
        == """\
# head
list:
  # about x
  - name: x
    deep: {k: [1, 3], l: "q"}  # flow
  - name: y
    more:
      a: [1]
      b: |-
        x
        y

b: |
  text
# tail
"""
    )
