"""Owns `Trace`: for every rendered character, the piece of template source that it came from."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class SpanKind(StrEnum):
    """What a piece of source is."""

    LITERAL = "literal"  # text of the template
    EXPRESSION = "expression"  # {{ … }}, or the {% call %} or {% filter %} tag that prints


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A piece of a template's source: offsets in characters of the text as it is on disk, end excluded.

    A literal's span is at most one line, without its newline. `names` are the variables that an expression reads.
    """

    template: str
    start: int
    end: int
    kind: SpanKind
    names: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Piece:
    """A range of the rendered text and the source it came from.

    Attributes:
        start, end: offsets in the rendered text, end excluded; never empty.
        span: the innermost source: inside a macro, the macro's own.
        within: the expressions that were printing at that time, outermost first (`{{ macro() }}`, `{% call %}`);
            for an expression's own text this ends with the expression itself.
        verbatim: the source characters are the rendered ones, one to one, from `span.start` on.
    """

    start: int
    end: int
    span: Span
    within: tuple[Span, ...]
    verbatim: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a rendered text came from.

    Attributes:
        text: the rendered text, without any mark: exactly what the plain render gives.
        pieces: in the order of the text and without overlaps; characters between two pieces have no known source.
        expressions: the rendered range of every printed expression, also of those that hold pieces of a macro.
        complete: macros and captured blocks are traced too; otherwise what they print belongs to the expression
            that prints it, because a filter or a comparison would have seen the marks.
    """

    text: str
    pieces: tuple[Piece, ...]
    expressions: tuple[tuple[int, int, Span], ...]
    complete: bool

    def piece_at(self, offset: int) -> Piece | None:
        """The piece that holds a rendered character; at the end of the text, or in a gap, the one before it."""
        index = bisect.bisect_right(self.pieces, offset, key=lambda piece: piece.start) - 1
        return self.pieces[index] if index >= 0 else None

    def source_of(self, offset: int) -> tuple[str, int] | None:
        """The template and the offset in it that a rendered character came from; an expression's start."""
        piece = self.piece_at(offset)
        if piece is None:
            return None
        span = piece.span
        if span.kind is SpanKind.EXPRESSION:
            return span.template, span.start
        return span.template, min(span.start + max(offset - piece.start, 0), max(span.end - 1, span.start))

    def overlapping(self, start: int, end: int) -> Iterator[Piece]:
        """The pieces that share characters with a rendered range, in order."""
        index = max(bisect.bisect_right(self.pieces, start, key=lambda piece: piece.start) - 1, 0)
        for piece in self.pieces[index:]:
            if piece.start >= end:
                return
            if piece.end > start:
                yield piece

    def times(self) -> Mapping[Span, int]:
        """How often each piece of source was rendered: more than once in a loop, or a macro called twice."""
        counted: dict[Span, int] = {}
        for piece in self.pieces:
            if piece.span.kind is SpanKind.LITERAL:
                counted[piece.span] = counted.get(piece.span, 0) + 1
        for _, _, span in self.expressions:
            counted[span] = counted.get(span, 0) + 1
        return counted
