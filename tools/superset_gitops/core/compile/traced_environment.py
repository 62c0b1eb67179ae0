"""Owns the traced render: a template's syntax tree rewritten so that all that it prints says where it came from.

The law: without its marks a traced render is the plain one, to the character. Marks inside a macro or a captured block
are seen by filters and comparisons; where that changes the text, only what goes straight to the output is marked, and
where even that does, there is no trace.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from superset_gitops.core.compile.template_environment import TemplateEnvironment, located_tokens, render
from superset_gitops.core.compile.trace import Span, SpanKind, Trace
from superset_gitops.core.compile.trace_marks import (
    MARKS,
    close_mark,
    has_marks,
    literal_mark,
    open_mark,
    read_marks,
    strip_marks,
)
from superset_gitops.core.documents.place import original_offset, with_unix_newlines

# Filters that give the same text whether marks are in it or not, up to the marks themselves.
_TRANSPARENT = frozenset({"default", "d", "e", "escape", "lower", "safe", "string", "upper"})
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def trace_render(name: str, plain: str, templates: Mapping[str, str], variables: Mapping[str, Any]) -> Trace | None:
    """The trace of a template whose plain render is known; None where marking would change what is rendered."""
    if has_marks(plain):
        return None
    for complete in (True, False):
        environment = _TracedEnvironment(templates, variables, into_macros=complete)
        try:
            marked = render(environment, name)
        except Exception:  # noqa: BLE001, S112 - the plain render succeeded: the marks are what went wrong
            continue
        trace = read_marks(marked, environment.places, dict(templates), complete=complete)
        if trace.text == plain:
            return trace
    return None


class _TracedEnvironment(TemplateEnvironment):
    """Renders with marks; `places` are the spans that the marks number."""

    writes_plain_code = False

    def __init__(self, templates: Mapping[str, str], variables: Mapping[str, Any], *, into_macros: bool) -> None:
        super().__init__(templates, variables)
        self.places: list[Span] = []
        self._into_macros = into_macros
        for name, function in list(self.filters.items()):
            if name not in _TRANSPARENT:
                self.filters[name] = _without_marks(function)
        self.filters["trim"] = _trim
        self.filters["indent"] = _indent
        for name, function in list(self.tests.items()):
            self.tests[name] = _without_marks(function)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        marked: nodes.Template = _Marker(self, source, name or "", self.places, self._into_macros).visit(tree)
        marked.set_environment(self)
        return marked


class _Marker(NodeTransformer):
    """Puts marks around what a template prints."""

    def __init__(
        self,
        environment: jinja2.Environment,
        source: str,
        template: str,
        places: list[Span],
        into_macros: bool,  # noqa: FBT001 - private, and passed in one place
    ) -> None:
        self._source = source
        self._text = with_unix_newlines(source)
        self._template = template
        self._places = places
        self._into_macros = into_macros
        self._tags = _tags(environment, self._text)

    def visit_Output(self, node: nodes.Output) -> nodes.Output:  # noqa: N802 - Jinja2's naming
        """Mark each literal line and each expression of an output."""
        marked: list[nodes.Expr] = []
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                marked.append(nodes.TemplateData(self._marked_lines(child), lineno=child.lineno))
            else:
                marked.extend(self._marked_expression(child))
        return nodes.Output(marked, lineno=node.lineno)

    def visit_CallBlock(self, node: nodes.CallBlock) -> list[nodes.Node]:  # noqa: N802 - Jinja2's naming
        """A call block prints what its macro gives."""
        return self._captured(node)

    def visit_FilterBlock(self, node: nodes.FilterBlock) -> list[nodes.Node]:  # noqa: N802 - Jinja2's naming
        """A filter block prints its filtered body."""
        return self._captured(node)

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802 - Jinja2's naming
        """A macro's text is a value before it is printed."""
        return self.generic_visit(node) if self._into_macros else node

    def visit_AssignBlock(self, node: nodes.AssignBlock) -> nodes.Node:  # noqa: N802 - Jinja2's naming
        """A captured block is a value before it is printed."""
        return self.generic_visit(node) if self._into_macros else node

    def _captured(self, node: nodes.CallBlock | nodes.FilterBlock) -> list[nodes.Node]:
        opening, closing = self._marks_around(node)
        inner = self.generic_visit(node) if self._into_macros else node
        return [
            nodes.Output([opening], lineno=node.lineno),
            inner,
            nodes.Output([closing], lineno=node.lineno),
        ]

    def _marked_expression(self, child: nodes.Expr) -> list[nodes.Expr]:
        opening, closing = self._marks_around(child)
        return [opening, child, closing]

    def _marks_around(self, node: nodes.Node) -> tuple[nodes.TemplateData, nodes.TemplateData]:
        start, end = self._tag_around(node.lineno - 1)
        inside = (node, *node.find_all(nodes.Name))
        names = frozenset(each.name for each in inside if isinstance(each, nodes.Name) and each.ctx == "load")
        place = self._place(start, end, SpanKind.EXPRESSION, names)
        opening = nodes.TemplateData(open_mark(place), lineno=node.lineno)
        return opening, nodes.TemplateData(close_mark(place), lineno=node.lineno)

    def _marked_lines(self, data: nodes.TemplateData) -> str:
        offset = data.lineno - 1
        lines: list[str] = []
        for line in _LINE.findall(data.data):
            place = self._place(offset, offset + len(line.removesuffix("\n")), SpanKind.LITERAL)
            lines.append(literal_mark(place) + line)
            offset += len(line)
        return "".join(lines)

    def _place(self, start: int, end: int, kind: SpanKind, names: frozenset[str] = frozenset()) -> int:
        start, end = original_offset(self._source, start), original_offset(self._source, end)
        self._places.append(Span(self._template, start, end, kind, names))
        return len(self._places) - 1

    def _tag_around(self, offset: int) -> tuple[int, int]:
        return next(((start, end) for start, end in self._tags if start <= offset < end), (offset, offset))


