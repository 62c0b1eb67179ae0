"""Owns the marks that a traced render carries in its text, and reading them back.

A mark is three characters of the second supplementary private-use plane: what it says, and the number of the place
in the source in two digits. Text that has such characters of its own is not traced.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from superset_gitops.core.compile.trace import Piece, Span, Trace

_DIGIT = 0x100000
_BASE = 0x8000
_LITERAL, _OPEN, _CLOSE = "\U0010f000", "\U0010f001", "\U0010f002"
_MARK = re.compile("[\U0010f000-\U0010f002][\U00100000-\U00107fff]{2}")
_ANY = re.compile("[\U00100000-\U0010ffff]")
MAX_PLACES = _BASE * _BASE
MARKS = _MARK.pattern


def literal_mark(place: int) -> str:
    """From here on, what follows is the literal with this number."""
    return _LITERAL + _digits(place)


def open_mark(place: int) -> str:
    """From here to its closing mark, the expression with this number prints."""
    return _OPEN + _digits(place)


def close_mark(place: int) -> str:
    """The expression with this number has printed."""
    return _CLOSE + _digits(place)


def strip_marks(text: str) -> str:
    """The text without its marks."""
    return _MARK.sub("", text)


def has_marks(text: str) -> bool:
    """Whether a text has a character that only marks may have."""
    return _ANY.search(text) is not None


def read_marks(marked: str, places: list[Span], sources: dict[str, str], *, complete: bool) -> Trace:
    """The trace of a marked text; `sources` are the templates' texts, to see what was printed verbatim."""
    reader = _Reader(places, sources)
    position = 0
    for mark in _MARK.finditer(marked):
        reader.text(marked[position : mark.start()])
        code = mark.group()
        reader.mark(code[0], (ord(code[1]) - _DIGIT) * _BASE + ord(code[2]) - _DIGIT)
        position = mark.end()
    reader.text(marked[position:])
    return Trace("".join(reader.chunks), tuple(reader.pieces), tuple(reader.expressions), complete)


def _digits(place: int) -> str:
    high, low = divmod(place, _BASE)
    return chr(_DIGIT + high) + chr(_DIGIT + low)


@dataclass(slots=True)
class _Frame:
    """An expression that is printing, and the literal inside it whose text is going on."""

    expression: Span | None
    start: int
    literal: Span | None = None


@dataclass(slots=True)
class _Reader:
    places: list[Span]
    sources: dict[str, str]
    chunks: list[str] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    expressions: list[tuple[int, int, Span]] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=lambda: [_Frame(None, 0)])
    position: int = 0

    def text(self, text: str) -> None:
        """A run of text without marks: the literal that is going on, then what an expression or a filter added."""
        frame = self.frames[-1]
        if frame.literal is not None:
            source = self.sources[frame.literal.template][frame.literal.start : frame.literal.end]
            whole = next((each for each in (source + "\n", source) if text.startswith(each)), None)
            printed = text if whole is None or frame.expression is None else whole
            self._add(printed, frame.literal, verbatim=printed == whole)
            text = text[len(printed) :]
            frame.literal = None
        self._add(text, frame.expression, verbatim=False)

    def mark(self, what: str, place: int) -> None:
        span = self.places[place]
        if what == _LITERAL:
            self.frames[-1].literal = span
        elif what == _OPEN:
            self.frames.append(_Frame(span, self.position))
        elif any(frame.expression == span for frame in self.frames):
            # A filter may have cut an inner closing mark off: this one closes what is inside it, too.
            closed: Span | None = None
            while closed != span:
                frame = self.frames.pop()
                closed = frame.expression
                if closed is not None:
                    self.expressions.append((frame.start, self.position, closed))

    def _add(self, text: str, span: Span | None, *, verbatim: bool) -> None:
        if text and span is not None:
            within = tuple(frame.expression for frame in self.frames if frame.expression is not None)
            self.pieces.append(Piece(self.position, self.position + len(text), span, within, verbatim))
        self.chunks.append(text)
        self.position += len(text)
