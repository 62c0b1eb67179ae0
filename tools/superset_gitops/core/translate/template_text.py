"""Owns template text: what Superset's own Jinja needs to stay raw, uuids as references, a file's own line ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import jinja2

from superset_gitops.core.compile.template_environment import TemplateEnvironment, located_tokens
from superset_gitops.core.documents.place import original_offset, with_unix_newlines
from superset_gitops.core.translate.place_splice import TextEdit
from superset_gitops.core.translate.splice import Splice, apply_splices

_JINJA = re.compile(r"\{\{|\{%|\{#")
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
    if _JINJA.search(text):
        return _raw(text)
    return UUID.sub(lambda m: f'{{{{ ref("{references[m[0]]}") }}}}' if m[0] in references else m[0], text)


def _raw(text: str) -> str:
    """The lines with Jinja in them between tags that keep the blanks and line ends around them."""
    lines = text.split("\n")
    marked = [number for number, line in enumerate(lines) if _JINJA.search(line)]
    first, last = marked[0], _closing(lines, marked[-1])
    body = "\n".join(lines[first : last + 1])
    inner = body.strip()
    start = body.index(inner)
    raw = f"{body[:start]}{{%+ raw %}}{inner}{{% endraw +%}}{body[start + len(inner) :]}"
    return "\n".join([*lines[:first], raw, *lines[last + 1 :]])


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
