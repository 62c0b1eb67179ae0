"""Owns what every candidate is made from: the sources as they are by now, one asset's render and trace, and names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from superset_gitops.core.compile.asset_templates import reference_name
from superset_gitops.core.compile.trace import Trace
from superset_gitops.core.documents.read_yaml import read_yaml
from superset_gitops.core.same import same
from superset_gitops.core.translate.hunks import apply_hunks, hunks
from superset_gitops.core.translate.picture import Frame, Picture
from superset_gitops.core.translate.place_splice import TextEdit
from superset_gitops.core.translate.uses import names_read, used_templates
from superset_gitops.core.translate.view import View
from superset_gitops.model.plan import FieldPath
from superset_gitops.model.translation import Way


@dataclass(frozen=True, slots=True)
class Proposal:
    """One way to say a change: edits of templates, and values of the environment's own variables by path."""

    way: Way
    edits: tuple[TextEdit, ...] = ()
    values: tuple[tuple[tuple[str | int, ...], Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """One change of one asset.

    Attributes:
        template: the asset's own.
        shown: the changed field; new names are made from it.
        trace: of the asset's render.
    """

    picture: Picture = field(repr=False)
    environment: str
    template: str
    shown: FieldPath
    trace: Trace = field(repr=False)

    @property
    def frame(self) -> Frame:
        """The environment."""
        return self.picture.frames[self.environment]

    @property
    def view(self) -> View:
        """The asset in it."""
        return self.frame.views[self.template]

    @property
    def texts(self) -> Mapping[str, str]:
        """The templates."""
        return self.picture.templates

    @property
    def references(self) -> dict[str, str]:
        """Uuid → what `ref()` calls it."""
        return {uuid: name for name, uuid in self.frame.uuids.items()}

    def is_variable(self, name: str) -> bool:
        """Whether any environment has a variable of this name."""
        return any(name in frame.variables for frame in self.picture.frames.values())

    def own_name(self, instead_of: str = "") -> str:
        """A new variable's name, from the asset and the field, or the variable that it stands in for."""
        stem = reference_name(self.template).rsplit("/", 1)[-1]
        told = [step for step in self.shown if not re.fullmatch(r"[0-9a-f-]{36}|params|meta|metadata|position", step)]
        words = [stem, *([instead_of] if instead_of else told[-2:])]
        name = re.sub(r"\W+", "_", "_".join(words), flags=re.ASCII).strip("_").lower() or "value"
        name = name if name[0].isalpha() else f"v_{name}"
        found, number = name, 1
        # Most texts do not even have it as a part of a word.
        while self.is_variable(found) or any(
            found in text and re.search(rf"\b{found}\b", text) for text in self.texts.values()
        ):
            number += 1
            found = f"{name}_{number}"
        return found

    def field_name(self) -> str | None:
        """What a parameter for this field is called; None where no name can be made."""
        name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.shown[-1]).lower()
        return name if re.fullmatch(r"[a-z][a-z0-9_]*", name) and not self.is_variable(name) else None

    def used(self) -> list[str]:
        """The asset's template and all that it uses; all of them where a name is only known at run time."""
        return sorted(used_templates(self.template, self.texts) or self.texts)

    def variables_used(self, first: Iterator[str]) -> list[str]:
        """The environment's variables, those named first, then all that the templates in use may read."""
        names = [*first, *(name for each in self.used() for name in sorted(names_read(self.texts[each])))]
        return [name for name in dict.fromkeys(names) if name in self.frame.variables]


def read_printed(text: str) -> Any:
    """What a printed text means as YAML; the text itself where it means nothing by itself."""
    if "\n" in text:
        return text
    parsed = read_yaml(f"k: {text}\n")
    if parsed.faults or not isinstance(parsed.value, dict) or set(parsed.value) != {"k"}:
        return text
    return parsed.value["k"]


def new_value(value: Any, old: str, new: str) -> tuple[Any, ...]:
    """What a value that printed `old` (or a part of it) has to be to print `new`; empty where it has no part in it."""
    if isinstance(value, str):
        if value == old:
            return (new,)
        meant, wanted = read_printed(old), read_printed(new)
        if same(meant, value):
            return (wanted,)
        if len(value) > 1 and old.count(value) == 1:
            return _inside(value, old, new)
        return ()
    if same(read_printed(old), value):
        return (read_printed(new),)
    return ()


def _inside(value: str, old: str, new: str) -> tuple[Any, ...]:
    """The value after the hunks that fall into it, where all of them do."""
    start = old.index(value)
    found = hunks(old, new, [(start, start + len(value))])
    if any(hunk.start < start or hunk.end > start + len(value) for hunk in found):
        return ()
    changed = apply_hunks(old, found)
    return (changed[start : start + len(value) + len(changed) - len(old)],)


def jinja_literal(value: Any) -> str:
    """A value as it is written inside an expression."""
    if value is None or isinstance(value, bool):
        return "none" if value is None else str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(map(jinja_literal, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{jinja_literal(k)}: {jinja_literal(v)}" for k, v in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def nested(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """A value and everything inside it, with paths."""
    yield path, value
    entries: Any = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for step, entry in entries:
        yield from nested(entry, (*path, step))
