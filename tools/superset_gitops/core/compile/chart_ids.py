"""Owns the numbers by which a dashboard's metadata refers to its charts: unique within the dashboard, no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ChartIds:
    """The chartIds of one dashboard.

    Attributes:
        by_uuid: chart's uuid → chartId, 1..N in the order of the layout's sorted keys.
        declared: the number that the source itself gives a chart, as an export does → uuid.
    """

    by_uuid: Mapping[str, int]
    declared: Mapping[int, str]

    @classmethod
    def of(cls, position: Mapping[str, Any]) -> ChartIds:
        """The numbers for the charts of a layout; the same chart placed twice has one number."""
        by_uuid: dict[str, int] = {}
        declared: dict[int, str] = {}
        for key in sorted(position):
            element = position[key]
            if not isinstance(element, dict) or element_type(key, element) != "CHART":
                continue
            meta = element.get("meta") or {}
            uuid = meta.get("uuid")
            if isinstance(uuid, str):
                by_uuid.setdefault(uuid, len(by_uuid) + 1)
                if isinstance(meta.get("chartId"), int):
                    declared[meta["chartId"]] = uuid
        return cls(by_uuid, declared)

    def resolve(self, reference: object) -> int | None:
        """The chartId that a reference means: a chart's uuid, or a number that the source's layout declares."""
        if isinstance(reference, str) and reference in self.by_uuid:
            return self.by_uuid[reference]
        if isinstance(reference, str) and reference.isdecimal():
            reference = int(reference)
        if isinstance(reference, int) and not isinstance(reference, bool):
            return self.by_uuid.get(self.declared.get(reference, ""))
        return None

    def resolve_all(self, references: object) -> list[int]:
        """The chartIds that are known, in their own order, each once."""
        found = (self.resolve(each) for each in (references if isinstance(references, list) else []))
        return list(dict.fromkeys(number for number in found if number is not None))


def element_type(key: str, element: Mapping[str, Any]) -> str:
    """An element's type; where it declares none its key's prefix says it (`CHART-births` is a CHART)."""
    return str(element.get("type") or key.removesuffix("_ID").split("-")[0])
