"""The fast proof: where it holds, yamllint has nothing to say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from superset_gitops.core.documents.write_yaml import write_yaml
from superset_gitops.core.validate.lint_text import DEFAULT_CONFIG
from superset_gitops.core.validate.plainly_tidy import is_plainly_tidy

_PIECES = """a: 1|b:|- x|- c: 2|- - y|d: [1, 2]|e: {f: g}|h: [|]|text|# note|- |-  z|j: "k"|'l': m|n : o|p: q |r:  s
t: [u , v]|w,|"x|y"|- - - z:|? a|: b|&a b|-|- # note|i: # note|k: >-|- l: m:|: |"""
_piece = st.sampled_from([*_PIECES.replace("\n", "|").split("|"), "i: |"])
_line = st.builds(lambda indent, piece: " " * indent + piece, st.integers(0, 9), _piece)
_tidy_line = st.builds(lambda indent, piece: "  " * indent + piece, st.integers(0, 3), _piece)


def yamllint(text: str) -> list[str]:
    from yamllint import linter
    from yamllint.config import YamlLintConfig

    found = linter.run(text, YamlLintConfig(DEFAULT_CONFIG))
    problems = [(problem.rule, str(problem)) for problem in found]
    # What is no YAML is the reader's to tell.
    return [] if any(rule is None for rule, _ in problems) else [told for _, told in problems]


@settings(max_examples=1500)
@given(st.one_of(st.lists(_line, max_size=6), st.lists(_tidy_line, max_size=6)).map("\n".join))
@example("a: [\nx\n]")
@example("a:\n  - b:\n      c: 1")
@example("- a\n-   b")
def test_what_is_plainly_tidy_is_tidy(text: str) -> None:
    if is_plainly_tidy(text):
        assert yamllint(text) == []


_scalar = st.one_of(st.none(), st.booleans(), st.integers(), st.text("ab :,-[]{}'\"#\n", max_size=8))
_value = st.recursive(
    _scalar, lambda v: st.one_of(st.lists(v, max_size=3), st.dictionaries(st.text("ab", min_size=1), v, max_size=3))
)


@settings(max_examples=500)
@given(_value)
def test_and_so_it_is_in_what_we_write(value: Any) -> None:
    text = write_yaml(value)
    if is_plainly_tidy(text):
        assert yamllint(text) == []


@pytest.mark.parametrize("text", ["a: 1\nb:\n  - c: 2\n    d: [1, {e: f}]\n", "params:\n  metric: x\n\n  y: 'z'\n"])
def test_common_texts_need_no_yamllint(text: str) -> None:
    assert is_plainly_tidy(text)
