"""Owns the text of YAML scalars: which characters of the text a value's characters are, and how a value is written."""

from __future__ import annotations

import functools
import json
import re
from typing import Any

import yaml

from superset_gitops.core.documents.read_yaml import read_yaml

# A range of the text for each character of the value.
CharMap = list[tuple[int, int]]

_FOLD = re.compile(r"[ \t]*\r?\n(?:[ \t]*\r?\n)*[ \t]*")
_HEADER = re.compile(r"[|>]([-+]?)([1-9]?)([-+]?)[^\n]*\n")
_ESCAPES = {"0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
            " ": " ", '"': '"', "/": "/", "\\": "\\",
            "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029"}  # fmt: skip
# What breaks a line although it is no LF, and what YAML only takes as an escape.
_OTHER_BREAKS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def char_map(text: str, node: yaml.ScalarNode) -> CharMap | None:
    """Where each character of a scalar's value stands; None where that cannot be told."""
    start, end = node.start_mark.index, node.end_mark.index
    match node.style:
        case "|" | ">":
            pairs = _block(text, start, end, folded=node.style == ">")
        case "'" | '"':
            pairs = _flow(text, start + 1, end - 1, node.style)
        case _:
            pairs = _flow(text, start, end, "")
    value: str = node.value
    if pairs is None or not "".join(char for char, _ in pairs).startswith(value):
        return None
    return [place for _, place in pairs[: len(value)]]


def block_indent(text: str, node: yaml.ScalarNode) -> str:
    """The indentation of a block scalar's lines."""
    header = _HEADER.match(text, node.start_mark.index)
    body = text[header.end() : node.end_mark.index] if header else ""
    first = next((line for line in body.split("\n") if line.strip()), "")
    return first[: len(first) - len(first.lstrip(" "))]


def encode(text: str, style: str | None, indent: str) -> str | None:
    """Text as it is written inside a scalar of this style; None where the style has no way to say it."""
    if style in ("|", ">"):
        if _OTHER_BREAKS.search(text):
            return None
        written = text.replace("\n", f"\n{indent}" if style == "|" else f"\n\n{indent}")
        return re.sub(r"\n +(?=\n)", "\n", written)
    if style == '"':
        return quoted(text)[1:-1]
    if "\n" in text or _OTHER_BREAKS.search(text):
        return None
    return text.replace("'", "''") if style == "'" else text


def write_scalar(value: Any, *, flow: bool = False, style: str | None = None) -> str:
    """A scalar on one line: plain where it reads back as itself, else quoted; `style` is the quote to keep."""
    if not isinstance(value, str):
        # YAML 1.1 takes 1e-07 for text: a number has a point.
        return re.sub(r"^(-?\d+)e", r"\1.0e", json.dumps(value))
    if style == "'" and not _OTHER_BREAKS.search(value) and "\n" not in value:
        return "'" + value.replace("'", "''") + "'"
    return value if style != '"' and _is_plain(value, flow=flow) else quoted(value)


def quoted(text: str) -> str:
    """A text in double quotes, with all that YAML does not take as it is escaped."""
    return _OTHER_BREAKS.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def write_block(value: str, indent: str) -> str | None:
    """A text of several lines as a literal block, header included; None where only quotes can say it."""
    body = value.rstrip("\n")
    if _OTHER_BREAKS.search(value) or "\n" not in value or not body or body[0] in " \t\n":
        return None
    if any(line.isspace() for line in body.split("\n")):
        return None  # how many of its blanks belong to the text could not be seen
    ends = len(value) - len(body)
    chomp = "-" if ends == 0 else "" if ends == 1 else "+"
    lines = [f"{indent}{line}" if line else line for line in body.split("\n")]
    return f"|{chomp}\n" + "\n".join(lines) + "\n" * (ends - 1 if ends > 1 else 0)


