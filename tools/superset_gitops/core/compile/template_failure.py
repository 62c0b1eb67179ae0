"""Owns the turn from an exception out of Jinja2 into what to tell, and the template and offset where it happened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import FrameType, TracebackType

import jinja2

from superset_gitops.core.compile.template_environment import MissingName
from superset_gitops.core.documents.place import with_unix_newlines
from superset_gitops.core.documents.suggest import did_you_mean

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a template did not render; `offset` is in its text with LF newlines; `missing` a variable to be defined."""

    template: str
    offset: int
    message: str
    rule: str
    missing: str = ""


def explain(error: Exception, name: str, templates: Mapping[str, str], variables: Iterable[str]) -> Failure:
    """The failure that an exception from rendering the template `name` stands for."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        where, offset = error.name or name, error.lineno - 1
        told_at = re.search(r" at (\d+)$", error.message or "")
        if told_at:
            offset = int(told_at.group(1))
        message = re.sub(r" at \d+$", "", error.message or "not a template")
        unclosed = re.search(r"needs to be closed is '(\w+)'", message)
        if unclosed:
            offset = _opening(with_unix_newlines(templates.get(where, "")), unclosed.group(1), offset)
        return Failure(where, offset, message.rstrip("."), "template-syntax")
    where, offset = _place(error.__traceback__, name)
    text = with_unix_newlines(templates.get(where, ""))
    if isinstance(error, MissingName):
        return _missing(error, where, text, offset, variables)
    if isinstance(error, (jinja2.TemplateNotFound, jinja2.TemplatesNotFound)):
        names = error.templates if isinstance(error, jinja2.TemplatesNotFound) else [error.name]
        wanted = ", ".join(str(each) for each in names)
        message = f"there is no template {wanted!r}{did_you_mean(wanted, templates)}"
        return Failure(where, _inside(text, offset, wanted), message, "template-not-found")
    message = " ".join(str(error).split()) or type(error).__name__
    return Failure(where, _tag_around(text, offset)[0], message, "template-error")


def calling_place(frame: FrameType | None) -> tuple[str, int] | None:
    """The template and offset of the innermost template code that is running above a frame."""
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if isinstance(template, jinja2.Template):
            return template.name or "", template.get_corresponding_lineno(frame.f_lineno) - 1
        frame = frame.f_back
    return None


def find_in_tag(text: str, offset: int, needle: str) -> int:
    """Where a name stands in the tag around an offset; the tag's start where it does not."""
    return _inside(with_unix_newlines(text), offset, needle)


def _missing(error: MissingName, where: str, text: str, offset: int, variables: Iterable[str]) -> Failure:
    place = _inside(text, offset, error.name)
    if error.known is not None:
        return Failure(where, place, f"{error}{did_you_mean(error.name, error.known)}", "undefined-variable")
    if "is undefined" in str(error):
        message = f"{error.name!r} is not defined{did_you_mean(error.name, variables)}"
        return Failure(where, place, message, "undefined-variable", missing=error.name)
    return Failure(where, place, str(error), "undefined-variable")


def _opening(text: str, block: str, offset: int) -> int:
    """Where the innermost block of this name that is never closed begins."""
    opened: list[int] = []
    for tag in re.finditer(rf"\{{%[-+]?\s*(end)?{block}\b", text):
        if tag.group(1) is None:
            opened.append(tag.start())
        elif opened:
            opened.pop()
    return opened[-1] if opened else offset


def _place(traceback: TracebackType | None, name: str) -> tuple[str, int]:
    place = (name, 0)
    while traceback is not None:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, jinja2.Template):
            place = template.name or name, template.get_corresponding_lineno(traceback.tb_lineno) - 1
        traceback = traceback.tb_next
    return place


def _tag_around(text: str, offset: int) -> tuple[int, int]:
    for tag in _TAG.finditer(text):
        if tag.start() <= offset < tag.end():
            return tag.start(), tag.end()
    return offset, len(text)


def _inside(text: str, offset: int, needle: str) -> int:
    start, end = _tag_around(text, offset)
    found = re.search(rf"(?<![\w.]){re.escape(needle)}(?!\w)", text[start:end])
    found = found or re.search(rf"(?<!\w){re.escape(needle)}(?!\w)", text[start:end])
    return start + found.start() if found else start
