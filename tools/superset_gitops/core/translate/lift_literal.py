"""Owns the candidates for a literal that must not change for everybody: a variable or a parameter takes its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml

from superset_gitops.core.compile.template_environment import as_yaml
from superset_gitops.core.compile.trace import Piece
from superset_gitops.core.translate.context import Context, Proposal, jinja_literal
from superset_gitops.core.translate.parameters import Parameter, parameters
from superset_gitops.core.translate.place_splice import TextEdit
from superset_gitops.core.translate.scalar_text import encode, write_scalar
from superset_gitops.model.translation import Way


def lift_literal(node: yaml.ScalarNode, old: Any, new: Any, context: Context, *, flow: bool) -> Iterator[Proposal]:
    """Ways to put an expression where a scalar stands literally, its old text as the default.

    Of a scalar that expressions print parts of, the literal part that changed. Nothing for scalars of several lines.
    """
    start, end = node.start_mark.index, node.end_mark.index
    if node.style in ("'", '"'):
        start, end = start + 1, end - 1
    raw = context.trace.text[start:end]
    piece = context.trace.piece_at(start)
    printed, quote = _printable(node, new, flow=flow), ""
    if printed is None and isinstance(new, str) and not node.style and old == raw:
        printed, quote = new, " | tojson"
    if "\n" in raw or printed is None or piece is None or start >= end:
        return
    if piece.verbatim and piece.start <= start and end <= piece.end:
        plain = not isinstance(old, str) and str(as_yaml(old)) == raw
        default = jinja_literal(old) if plain else json.dumps(raw, ensure_ascii=False)
        yield from _lifted(piece, start, raw, default, printed, context, quote)
    elif isinstance(printed, str) and not quote:
        yield from _part(start, raw, printed, context)


def _part(start: int, raw: str, new: str, context: Context) -> Iterator[Proposal]:
    """A literal part of a text, where all else of it stays."""
    for piece in context.trace.overlapping(start, start + len(raw)):
        first, last = max(piece.start - start, 0), min(piece.end - start, len(raw))
        before, after = raw[:first], raw[last:]
        value = new[first : len(new) - len(after)]
        if piece.verbatim and value and f"{before}{value}{after}" == new:
            default = json.dumps(raw[first:last], ensure_ascii=False)
            yield from _lifted(piece, start + first, raw[first:last], default, value, context, "")


def _lifted(
    piece: Piece, start: int, raw: str, default: str, value: Any, context: Context, quote: str
) -> Iterator[Proposal]:
    at = piece.span.start + start - piece.start
    yield from _as_parameter(piece, (at, at + len(raw)), default, value, context, quote)
    name = context.own_name()
    tag = f"{{{{ {name} | default({default}){quote} }}}}"
    edit = TextEdit(piece.span.template, at, at + len(raw), tag, ready=True)
    yield Proposal(Way.OVERRIDE, (edit,), (((name,), value),))


def _as_parameter(
    piece: Piece, place: tuple[int, int], default: str, value: Any, context: Context, quote: str
) -> Iterator[Proposal]:
    name = context.field_name()
    for parameter in parameters(piece, context) if name is not None else ():
        body, more = _declared(parameter, name or "", default)
        given = parameter.give(name or "", jinja_literal(value))
        if given is not None:
            edit = TextEdit(piece.span.template, *place, f"{{{{ {body}{quote} }}}}", ready=True)
            yield Proposal(Way.PARAMETER, (edit, *more, given))
            own = context.own_name()
            shadow = parameter.give(name or "", f"{own} | default({default})")
            yield Proposal(Way.OVERRIDE, (edit, *more, *((shadow,) if shadow else ())), (((own,), value),))


def _declared(parameter: Parameter, name: str, default: str) -> tuple[str, tuple[TextEdit, ...]]:
    if parameter.declares is None:
        return f"{name} | default({default})", ()
    return name, (parameter.declare(name, default),)


def _printable(node: yaml.ScalarNode, new: Any, *, flow: bool) -> Any:
    """The value to print where the scalar stands, with its quotes around it; None where no value would do."""
    if node.style in ("'", '"'):
        return new if isinstance(new, str) and encode(new, node.style, "") == new else None
    if node.style:
        return None
    if not isinstance(new, str):
        return new
    return new if write_scalar(new, flow=flow) == new else None
