"""Owns finding the place in a template that a place in its rendered text came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from superset_gitops.core.compile.finding import Finding
from superset_gitops.core.compile.template_failure import Failure
from superset_gitops.core.compile.trace import Trace
from superset_gitops.core.documents.place import line_and_column, with_unix_newlines
from superset_gitops.core.documents.read_yaml import Parsed
from superset_gitops.model.problem import Problem
from superset_gitops.model.sources import Sources


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template's rendered text, what it parses to, and that under its overlay."""

    text: str
    parsed: Parsed
    document: Any


@dataclass(frozen=True, slots=True)
class Locator:
    """Places of one environment's templates; a template is traced only when somebody asks, and once.

    Attributes:
        sources: all texts.
        environment: the environment's name.
        variables: what its templates see: variables, `env` and `ref`.
        rendered: template → its plain render.
    """

    sources: Sources
    environment: str
    variables: Mapping[str, Any]
    rendered: Mapping[str, Rendered]
    _traces: dict[str, Trace | None] = field(default_factory=dict)

    def trace(self, template: str) -> Trace | None:
        """Where every character of a rendered template came from; None where tracing would change the text."""
        if template not in self._traces:
            # Imported where something is to be told: most runs have no problem to place.
            from superset_gitops.core.compile.traced_environment import trace_render

            text = self.rendered[template].text
            self._traces[template] = trace_render(template, text, self.sources.templates, self.variables)
        return self._traces[template]

    def place(self, template: str, offset: int) -> tuple[str, int, int]:
        """The file, line and column that a rendered character came from."""
        trace = self.trace(template)
        source = trace.source_of(offset) if trace is not None else None
        if source is None:
            return self._guess(template, offset)
        return self.file_place(*source)

    def path_place(self, template: str, path: Sequence[str | int], *, on_key: bool = False) -> tuple[str, int, int]:
        """The file, line and column of a value (or its key) of a rendered document, or of its nearest parent."""
        return self.place(template, self.rendered[template].parsed.offset(path, on_key=on_key))

    def file_place(self, template: str, offset: int) -> tuple[str, int, int]:
        """The file, line and column of an offset in a template's own text."""
        path = self.sources.template_path(template)
        return path, *line_and_column(self.sources.texts[path], offset)

    def problem(self, finding: Finding) -> Problem:
        """The problem that a finding is, at its place in the sources."""
        if isinstance(finding.at, int):
            place = self.place(finding.template, finding.at)
        else:
            place = self.path_place(finding.template, finding.at, on_key=finding.on_key)
        return Problem(*place, finding.message, finding.rule, finding.level, self.environment)

    def failure(self, failure: Failure) -> Problem:
        """The problem that a failed render is."""
        path = self.sources.template_path(failure.template)
        place = line_and_column(with_unix_newlines(self.sources.texts.get(path, "")), failure.offset)
        return Problem(path, *place, failure.message, failure.rule, environment=self.environment)

    def _guess(self, template: str, offset: int) -> tuple[str, int, int]:
        """The line of the template that equals the rendered one, if there is exactly one; else the file."""
        text = self.rendered[template].text
        line, column = line_and_column(text, offset)
        wanted = text.split("\n")[line - 1]
        path = self.sources.template_path(template)
        lines = with_unix_newlines(self.sources.texts[path]).split("\n")
        found = [number for number, each in enumerate(lines, 1) if each == wanted and wanted.strip()]
        place = (found[0], column) if len(found) == 1 else (1, 1)
        return path, *place
