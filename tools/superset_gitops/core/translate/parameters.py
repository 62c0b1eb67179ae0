"""Owns parameters of shared parts: what a template gives to a macro that it calls or a part that it includes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from superset_gitops.core.compile.trace import Piece
from superset_gitops.core.translate.context import Context, Proposal, jinja_literal, new_value, read_printed
from superset_gitops.core.translate.place_splice import Printed, TextEdit, innermost
from superset_gitops.model.translation import Way

_MACRO = re.compile(r"\{%[-+]?\s*macro\s+(\w+)\s*\(")


@dataclass(frozen=True, slots=True)
class Parameter:
    """Where a shared part gets its parameters from.

    Attributes:
        template: where they are given.
        at: the place in it: before the include's line, or before the call's closing bracket.
        call: the call's own text; empty for an include.
        declares: the shared template and the place before the closing bracket of the macro's head; None for an include.
        names: of the macro's parameters.
        indent: of the include's line.
    """

    template: str
    at: int
    call: str
    declares: tuple[str, int] | None
    names: tuple[str, ...] = ()
    text: str = ""

    def give(self, name: str, literal: str) -> TextEdit | None:
        """The edit that gives a parameter a value; None where it has one."""
        if self.declares is None:
            if re.search(rf"\{{%[-+]?\s*set\s+{name}\b", self.text):
                return None
            return TextEdit(self.template, self.at, self.at, f"{{% set {name} = {literal} %}}\n", ready=True)
        if re.search(rf"\b{name}\s*=", self.call):
            return None
        comma = "" if self.call.rstrip().endswith("(") else ", "
        return TextEdit(self.template, self.at, self.at, f"{comma}{name}={literal}", ready=True)

    def declare(self, name: str, default: str) -> TextEdit:
        """The edit that adds a parameter to the macro's head."""
        template, at = self.declares or ("", 0)
        comma = ", " if self.names else ""
        return TextEdit(template, at, at, f"{comma}{name}={default}", ready=True)


def parameters(piece: Piece, context: Context) -> Iterator[Parameter]:
    """Where the part that a piece of text stands in gets its parameters from; nothing for the asset's own text."""
    yield from _of_macro(piece, context)
    if piece.span.template == context.template:
        return
    text = context.texts[context.template]
    name = re.escape(piece.span.template)
    found = list(re.finditer(rf"^[ \t]*\{{%[-+]?\s*include\s+([\"']){name}\1", text, re.MULTILINE))
    if len(found) == 1:
        yield Parameter(context.template, found[0].start(), "", None, text=text)


def change_parameter(printed: Printed, context: Context) -> Iterator[Proposal]:
    """Ways to have a shared part print something else for this asset alone."""
    names = sorted(name for span in innermost(printed.piece)[:1] for name in span.names)
    for parameter in parameters(printed.piece, context):
        for name in names:
            value = _argument(printed, context)
            if parameter.declares is not None and name not in parameter.names:
                continue
            if not context.is_variable(name):
                given = parameter.give(name, jinja_literal(value))
                if given is not None:
                    yield Proposal(Way.PARAMETER, (given,))
                    yield _own(parameter, name, value, printed, context)
            elif parameter.declares is None:
                yield from _by_shadow(parameter, name, printed, context)


def _own(parameter: Parameter, name: str, value: Any, printed: Printed, context: Context) -> Proposal:
    """The same for one environment: all others are given what the part prints by itself."""
    old, own = read_printed(printed.old), context.own_name()
    default = jinja_literal(printed.old if isinstance(value, str) else old)
    given = parameter.give(name, f"{own} | default({default})")
    return Proposal(Way.OVERRIDE, (given,) if given is not None else (), (((own,), value),))


def _by_shadow(parameter: Parameter, name: str, printed: Printed, context: Context) -> Iterator[Proposal]:
    """`{% set row_limit = births_row_limit | default(row_limit) %}` in front of the include."""
    found = new_value(context.frame.variables.get(name), printed.old, printed.new)
    own = context.own_name()
    given = parameter.give(name, f"{own} | default({name})")
    if found and given is not None:
        yield Proposal(Way.OVERRIDE, (given,), (((own,), found[0]),))


def _argument(printed: Printed, context: Context) -> Any:
    """The value to give: what the text means where the part itself quotes it, or the text as it is."""
    span = printed.piece.span
    value = read_printed(printed.new)
    quoted = "tojson" in context.texts[span.template][span.start : span.end]
    return value if quoted or not isinstance(value, str) else printed.new


def _of_macro(piece: Piece, context: Context) -> Iterator[Parameter]:
    shared = context.texts[piece.span.template]
    heads = [head for head in _MACRO.finditer(shared) if head.end() <= piece.span.start]
    outer = [span for span in piece.within if span != piece.span]
    if not heads or not outer:
        return
    head, call = heads[-1], outer[-1]
    close = _closing(shared, head.end())
    text = context.texts[call.template][call.start : call.end]
    called = re.search(rf"\b{head[1]}\s*\(", text)
    if close is None or called is None:
        return
    end = _closing(text, called.end())
    if end is None:
        return
    names = tuple(re.findall(r"(?:^|,)\s*(\w+)\s*(?==|,|$)", _flat(shared[head.end() : close])))
    yield Parameter(call.template, call.start + end, text[:end], (piece.span.template, close), names)


def _flat(arguments: str) -> str:
    """The arguments without what stands in brackets or quotes."""
    return re.sub(r"\[[^\]]*\]|\{[^}]*\}|\"[^\"]*\"|'[^']*'|\([^)]*\)", "0", arguments)


def _closing(text: str, at: int) -> int | None:
    """Where the bracket that is open at `at` closes."""
    depth, quote = 1, ""
    for index in range(at, len(text)):
        char = text[index]
        if quote:
            quote = "" if char == quote and text[index - 1] != "\\" else quote
        elif char in "\"'":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth == 0:
                return index
    return None
