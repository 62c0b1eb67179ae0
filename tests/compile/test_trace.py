"""The trace: stripped of its marks it is the plain render, and what it points at is what was printed."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from superset_gitops.core.compile.template_environment import TemplateEnvironment, render
from superset_gitops.core.compile.trace import SpanKind, Trace
from superset_gitops.core.compile.traced_environment import trace_render

VARIABLES: dict[str, Any] = {
    "title": "Births",
    "limit": 10,
    "on": True,
    "none_at_all": None,
    "names": ["Ann", "Bo", "Cy"],
    "look": {"a": 1, "b": "x"},
}
PARTS = {
    "_part.j2": "part: {{ title }}\n  more\n",
    "_macros.j2": (
        "{% macro pair(k, v) %}\n{{ k }}: {{ v }}\n{% endmacro %}"
        "{% macro box(name) -%}\n[{{ name }}] {{ caller() }}\n\n  end{%- endmacro %}"
    ),
}


def traced(text: str, **more: str) -> tuple[str, Trace, dict[str, str]]:
    templates = {**PARTS, **more, "t": text}
    plain = render(TemplateEnvironment(templates, VARIABLES), "t")
    trace = trace_render("t", plain, templates, VARIABLES)
    assert trace is not None
    assert trace.text == plain
    return plain, trace, templates


def source_at(trace: Trace, templates: dict[str, str], offset: int) -> str:
    place = trace.source_of(offset)
    assert place is not None
    return templates[place[0]][place[1] :]


def test_every_literal_character_points_at_itself() -> None:
    plain, trace, templates = traced("a: 1\n{% if on %}\n  b: {{ limit }} # {{ title }}\n{% endif %}\nc: é😀 x\n")
    for piece in trace.pieces:
        if piece.span.kind is SpanKind.LITERAL:
            assert piece.verbatim
            for offset in range(piece.start, piece.end):
                if plain[offset] != "\n":
                    assert source_at(trace, templates, offset).startswith(plain[offset])
    assert "".join(plain[p.start : p.end] for p in trace.pieces) == plain


def test_an_expression_points_at_its_tag_and_names_what_it_reads() -> None:
    plain, trace, templates = traced("x: {{ title ~ limit }}\n")
    piece = trace.piece_at(plain.index("Births"))
    assert piece is not None
    assert templates["t"][piece.span.start : piece.span.end] == "{{ title ~ limit }}"
    assert piece.span.names == {"title", "limit"}
    plain, trace, _ = traced("x: {{ limit }}\n")
    alone = trace.piece_at(plain.index("10"))
    assert alone is not None
    assert alone.span.names == {"limit"}


def test_a_macro_s_text_points_into_the_macro_and_knows_its_call() -> None:
    text = '{% from "_macros.j2" import pair %}\n{{ pair("k", limit) }}\n'
    plain, trace, templates = traced(text)
    piece = trace.piece_at(plain.index(": 10"))
    assert piece is not None
    assert piece.span.template == "_macros.j2"
    assert [templates[s.template][s.start : s.end] for s in piece.within] == ['{{ pair("k", limit) }}']


def test_a_loop_s_body_is_counted() -> None:
    _, trace, templates = traced("{% for n in names %}\n- {{ n }}\n{% endfor %}\n")
    times = {templates[s.template][s.start : s.end]: n for s, n in trace.times().items()}
    assert times == {"- ": 3, "{{ n }}": 3, "": 3}


def test_an_indented_macro_is_traced_line_by_line() -> None:
    text = (
        '{% from "_macros.j2" import box %}\nv:\n  {% filter indent(4) %}{% call box(title) %}one\n\n two'
        "{% endcall %}{% endfilter %}\n"
    )
    plain, trace, templates = traced(text)
    assert trace.complete
    assert source_at(trace, templates, plain.index("two")).startswith("two")
    assert source_at(trace, templates, plain.index("end")).startswith("end")


def test_crlf_offsets_are_those_of_the_file() -> None:
    plain, trace, templates = traced("a: 1\r\nb: {{ limit }}\r\nc: tail\r\n")
    assert plain == "a: 1\nb: 10\nc: tail\n"
    assert source_at(trace, templates, plain.index("tail")).startswith("tail")
    assert source_at(trace, templates, plain.index("10")).startswith("{{ limit }}")


@pytest.mark.parametrize(
    "text",
    [
        "{% set x %}abc{% endset %}{{ x == 'abc' }} tail",
        "{% set x %}{{ title }}{% endset %}{{ 'yes' if x in ['Births'] else 'no' }} tail",
        "{% macro m() %}{{ title }}{% endmacro %}{{ {'Births': 1}[m()] }} tail",
    ],
)
def test_where_marks_would_be_compared_macros_are_left_alone(text: str) -> None:
    plain, trace, templates = traced(text)
    assert not trace.complete
    assert source_at(trace, templates, plain.index("tail")).startswith("tail")


def test_text_that_looks_like_marks_is_not_traced() -> None:
    templates = {"t": "a \U00100001 b"}
    assert trace_render("t", templates["t"], templates, {}) is None


# Generated templates: pieces of text and of Jinja2, nested, with every kind of white-space control.
_text = st.text(alphabet="ab:-'\"#\n é😀{}%", max_size=12).filter(lambda t: not any(m in t for m in ("{{", "{%", "{#")))
_text = _text.filter(lambda t: not t.endswith("{") and not t.startswith(("}", "%", "#")))
_expression = st.sampled_from(
    [
        "title",
        "limit + 1",
        "none_at_all",
        "look",
        "names | join(', ')",
        "title | upper",
        "pair(title, limit) | trim",
        "pair('k', pair(1, 2)) | indent(2)",
        "pair('k', 2) | length",
        "pair('k', 2) | replace('k', 'z')",
        "pair('k', 2) | title",
        "pair(1, 2) ~ title",
        "'lit'",
        "[pair(1, 2), title] | tojson",
        "pair(1, 2) | first",
        "title[1:3]",
    ]
)
_open, _close = st.sampled_from(["", "-", "+"]), st.sampled_from(["", "-"])


@st.composite
def _block(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    heads = [
        ("for n in names", "endfor"),
        ("if on", "endif"),
        ("if not on", "else", "endif"),
        ("filter upper", "endfilter"),
        ("filter indent(2)", "endfilter"),
        ("filter trim", "endfilter"),
        ("call box(title)", "endcall"),
        ("set kept", "endset"),
        ("with z = limit", "endwith"),
        ("raw", "endraw"),
    ]
    tags = draw(st.sampled_from(heads))
    if tags[0] == "raw":
        return "{% raw %}" + draw(_text) + "{{ not_ours }}{% endraw %}"
    parts = [f"{{%{draw(_open)} {tags[0]} {draw(_close)}%}}"]
    for tag in tags[1:]:
        parts += [draw(inner), f"{{%{draw(_open)} {tag} {draw(_close)}%}}"]
    if tags[0] == "set kept":
        parts.append(draw(st.sampled_from(["{{ kept }}", "{{ kept | trim }}", "{% if kept %}K{% endif %}", ""])))
    return "".join(parts)


_leaf = st.one_of(
    _text,
    st.builds(lambda o, e, c: f"{{{{{o} {e} {c}}}}}", _open, _expression, _close),
    st.sampled_from(['{% include "_part.j2" %}', "{# a comment #}", "{%- set z = 1 %}", "{% print title %}"]),
)
_template = st.recursive(
    st.lists(_leaf, max_size=4).map("".join),
    lambda inner: st.lists(st.one_of(_leaf, _block(inner)), max_size=4).map("".join),
    max_leaves=12,
)


@settings(max_examples=400)
@given(_template)
def test_a_traced_render_is_the_plain_one(body: str) -> None:
    text = '{% from "_macros.j2" import pair, box %}' + body
    templates = {**PARTS, "t": text}
    plain = render(TemplateEnvironment(templates, VARIABLES), "t")
    trace = trace_render("t", plain, templates, VARIABLES)
    assert trace is not None
    assert trace.text == plain
    for piece in trace.pieces:
        source = templates[piece.span.template][piece.span.start : piece.span.end]
        assert not piece.verbatim or plain[piece.start : piece.end].removesuffix("\n") == source
        if piece.span.kind is SpanKind.EXPRESSION:
            assert source.startswith(("{{", "{%"))
            assert source.endswith(("}}", "%}"))
    ends = [(piece.start, piece.end) for piece in trace.pieces]
    assert all(start < end for start, end in ends)
    assert all(a[1] <= b[0] for a, b in pairwise(ends))