@functools.lru_cache(maxsize=4096)
def _is_plain(text: str, *, flow: bool) -> bool:
    if not text or text != text.strip() or "\n" in text or not text.isprintable():
        return False
    if flow and any(char in text for char in ",[]{}"):
        return False
    read = read_yaml(f"[{text}]" if flow else f"k: {text}\n")
    if read.faults:
        return False
    return bool((read.value if flow else read.value.get("k")) == ([text] if flow else text))


def _flow(text: str, start: int, end: int, quote: str) -> list[tuple[str, tuple[int, int]]] | None:
    pairs: list[tuple[str, tuple[int, int]]] = []
    at = start
    while at < end:
        fold = _FOLD.match(text, at, end)
        if fold is not None:
            breaks = fold.group().count("\n")
            pairs += [(char, fold.span()) for char in (" " if breaks == 1 else "\n" * (breaks - 1))]
            at = fold.end()
            continue
        char, width = text[at], 1
        if quote == "'" and char == "'":
            width = 2
        elif quote == '"' and char == "\\":
            read = _escape(text, at)
            if read is None:
                return None
            char, width = read
        if char:
            pairs.append((char, (at, at + width)))
        at += width
    return pairs


def _escape(text: str, at: int) -> tuple[str, int] | None:
    code = text[at + 1 : at + 2]
    if code in ("x", "u", "U"):
        digits = {"x": 2, "u": 4, "U": 8}[code]
        return chr(int(text[at + 2 : at + 2 + digits], 16)), 2 + digits
    if code in ("\n", "\r"):
        skipped = re.compile(r"\\\r?\n[ \t]*").match(text, at)
        return ("", len(skipped.group())) if skipped else None
    return (_ESCAPES[code], 2) if code in _ESCAPES else None


def _block(text: str, start: int, end: int, *, folded: bool) -> list[tuple[str, tuple[int, int]]] | None:
    header = _HEADER.match(text, start)
    if header is None:
        return None
    lines: list[tuple[int, int]] = []
    at = header.end()
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        lines.append((at, stop))
        at = stop + 1
    filled = [text[a:b] for a, b in lines if text[a:b].strip(" ")]
    indent = len(filled[0]) - len(filled[0].lstrip(" ")) if filled else 0
    if header[2]:
        return None  # an explicit indentation is rare: such a scalar is written anew
    return _folded(text, lines, indent) if folded else _literal(text, lines, indent)


def _starts(text: str, lines: list[tuple[int, int]], indent: int) -> list[int]:
    return [min(a + indent, b) if text[a:b].strip(" ") or b - a > indent else b for a, b in lines]


def _literal(text: str, lines: list[tuple[int, int]], indent: int) -> list[tuple[str, tuple[int, int]]]:
    starts = _starts(text, lines, indent)
    pairs: list[tuple[str, tuple[int, int]]] = []
    for number, (_, stop) in enumerate(lines):
        pairs += [(text[at], (at, at + 1)) for at in range(starts[number], stop)]
        following = starts[number + 1] if number + 1 < len(lines) else stop + 1
        pairs.append(("\n", (stop, following)))
    return pairs


def _folded(text: str, lines: list[tuple[int, int]], indent: int) -> list[tuple[str, tuple[int, int]]]:
    starts = _starts(text, lines, indent)
    pairs: list[tuple[str, tuple[int, int]]] = []
    shown = [number for number, (_, stop) in enumerate(lines) if starts[number] < stop]
    for index, number in enumerate(shown):
        stop = lines[number][1]
        pairs += [(text[at], (at, at + 1)) for at in range(starts[number], stop)]
        if index + 1 == len(shown):
            pairs += [("\n", (lines[n][1], lines[n][1] + 1)) for n in range(number, len(lines))]
            break
        following = shown[index + 1]
        breaks = following - number
        deeper = any(text[starts[n]] in " \t" for n in (number, following))
        joined = "\n" * (breaks if deeper else breaks - 1) or " "
        pairs += [(char, (stop, starts[following])) for char in joined]
    return pairs
