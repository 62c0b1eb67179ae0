"""What superset-cli's escaping does to a value, and what can be made of it again: laws, and a folder's files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from superset_gitops.core.documents.superset_cli_escapes import (
    as_read,
    escaped,
    has_escapes,
    has_other_jinja,
    may_be_escaped,
    unescaped,
)
from superset_gitops.core.drift.restore_known import restore_known
from superset_gitops.edges.superset.export_folder import read_export
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import Document

UUID = "33333333-3333-4333-8333-333333333333"
PARTS = ["{{", "}}", "{%", "%}", "{% if", "{%- endfor", "-%}", " ", "{", "}", "%", "x", "'", "{{ '{{' }}", "{#", "\n"]
texts = st.lists(st.sampled_from(PARTS), max_size=8).map("".join).map(lambda text: f"a{text}")
values = st.recursive(
    texts | st.sampled_from(["[]", "0", "null", "{}", '[ 1, "é" ]', "1e3"]) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(texts)
def test_jinja_comes_back_whatever_stands_around_it(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert may_be_escaped({"sql": escaped(text)})


@given(values)
def test_what_did_not_change_is_restored(value: object) -> None:
    restored = restore_known({"field": as_read(value)}, [{"field": value}])
    assert restored.normal == {"field": value}
    assert restored.doubtful == ()


@given(st.lists(values, min_size=1, max_size=4), st.data())
def test_a_change_beside_it_changes_nothing_else(items: list[object], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(items) - 1))
    changed = [*items[:at], "another", *items[at + 1 :]]
    restored = restore_known({"list": as_read(changed)}, [{"list": items}])
    assert restored.normal == {"list": changed}


def test_what_the_export_does_not_say_is_told() -> None:
    before = {"params": {"filters": [{"comparator": "12", "operator": "=="}], "note": "old"}}
    live = {"params": {"filters": [{"comparator": "{}", "operator": "!="}], "note": "new"}}
    restored = restore_known(live, [before])
    assert restored.doubtful == (("params", "filters", "0", "comparator"),)
    assert restored.normal == {"params": {"filters": [{"comparator": "12", "operator": "!="}], "note": "new"}}
    assert restore_known(live, []).normal == live


def write(folder: Path, **charts: Document) -> Path:
    (folder / "charts").mkdir(parents=True)
    for name, document in charts.items():
        number = len(list((folder / "charts").iterdir()))
        whole = {"slice_name": name, "uuid": f"{UUID[:-1]}{number}", "viz_type": "table", "params": document}
        (folder / "charts" / f"{name}.yaml").write_text(yaml.safe_dump(whole))
    return folder


def test_a_folder_that_was_escaped(tmp_path: Path) -> None:
    query = "a {{ x }} {% if y %}b{% endif %}"
    export = read_export(write(tmp_path / "one", one={"q": escaped(query)}, other={"q": "{}"}))
    assert sorted(a.document["params"]["q"] for a in export.live.assets.values()) == [query, "{}"]
    assert export.escaped == export.live.assets.keys()
    assert not export.complete


def test_a_folder_that_was_not(tmp_path: Path) -> None:
    """One value that superset-cli would have written otherwise: `{}` is what somebody wrote."""
    export = read_export(write(tmp_path / "one", one={"q": "[]"}, other={"q": "{}"}, third={"q": "{{ x }}"}))
    assert export.escaped == frozenset()
    assert sorted(a.document["params"]["q"] for a in export.live.assets.values()) == ["[]", "{{ x }}", "{}"]


def test_a_file_that_was_escaped_and_made_a_template(tmp_path: Path) -> None:
    folder = write(tmp_path / "one", one={"q": escaped("{{ x }}"), "title": "{{ env['TITLE'] }}"})
    with pytest.raises(ConfigurationError, match="beside Jinja that superset-cli escaped") as refused:
        read_export(folder)
    assert str(refused.value.where).endswith("charts/one.yaml")


def test_our_own_export_is_taken_as_it_is(tmp_path: Path) -> None:
    text = "SELECT {{ '{{' }}"
    folder = write(tmp_path / "one", one={"q": text})
    (folder / "manifest.json").write_text(json.dumps({"source": "runtime"}))
    export = read_export(folder)
    assert [a.document["params"]["q"] for a in export.live.assets.values()] == [text]
    assert export.escaped == frozenset()


@pytest.mark.parametrize(
    ("text", "escapes", "other"),
    [
        ("a {{ x }}", False, True),
        ("{{ '{{' }} x {{ '}}' }}", True, False),
        ('{"a": {"b": 1}}', False, False),  # braces of JSON
        (escaped('{"a": {"b": "{{ x }}"}}'), True, False),
        ("{{ '{% endif %}' }}", True, False),
        (escaped("{% set n = 1 %}{{ n }}{# note #}"), True, False),  # of `set` it escapes the end alone
        ("{{ '{% endif %}' }} {% if x", True, True),
    ],
)
def test_what_stands_in_a_file(text: str, escapes: bool, other: bool) -> None:
    assert has_escapes({"a": [text]}) is escapes
    assert has_other_jinja({"a": [text]}) is other
