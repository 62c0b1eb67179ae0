"""Owns `Finding`: a problem of one template in one environment, before its place in the template is looked up."""

from __future__ import annotations

from dataclasses import dataclass

from superset_gitops.core.documents.read_yaml import DocumentPath
from superset_gitops.model.problem import Level


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with a rendered template.

    Attributes:
        template: the asset's template, e.g. `charts/births.yaml.j2`.
        at: a path in the document, or an offset in the rendered text.
        on_key: a path's key is meant rather than its value.
    """

    template: str
    at: DocumentPath | int
    message: str
    rule: str
    level: Level = Level.ERROR
    on_key: bool = False