def _tags(environment: jinja2.Environment, text: str) -> list[tuple[int, int]]:
    """The ranges of all `{{ … }}` and `{% … %}` tags, without the white space that `-` and line ends trim."""
    tags: list[tuple[int, int]] = []
    begin = 0
    for position, kind, value in located_tokens(environment, text, None):
        if kind in ("variable_begin", "block_begin"):
            begin = position - 1
        elif kind in ("variable_end", "block_end"):
            tags.append((begin, position - 1 + len(value.rstrip())))
    return tags


def _without_marks(function: Any) -> Callable[..., Any]:
    """The same filter or test, which never sees a mark."""

    @functools.wraps(function)
    def clean(*arguments: Any, **options: Any) -> Any:
        plain = [strip_marks(each) if isinstance(each, str) else each for each in arguments]
        return function(*plain, **{k: strip_marks(v) if isinstance(v, str) else v for k, v in options.items()})

    return clean


def _trim(value: Any, chars: str | None = None) -> str:
    """The filter `trim`, which keeps the marks at both ends."""
    text = str(value)
    blank = rf"[{re.escape(chars)}]" if chars else r"\s"
    head = re.match(rf"(?:{MARKS}|{blank})*", text)
    kept_head = "".join(re.findall(MARKS, head.group())) if head else ""
    rest = text[head.end() :] if head else text
    tail = re.search(rf"(?:{MARKS}|{blank})*\Z", rest)
    if tail is None:
        return kept_head + rest
    return kept_head + rest[: tail.start()] + "".join(re.findall(MARKS, tail.group()))


def _indent(value: str, width: int | str = 4, first: bool = False, blank: bool = False) -> str:  # noqa: FBT001, FBT002
    """The filter `indent`, for which a line of marks alone is an empty one."""
    indentation = width if isinstance(width, str) else " " * width
    text = str(value) + "\n"
    lines = text.splitlines()
    rest = [indentation + line if blank or strip_marks(line) else line for line in lines[1:]]
    joined = "\n".join([*lines[:1], *rest])
    return indentation + joined if first else joined
