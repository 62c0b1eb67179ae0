"""Owns the view of one template in one environment: what it renders to and means, looked at when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from superset_gitops.core.compile.asset_templates import kind_of, reference_name
from superset_gitops.core.compile.complete_asset import complete_asset
from superset_gitops.core.compile.overlays import Overlay, overlaid
from superset_gitops.core.compile.references import UNKNOWN_UUID
from superset_gitops.core.documents.check_schema import check_schema
from superset_gitops.core.documents.read_yaml import Parsed, read_yaml
from superset_gitops.core.drift.compare import leaves
from superset_gitops.core.normal_form import layout_charts, normalize
from superset_gitops.model.asset import AssetId, Document
from superset_gitops.model.plan import FieldPath


@dataclass(frozen=True, slots=True)
class View:
    """One template in one environment.

    Attributes:
        text: what it renders to; empty where it fails.
        parsed: that text, parsed.
        id: the asset; None where the template renders to nothing, or fails.
        document: the parsed document under its overlay.
        leaves: the normal form, leaf by leaf.
        fault: why it is no asset; empty where nothing is wrong.
    """

    text: str = field(repr=False)
    parsed: Parsed = field(repr=False)
    id: AssetId | None = None
    document: Document = field(default_factory=dict, repr=False)
    leaves: Mapping[FieldPath, Any] = field(default_factory=dict, repr=False)
    fault: str = ""


class Views(Mapping[str, View]):
    """Template → view. Of those that an edit touched each is rendered when it is first asked for, and only once.

    Attributes:
        known: those that were looked at before, as they were.
        again: the touched ones, in order.
    """

    def __init__(self, known: Mapping[str, View], again: Iterable[str], look: Callable[[str], View]) -> None:
        self.known = known
        self.again = tuple(again)
        self._seen: dict[str, View | None] = dict.fromkeys(self.again)
        self._look = look
        self._all: dict[str, View] | None = None

    def all(self) -> Mapping[str, View]:
        """All of them, looked at."""
        if self._all is None:
            self._all = {**self.known, **{name: self[name] for name in self.again}}
        return self._all

    def __getitem__(self, name: str) -> View:
        if name not in self._seen:
            return self.known[name]
        view = self._seen[name]
        if view is None:
            view = self._seen[name] = self._look(name)
        return view

    def __contains__(self, name: object) -> bool:
        return name in self._seen or name in self.known

    def __iter__(self) -> Iterator[str]:
        yield from self.known
        yield from (name for name in self.again if name not in self.known)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def view_of(name: str, text: str, overlay: Overlay | None) -> View:
    """What a rendered text means."""
    parsed = read_yaml(text)
    kind = kind_of(name)
    if parsed.faults:
        return View(text, parsed, fault=parsed.faults[0].message)
    if parsed.empty or kind is None:
        return View(text, parsed)
    document = overlaid(parsed.value, overlay)
    for path, _, message in check_schema(kind.value, document):
        return View(text, parsed, fault=f"{'.'.join(map(str, path))}: {message}")
    complete = complete_asset(kind, document, {})
    normal = normalize(kind, complete)
    if "position" in complete:
        normal["charts"] = sorted(layout_charts(complete["position"]))
    uuid = str(document["uuid"])
    if uuid == UNKNOWN_UUID:
        return View(text, parsed, fault=f"{reference_name(name)} has no uuid")
    return View(text, parsed, AssetId(kind, uuid), document, dict(leaves(normal)))
