"""Owns the candidates for what an expression prints: a variable's value, a constant, a variable of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from superset_gitops.core.translate.constants import constants, tag_body
from superset_gitops.core.translate.context import Context, Proposal, jinja_literal, nested, new_value, read_printed
from superset_gitops.core.translate.place_splice import Printed, TextEdit, innermost
from superset_gitops.model.translation import Way

_MOST_SPOTS = 12


def change_expression(printed: Printed, context: Context) -> Iterator[Proposal]:
    """Every way to make an expression print something else, simplest first."""
    yield from _by_variable(printed, context)
    yield from _by_constant(printed, context)
    yield from _by_override(printed, context)


def _by_variable(printed: Printed, context: Context) -> Iterator[Proposal]:
    names = (name for span in innermost(printed.piece) for name in sorted(span.names))
    count = 0
    for name in context.variables_used(names):
        for path, value in nested(context.frame.variables[name], (name,)):
            found = new_value(value, printed.old, printed.new)
            if found and count < _MOST_SPOTS:
                count += 1
                yield Proposal(Way.VARIABLE, values=((path, found[0]),))


def _by_constant(printed: Printed, context: Context) -> Iterator[Proposal]:
    """Another constant inside an expression; or a variable of the environment's own, with the constant as default."""
    chain = innermost(printed.piece)
    near: list[Proposal] = []
    far: list[Proposal] = []
    name = context.own_name()
    for template in context.used():
        text = context.texts[template]
        for start, end, value in constants(text):
            written = _rewritten(text[start:end], value, printed, context)
            if written is None:
                continue
            inside = any(s.template == template and s.start <= start and end <= s.end for s in chain)
            found = near if inside else far
            found.append(Proposal(Way.CONSTANT, (TextEdit(template, start, end, written, ready=True),)))
            own = new_value(value, printed.old, printed.new)
            if own:
                tag = TextEdit(template, start, end, f"{name} | default({text[start:end]})", ready=True)
                found.append(Proposal(Way.OVERRIDE, (tag,), (((name,), own[0]),)))
    yield from (*near, *far[: 2 * _MOST_SPOTS])


def _rewritten(source: str, value: Any, printed: Printed, context: Context) -> str | None:
    """The text of a constant that has to change, where it has a part in what was printed."""
    references = context.references
    if isinstance(value, str) and references.get(printed.old) == value and printed.new in references:
        return jinja_literal(references[printed.new])
    found = new_value(value, printed.old, printed.new)
    if not found:
        return None
    written = jinja_literal(found[0])
    if source.startswith("'") and isinstance(found[0], str) and not re.search(r"['\"\\\n]", found[0]):
        return f"'{found[0]}'"
    return written


def _by_override(printed: Printed, context: Context) -> Iterator[Proposal]:
    """`{{ row_limit }}` becomes `{{ births_row_limit | default(row_limit) }}`, and this environment has that name."""
    for span in innermost(printed.piece)[:1]:
        parts = tag_body(context.texts[span.template][span.start : span.end])
        if parts is None:
            continue
        opening, body, closing = parts
        name = context.own_name(body if re.fullmatch(r"\w+", body) else "")
        value = read_printed(printed.new)
        as_json = re.fullmatch(r"(.*?)\s*\|\s*tojson", body, re.DOTALL)
        if as_json:
            tag = f"{opening}{name} | default({as_json[1]}) | tojson{closing}"
        else:
            tag = f"{opening}{name} | default({body}){closing}"
            value = printed.new if isinstance(value, str) else value
        edit = TextEdit(span.template, span.start, span.end, tag, ready=True)
        yield Proposal(Way.OVERRIDE, (edit,), (((name,), value),))
