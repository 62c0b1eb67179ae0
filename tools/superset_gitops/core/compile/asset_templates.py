"""Owns which templates are assets, what they are called in `ref()`, and the uuid that each declares."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from superset_gitops.model.asset import Kind
from superset_gitops.model.problem import Level, Problem
from superset_gitops.model.sources import TEMPLATE_SUFFIX, Sources

_UUID_LINE = re.compile(
    r"""^uuid:[ \t]*(['"]?)([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\1[ \t]*(?:\#.*)?$""",
    re.MULTILINE,
)
_UUID_KEY = re.compile(r"^uuid:", re.MULTILINE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# As `hybrid adopt` writes a uuid that environments have of their own.
_UUID_VARIABLE = re.compile(
    rf"""^uuid:[ ]\{{\{{[ ]([A-Za-z]\w*)[ ]\|[ ]default\("({_UUID.pattern})"\)[ ]\}}\}}$""", re.MULTILINE | re.VERBOSE
)


def is_asset(name: str) -> bool:
    """Whether a template stands for an asset; what starts with `_` is there to be included or imported."""
    return name.endswith(TEMPLATE_SUFFIX) and kind_of(name) is not None and not is_partial(name)


def is_partial(name: str) -> bool:
    """Whether a template or one of its folders starts with `_`."""
    return any(part.startswith("_") for part in name.split("/"))


def kind_of(name: str) -> Kind | None:
    """The kind that a template's folder says; None outside the four folders."""
    return Kind.of_folder(name.split("/", 1)[0]) if "/" in name else None


def reference_name(name: str) -> str:
    """What `ref()` calls a template: `charts/births.yaml.j2` → `charts/births`."""
    return name.removesuffix(TEMPLATE_SUFFIX)


@functools.lru_cache(maxsize=4096)
def declared_uuid(text: str) -> str | None:
    """The uuid that stands literally on a line of its own, when it is the only one."""
    text = text.replace("\r\n", "\n")
    found = _UUID_LINE.findall(text)
    return str(found[0][1]) if len(found) == 1 and len(_UUID_KEY.findall(text)) == 1 else None


def uuid_by_variable(text: str, variables: Mapping[str, Any]) -> str | None:
    """The uuid of `uuid: {{ births_uuid | default("…") }}`, where that is all that a text says of it."""
    found = _uuid_variable(text)
    value = variables.get(*found) if found is not None else None
    return value if isinstance(value, str) and _UUID.fullmatch(value) else None


@functools.lru_cache(maxsize=4096)
def _uuid_variable(text: str) -> tuple[str, str] | None:
    """The variable of a uuid and its default."""
    text = text.replace("\r\n", "\n")
    found = _UUID_VARIABLE.search(text)
    if found is None or len(_UUID_KEY.findall(text)) != 1 or len(re.findall(rf"\b{found[1]}\b", text)) != 1:
        return None
    return found[1], found[2]


def stray_files(sources: Sources) -> Iterator[Problem]:
    """Files below `templates/` that nothing will ever compile."""
    for name in sources.templates:
        if is_partial(name) or is_asset(name) or name.rsplit("/", 1)[-1].startswith("."):
            continue
        wanted = ", ".join(kind.folder for kind in Kind)
        message = f"never compiled: assets are *{TEMPLATE_SUFFIX} below {wanted}; parts to include start with _"
        yield Problem(sources.template_path(name), 1, 1, message, "stray-file", Level.WARNING)
