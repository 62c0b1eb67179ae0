"""Owns template text: what Superset's own Jinja needs to stay raw, uuids as references, a file's own line ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import jinja2

from superset_gitops.core.compile.template_environment import TemplateEnvironment, located_tokens
from superset_gitops.core.documents.place import original_offset, with_unix_newlines
from superset_gitops.core.translate.place_splice import TextEdit
from superset_gitops.core.translate.splice import Splice, apply_splices

_JINJA = re.compile(r"\{\{|\{%|\{#")
_YAML_KEY = re.compile(r" *(?:- )*[A-Za-z_][\w-]*:(?: |$)")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def edited(text: str, edits: Iterable[TextEdit], references: Mapping[str, str]) -> str:
    """A template after its edits.

    Args:
        text: the template as it is on disk.
        edits: all of this template.
        references: uuid → what `ref()` calls it.

    Raises:
        CannotEdit: two edits overlap.
    """
    raw = _raw_ranges(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    splices = []
    for edit in dict.fromkeys(edits):
        written = edit.text
        if not edit.ready:
            inside = any(start <= edit.start and edit.end <= end for start, end in raw)
            written = edit.text if inside else as_template(edit.text, references)
        splices.append(Splice(edit.start, edit.end, written.replace("\n", newline)))
    return apply_splices(text, splices)


def as_template(text: str, references: Mapping[str, str]) -> str:
    """Plain text as a template that prints it: Jinja in it raw, known uuids as `ref()`."""
    parts = []
    for raw, part in _parts(text):
        known = _with_references(part, references, raw=raw)
        parts.append(_raw(known) if raw else known)
    return "\n".join(parts)


def _with_references(text: str, references: Mapping[str, str], *, raw: bool) -> str:
    before, after = ("{% endraw +%}", "{%+ raw %}") if raw else ("", "")

    def reference(match: re.Match[str]) -> str:
        name = references.get(match[0])
        return match[0] if name is None else f'{before}{{{{ ref("{name}") }}}}{after}'

    return UUID.sub(reference, text)


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """The lines in parts, those of which Jinja is to be raw marked.

    Lines of one text, such as a query, are raw together from the first one with Jinja to the last; what lies between
    two keys of YAML is not, so that a dashboard's references survive a description with Jinja above and below them.
    """
    lines = text.split("\n")
    spans: list[tuple[int, int]] = []
    for first in (number for number, line in enumerate(lines) if _JINJA.search(line)):
        last = max(first, _closing(lines, first))
        begun = spans[-1][0] if spans else first
        if spans and not any(_YAML_KEY.match(line) for line in lines[spans[-1][1] + 1 : first + 1]):
            spans[-1] = (begun, max(last, spans[-1][1]))
        else:
            spans.append((first, last))
    at = 0
    for first, last in spans:
        if at < first:
            yield False, "\n".join(lines[at:first])
        yield True, "\n".join(lines[first : last + 1])
        at = last + 1
    if at < len(lines):
        yield False, "\n".join(lines[at:])


def _raw(body: str) -> str:
    """The lines between tags that keep the blanks and line ends around them."""
    inner = body.strip()
    start = body.index(inner)
    return f"{body[:start]}{{%+ raw %}}{inner}{{% endraw +%}}{body[start + len(inner) :]}"


def _closing(lines: list[str], last: int) -> int:
    """The line on which the last tag ends."""
    ends = [number for number in range(last, len(lines)) if re.search(r"\}\}|%\}|#\}", lines[number])]
    return ends[0] if ends else last


def _raw_ranges(text: str) -> list[tuple[int, int]]:
    plain = with_unix_newlines(text)
    ranges: list[tuple[int, int]] = []
    begin = 0
    try:
        for position, kind, value in located_tokens(TemplateEnvironment({}, {}), plain, None):
            if kind == "raw_begin":
                begin = position - 1 + len(value)
            elif kind == "raw_end":
                ranges.append((original_offset(text, begin), original_offset(text, position - 1)))
    except jinja2.TemplateError:
        return []
    return ranges
