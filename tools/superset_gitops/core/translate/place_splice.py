"""Owns the way of a splice from the rendered text to the templates: to literal text, or to what printed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from superset_gitops.core.compile.trace import Piece, Span, SpanKind, Trace
from superset_gitops.core.translate.splice import Splice


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Characters `start` to `end` (excluded) of a template become `text`, which is template text already if `ready`."""

    template: str
    start: int
    end: int
    text: str
    ready: bool = False


@dataclass(frozen=True, slots=True)
class Printed:
    """A text that one expression printed, and what it is to print."""

    piece: Piece
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One change of the rendered text, as the edits that would make it.

    Attributes:
        choices: edits of template text, any one of which makes the change, best first; an expression that stands in
            the way is dropped.
        literal: they touch literal text only.
        printed: the expression that must print something else, where there is exactly one; of a literal slot the one
            at whose edge something is inserted, which may print it, too.
        rest: what else is edited when the expression prints `printed.new`.
    """

    choices: tuple[tuple[TextEdit, ...], ...]
    literal: bool
    printed: Printed | None = None
    rest: tuple[TextEdit, ...] = ()


def place_splices(splices: Sequence[Splice], trace: Trace, texts: Mapping[str, str], main: str) -> list[Slot]:
    """The slots of a change; splices into what one expression printed share a slot.

    Args:
        splices: of the rendered text.
        trace: of the same render.
        texts: the templates.
        main: the asset's own template, where an insertion is tried first.
    """
    groups: dict[int, tuple[Piece, list[Splice]]] = {}
    slots = []
    for splice in splices:
        touched = _expressions(splice, trace)
        gone = not splice.text and all(splice.start <= p.start and p.end <= splice.end for p in touched)
        if not touched or gone:
            slots.append(Slot(_literal(splice, trace, texts, main), literal=True, printed=_beside(splice, trace)))
        elif len(touched) == 1:
            groups.setdefault(touched[0].start, (touched[0], []))[1].append(splice)
        else:
            slots.append(Slot(_dropping([splice], trace, texts), literal=False))
    slots += [_printed(piece, members, trace, texts) for piece, members in groups.values()]
    return slots


def _expressions(splice: Splice, trace: Trace) -> list[Piece]:
    """The expressions' pieces that a splice changes; an insertion at a piece's edge does not."""
    return [
        piece
        for piece in trace.overlapping(splice.start, max(splice.end, splice.start + 1))
        if piece.span.kind is SpanKind.EXPRESSION or not piece.verbatim
        if splice.end > splice.start or piece.start < splice.start < piece.end
    ]


def _beside(splice: Splice, trace: Trace) -> Printed | None:
    """The one expression at whose edge a text is inserted in the middle of a line, printing that, too."""
    if splice.end > splice.start or "\n" in splice.text:
        return None
    at = splice.start
    near = [
        piece
        for piece in trace.overlapping(max(at - 1, 0), at + 1)
        if piece.span.kind is SpanKind.EXPRESSION and at in (piece.start, piece.end)
    ]
    if len(near) != 1:
        return None
    old = trace.text[near[0].start : near[0].end]
    return Printed(near[0], old, old + splice.text if at == near[0].end else splice.text + old)


def _literal(splice: Splice, trace: Trace, texts: Mapping[str, str], main: str) -> tuple[tuple[TextEdit, ...], ...]:
    if splice.end > splice.start:
        edits = _replacing(splice.start, splice.end, splice.text, trace, texts)
        return (edits,) if edits else ()
    found: list[tuple[TextEdit, ...]] = []
    for each in (splice, *splice.elsewhere):
        for template, at in _points(each.start, trace, texts):
            edit = (TextEdit(template, at, at, each.text),)
            if edit not in found:
                found.append(edit)
    return tuple(sorted(found, key=lambda edits: edits[0].template != main))


def _points(offset: int, trace: Trace, texts: Mapping[str, str]) -> list[tuple[str, int]]:
    """The places in templates that stand for a place between two rendered characters, best first."""
    before = next((p for p in trace.overlapping(max(offset - 1, 0), offset) if p.end >= offset), None)
    after = next((p for p in trace.overlapping(offset, offset + 1) if p.start <= offset), None)
    points = []
    if before is not None and before.verbatim:
        points.append((before.span.template, _source(before, offset, texts)))
    if after is not None and after.verbatim:
        points.append((after.span.template, _source(after, offset, texts)))
    if not points and before is not None and before.span.kind is SpanKind.EXPRESSION:
        points.append((before.span.template, before.span.end))
    if not points and after is not None and after.span.kind is SpanKind.EXPRESSION:
        points.append((after.span.template, after.span.start))
    return points


def _source(piece: Piece, offset: int, texts: Mapping[str, str]) -> int:
    """The offset in the template of an offset inside a literal piece, or at its end."""
    at = piece.span.start + offset - piece.start
    if at <= piece.span.end:
        return at
    text = texts[piece.span.template]
    return piece.span.end + (2 if text.startswith("\r\n", piece.span.end) else 1)


def _replacing(start: int, end: int, text: str, trace: Trace, texts: Mapping[str, str]) -> tuple[TextEdit, ...]:
    """Edits that take a rendered range out, expressions with their whole tags, and put a text where it began."""
    edits: list[TextEdit] = []
    at = start
    for piece in trace.overlapping(start, end):
        if piece.start > at:
            return ()  # characters that nobody knows the source of
        span = piece.span
        if piece.verbatim:
            first, last = (_source(piece, min(max(o, piece.start), piece.end), texts) for o in (start, end))
            edit = TextEdit(span.template, first, last, "")
        else:
            edit = TextEdit(span.template, span.start, span.end, "")
        if edit not in edits:
            edits.append(edit)
        at = piece.end
    if not edits or at < end:
        return ()
    edits[0] = TextEdit(edits[0].template, edits[0].start, edits[0].end, text)
    return tuple(_joined(edits))


def _joined(edits: list[TextEdit]) -> list[TextEdit]:
    """Neighbours in one template become one edit."""
    joined = [edits[0]]
    for edit in edits[1:]:
        last = joined[-1]
        if edit.template == last.template and edit.start == last.end and not edit.text:
            joined[-1] = TextEdit(last.template, last.start, edit.end, last.text)
        else:
            joined.append(edit)
    return joined


def _dropping(splices: Sequence[Splice], trace: Trace, texts: Mapping[str, str]) -> tuple[tuple[TextEdit, ...], ...]:
    """Edits that write what is printed instead of the expressions that print it."""
    edits: list[TextEdit] = []
    for splice in splices:
        start, end, text = splice.start, splice.end, splice.text
        for piece in _expressions(splice, trace):
            if piece.start < start:
                start, text = piece.start, trace.text[piece.start : splice.start] + text
            if piece.end > end:
                end, text = piece.end, text + trace.text[splice.end : piece.end]
        found = _replacing(start, end, text, trace, texts)
        if not found:
            return ()
        edits += found
    return (tuple(edits),) if edits else ()


def _printed(piece: Piece, splices: list[Splice], trace: Trace, texts: Mapping[str, str]) -> Slot:
    """The slot of the splices into what one expression printed."""
    old = trace.text[piece.start : piece.end]
    new, position = "", piece.start
    rest: list[TextEdit] = []
    for splice in sorted(splices, key=lambda each: each.start):
        text, start, end = splice.text, splice.start, splice.end
        if start < piece.start:
            lead = trace.text[start : piece.start]
            if text.startswith(lead):
                text = text[len(lead) :]
            else:
                rest += _replacing(start, piece.start, "", trace, texts)
        if end > piece.end:
            tail = trace.text[piece.end : end]
            if text.endswith(tail):
                text = text[: len(text) - len(tail)]
            else:
                rest += _replacing(piece.end, end, "", trace, texts)
        new += trace.text[position : max(start, piece.start)] + text
        position = max(min(end, piece.end), position)
    new += trace.text[position : piece.end]
    merged = [Splice(piece.start, piece.end, new)] if not rest else list(splices)
    drops = _dropping(merged, trace, texts)
    return Slot(drops, literal=False, printed=Printed(piece, old, new), rest=tuple(rest))


def innermost(piece: Piece) -> tuple[Span, ...]:
    """The expressions that printed a piece, innermost first, each once."""
    chain = [*piece.within]
    if piece.span.kind is SpanKind.EXPRESSION and piece.span not in chain:
        chain.append(piece.span)
    return tuple(reversed(chain))
