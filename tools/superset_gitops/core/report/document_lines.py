"""Owns a document as lines of YAML to be read and compared: keys in order, long texts as blocks, uuids with names."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from superset_gitops.core.documents.write_yaml import write_yaml
from superset_gitops.core.report.printable import has_hidden, printable
from superset_gitops.model.asset import Document
from superset_gitops.model.plan import FieldPath

_INDENT = "  "
_CARRIAGE_RETURN = "␍"  # how one at a line's end is shown
_WORD = re.compile(r"[a-z][a-z_]+")
_NO_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off"})  # in YAML 1.1, as PyYAML reads it
_EXACT = 2**53  # from here on a float has no fraction that could be lost


class Line(NamedTuple):
    """A line without its newline, and the path of the value that it belongs to."""

    text: str
    path: FieldPath


def document_lines(document: Document, names: Mapping[str, str]) -> list[Line]:
    """The document's lines: two documents that differ as JSON have different lines.

    Args:
        document: a normal form.
        names: uuid → name, put beside a uuid as a comment.
    """
    return list(_Writer(names).lines(document, (), ""))


class _Writer:
    """Writes for one set of names."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def lines(self, value: Any, path: FieldPath, pad: str) -> Iterator[Line]:
        """The lines of a mapping or a list that is not empty."""
        if isinstance(value, dict):
            for key in sorted(value, key=str):
                yield from self._entry(str(key), value[key], (*path, str(key)), pad)
            return
        for index, element in enumerate(value):
            yield from self._element(element, (*path, str(index)), pad)

    def _entry(self, key: str, value: Any, path: FieldPath, pad: str) -> Iterator[Line]:
        if isinstance(value, (dict, list)) and value:
            yield Line(f"{pad}{_one_line(key)}:{self._comment(key)}", path)
            yield from self.lines(value, path, pad + _INDENT)
        else:
            first, *more = _scalar(value)
            yield Line(f"{pad}{_one_line(key)}: {first}{self._comment(value)}", path)
            yield from (Line(f"{pad}{_INDENT}{line}" if line else "", path) for line in more)

    def _element(self, value: Any, path: FieldPath, pad: str) -> Iterator[Line]:
        if isinstance(value, (dict, list)) and value:
            first, *more = self.lines(value, path, pad + _INDENT)
            yield Line(f"{pad}- {first.text[len(pad) + len(_INDENT) :]}", first.path)
            yield from more
        else:
            head, *rest = _scalar(value)
            yield Line(f"{pad}- {head}{self._comment(value)}", path)
            yield from (Line(f"{pad}{_INDENT}{line}" if line else "", path) for line in rest)

    def _comment(self, value: Any) -> str:
        name = self.names.get(value) if isinstance(value, str) else None
        return f"  # {printable(name)}" if name else ""


def _scalar(value: Any) -> list[str]:
    """What stands behind the key, and the lines below it, without their indentation."""
    if isinstance(value, str):
        return _block(value) or [_one_line(value)]
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        value = int(value)  # 1 and 1.0 are the same as JSON
    if value is None or isinstance(value, (bool, int)):
        return [json.dumps(value)]  # as YAML writes them, and most leaves are such
    return [write_yaml([value]).removeprefix("- ").rstrip("\n")]


def _block(text: str) -> list[str]:
    """A text of several lines as a block scalar; nothing where YAML has no block for it."""
    shown = text if _CARRIAGE_RETURN in text else text.replace("\r\n", f"{_CARRIAGE_RETURN}\n")
    lines = shown.split("\n")
    if len(lines) == 1 or not text.strip("\n") or any(map(has_hidden, lines)):
        return []
    indentation = "2" if text[0] in " \n" else ""
    if lines[-1]:
        return [f"|{indentation}-", *lines]
    return [f"|{indentation}{'' if lines[-2] else '+'}", *lines[:-1]]


@functools.lru_cache(maxsize=8192)
def _one_line(text: str) -> str:
    if _WORD.fullmatch(text) and text not in _NO_WORDS:
        return text
    if has_hidden(text) or "\t" in text:
        return printable(json.dumps(text, ensure_ascii=False))
    return write_yaml([text]).removeprefix("- ").rstrip("\n")
