"""Owns noting what a render reads: templates, variables and references, so that it is repeated only when one changes.

Nothing else can change what a template renders to: there is no time, no chance and no file for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jinja2
from jinja2.runtime import Context

from superset_gitops.core.compile.template_environment import TemplateEnvironment


@dataclass(frozen=True, slots=True)
class Reads:
    """What one render read.

    Attributes:
        templates: names of the template itself and all that it includes or imports; also of those that do not exist.
        variables: names that were looked up, defined or not.
        references: what `ref()` was asked for → the uuid that it gave; empty where it knew none.
    """

    templates: set[str] = field(default_factory=set)
    variables: set[str] = field(default_factory=set)
    references: dict[str, str] = field(default_factory=dict)


class NotingEnvironment(TemplateEnvironment):
    """Renders as the plain environment does, and notes what is read."""

    def __init__(
        self,
        templates: Mapping[str, str],
        variables: Mapping[str, Any],
        ref: Callable[[object], str],
        uuids: Mapping[str, str],
    ) -> None:
        super().__init__(templates, variables)
        self.context_class = _NotingContext
        self.reads = Reads()

        def noting_ref(name: object) -> str:
            if isinstance(name, str):
                self.reads.references[name] = uuids.get(name, "")
            return ref(name)

        self.globals["ref"] = noting_ref

    def note_anew(self) -> Reads:
        """Begin with another template: what it reads is noted in the answer, while it is rendered."""
        self.reads = Reads()
        if self.cache is not None:
            self.cache.clear()  # a module that is kept would read its variables for the first importer only
        return self.reads

    def _load_template(self, name: str, globals: Any) -> jinja2.Template:  # noqa: A002 - Jinja2's signature
        self.reads.templates.add(name)
        return super()._load_template(name, globals)


class _NotingContext(Context):
    def resolve_or_missing(self, key: str) -> Any:
        if isinstance(self.environment, NotingEnvironment):
            self.environment.reads.variables.add(key)
        return super().resolve_or_missing(key)
